// SPDX-License-Identifier: Apache-2.0
// One world: a client, a server, the links between them and what befalls these, all out of one
// seed. Test code only.
#pragma once

#include <iterator>
#include <list>

#include "wire/simulation_hosts.hpp"

namespace cortado::wire::test {

class World {
 public:
  explicit World(std::uint64_t seed)
      : ledger(seed),
        client_(choose_options(Role::connector), ledger, now_ms_),
        server_(choose_options(Role::acceptor), ledger, now_ms_),
        fault_one_in_(10U << ledger.random.below(5)) {}

  /// So many steps with faults, then none until everything has come to its end.
  void run(std::uint32_t steps) {
    ledger.steps = steps;
    for (std::uint32_t at = 0; at < steps; ++at) step();
    wind_down();
  }

  Ledger ledger;

 private:
  Options choose_options(Role role) {
    Random& random = ledger.random;
    Options options;
    options.peer.role = role;
    options.peer.seed = random.below(1000);
    if (random.one_in(3)) options.peer.payload_size_max = cut_size + random.below(300'000);
    if (random.one_in(3)) options.peer.calls_in_flight_max = 1 + random.below(10);
    if (random.one_in(2)) {
      options.peer.stream_window = {1 + static_cast<std::int32_t>(random.below(50)),
                                    1 + static_cast<std::int32_t>(random.below(5000))};
    }
    if (random.one_in(2)) {
      options.peer.connection_window = {1 + static_cast<std::int32_t>(random.below(100)),
                                        1 + static_cast<std::int32_t>(random.below(100'000))};
    }
    constexpr std::uint32_t kept[] = {4'194'304, 4'194'304, 500'000, 40'000};
    options.session.retained_size_max = random.one_in(30) ? 0 : kept[random.below(4)];
    options.session.grace_ms = random.one_in(4) ? 2'000 : 60'000;
    options.session.ack_delay_ms = random.one_in(2) ? random.below(1000) : 0;
    if (random.one_in(2)) options.session.ack_frames = 1 + random.below(20);
    options.session.ping_interval_ms = role == Role::acceptor ? 20'000 : 50'000;
    return options;
  }

  void step() {
    Random& random = ledger.random;
    switch (random.below(12)) {
      case 0:
      case 1: client_.actor.act(); break;
      case 2:
      case 3:
        if (ServedSession* const session = any_session()) session->actor.act();
        break;
      case 4:
      case 5: send_from_client(); break;
      case 6:
      case 7: send_from_server(); break;
      case 8:
      case 9:
        for (std::uint32_t count = random.below(6); count > 0; --count) deliver(any_link());
        break;
      case 10:
        if (Link* const link = any_link()) notice(*link);
        break;
      default: pass_time(random.below(40)); break;
    }
    if (random.one_in(fault_one_in_)) fault();
    if (client_.link == nullptr && random.one_in(4)) client_.connect(links_);
    settle_turn();
  }

  // --- what befalls the network --------------------------------------------------------------

  void fault() {
    Random& random = ledger.random;
    if (random.one_in(8)) return deliver_all();
    ++ledger.counters.faults;
    Link* const link = any_link();
    switch (random.below(20)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
      case 5: return break_link(link);
      case 6:
      case 7:
      case 8:
        if (link != nullptr) link->frozen_for = random.below(300);
        return;
      case 9:
      case 10:
      case 11:
      case 12: return client_.connect(links_);  // and who knows when the server sees the old one go
      case 13:
      case 14:
      case 15: return replay_hello();
      case 16: return pass_time(random.below(12'000));
      case 17:
        if (random.one_in(4)) pass_time(random.below(100'000));
        return;
      case 18:
        if (ServedSession* const session = any_session(); session != nullptr && random.one_in(4)) {
          session->session.goaway(CloseReason::going_away, 0, "elsewhere");
        }
        return;
      default:
        if (random.one_in(6)) server_.die(links_);
        return;
    }
  }

  /// Nothing new gets through; of what is on its way only the beginning, cut at any byte.
  void break_link(Link* link) {
    if (link == nullptr) return;
    link->is_broken = true;
    for (auto* const queue : {&link->to_server, &link->to_client}) {
      if (queue->empty()) continue;
      queue->resize(ledger.random.below(static_cast<std::uint32_t>(queue->size())) + 1);
      Bytes& last = queue->back();
      if (ledger.random.one_in(3)) {
        queue->pop_back();
      } else if (ledger.random.one_in(2) && !last.empty()) {
        last.resize(ledger.random.below(static_cast<std::uint32_t>(last.size())));
        link->is_truncated = true;
        ++ledger.counters.truncated;
      }
    }
  }

  /// An old HELLO comes once more, or only now, on a link of its own.
  void replay_hello() {
    if (hellos_.empty()) return;
    Link& link = links_.emplace_back();
    link.client_holds = false;
    link.to_server.push_back(
        hellos_[ledger.random.below(static_cast<std::uint32_t>(hellos_.size()))]);
  }

  /// No fault, but what makes the others worse: all at once.
  void deliver_all() {
    for (Link& link : links_) {
      for (std::size_t count = link.to_server.size() + link.to_client.size(); count > 0; --count) {
        deliver(&link);
      }
    }
  }

  // --- what the network does -----------------------------------------------------------------

  void send_from_client() {
    if (client_.link == nullptr) return;
    Link& link = *client_.link;
    const bool is_first = link.to_server.empty();
    client_.sender.step(link.to_server);
    if (is_first && !link.to_server.empty()) note_hello(link.to_server.front());
    if (link.is_broken) link.to_server.clear();
  }

  void send_from_server() {
    ServedSession* const session = any_session();
    if (session == nullptr || session->link == nullptr) return;
    session->sender.step(session->link->to_client);
    if (session->link->is_broken) session->link->to_client.clear();
  }

  /// Remembers a message that resumes a session.
  void note_hello(const Bytes& message) {
    const auto hello = Session::read_hello_of(message);
    if (!hello || hello->session_token.empty()) return;
    hellos_.push_back(message);
    if (hellos_.size() > 8) hellos_.pop_front();
  }

  void deliver(Link* link) {
    if (link == nullptr) return;
    if (link->frozen_for > 0) {
      --link->frozen_for;
      return;
    }
    const bool is_to_server = ledger.random.one_in(2);
    auto& queue = is_to_server ? link->to_server : link->to_client;
    if (queue.empty()) return;
    const Bytes message = std::move(queue.front());
    queue.pop_front();
    // A truncated message is the last one: what is sent behind it is lost with the link.
    if (is_to_server && link->server_holds) server_.receive(*link, message);
    if (!is_to_server && client_.link == link) client_.receive(message);
  }

  /// An end notices that the link is gone.
  void notice(Link& link) {
    const bool is_gone_for_client = !link.server_holds || link.is_broken;
    const bool is_gone_for_server = !link.client_holds || link.is_broken;
    if (client_.link == &link && is_gone_for_client && link.to_client.empty()) client_.leave();
    if (link.server_holds && is_gone_for_server && link.to_server.empty()) {
      if (link.session != nullptr) {
        link.session->leave();
      } else {
        link.server_holds = false;
      }
    }
  }

  void pass_time(std::uint32_t ms) {
    now_ms_ += ms;
    if (client_.session.next_deadline_ms() <= now_ms_) client_.session.advance(now_ms_);
    for (auto& session : server_.sessions) {
      if (session->session.next_deadline_ms() <= now_ms_) session->session.advance(now_ms_);
      check_bound(session->session, "a session without a connection keeps within its bound");
    }
    check_bound(client_.session, "a client without a connection keeps within its bound");
  }

  void check_bound(const Session& session, const char* rule) const {
    constexpr std::size_t most = 2 * 4'194'304 + 1;
    ledger.must(session.is_attached() || !session.is_resumable() || session.backlog_size() <= most,
                rule);
  }

  void settle_turn() {
    client_.settle_turn();
    server_.settle_turn();
    client_.actor.check();
    for (const auto& session : server_.sessions) session->actor.check();
    links_.remove_if([](const Link& link) { return !link.client_holds && !link.server_holds; });
  }

  // --- the end -------------------------------------------------------------------------------

  void wind_down() {
    client_.actor.is_winding_down = server_.is_winding_down = true;
    for (auto& session : server_.sessions) session->actor.is_winding_down = true;
    for (int round = 0; round < 60'000 && !is_quiet(); ++round) {
      if (client_.link == nullptr) client_.connect(links_);
      for (Link& link : links_) link.frozen_for = 0;
      for (auto at = links_.begin(); at != links_.end(); ++at) {
        deliver(&*at);
        notice(*at);
      }
      client_.actor.act();
      for (auto& session : server_.sessions) session->actor.act();
      send_from_client();
      for (std::size_t count = server_.sessions.size(); count > 0; --count) send_from_server();
      pass_time(10);
      settle_turn();
    }
    ledger.must(is_quiet(), "everything comes to its end");
    client_.actor.check_credit();
    for (const auto& session : server_.sessions) session->actor.check_credit();
    for (const Record& record : ledger.records()) {
      ledger.must(record.settled == 1 || record.caller_died, "every call settles, once");
    }
  }

  [[nodiscard]] bool is_quiet() const {
    if (!client_.actor.is_idle()) return false;
    return std::ranges::all_of(server_.sessions,
                               [](const auto& session) { return session->actor.is_idle(); });
  }

  Link* any_link() {
    if (links_.empty()) return nullptr;
    // Mostly the latest, or one in use: others wait their turn, however long.
    const auto size = static_cast<std::uint32_t>(links_.size());
    const std::uint32_t back = ledger.random.one_in(3) ? ledger.random.below(size) : 0;
    return &*std::next(links_.begin(), static_cast<std::ptrdiff_t>(size - 1 - back));
  }

  ServedSession* any_session() {
    if (server_.sessions.empty()) return nullptr;
    const auto size = static_cast<std::uint32_t>(server_.sessions.size());
    const std::uint32_t back = ledger.random.one_in(4) ? ledger.random.below(size) : 0;
    return server_.sessions[size - 1 - back].get();
  }

  std::uint64_t now_ms_ = 1'000'000;
  std::list<Link> links_;  // the oldest first
  std::deque<Bytes> hellos_;
  ClientHost client_;
  ServerHost server_;
  const std::uint32_t fault_one_in_;  // steps
};

}  // namespace cortado::wire::test
