// SPDX-License-Identifier: Apache-2.0
// The hosts of the simulation: a client that connects again and again, and a server that keeps
// sessions by their tokens, over links that chance breaks. Test code only.
#pragma once

#include <algorithm>
#include <deque>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "wire/session.hpp"
#include "wire/simulation_actor.hpp"

namespace cortado::wire::test {

struct ServedSession;

/// A WebSocket: messages in order, until it breaks. Each end learns of that in its own time.
struct Link {
  std::deque<Bytes> to_server;
  std::deque<Bytes> to_client;
  bool client_holds = true;  // this end has neither closed it nor noticed that it is gone
  bool server_holds = true;
  bool is_broken = false;            // nothing new gets through; what is in the queues may
  bool is_truncated = false;         // the last message in a queue was cut short
  std::uint32_t frozen_for = 0;      // steps
  ServedSession* session = nullptr;  // at the server, while it is the session's link
};

/// Sends a session's output as a socket would: from the session's memory, and not at once.
class Sender {
 public:
  Sender(Session& session, const Ledger& ledger) : session_(session), ledger_(ledger) {}

  /// Begins to send a message, or is done with one.
  void step(std::deque<Bytes>& queue) {
    if (is_sending_) return finish(queue);
    if (!session_.has_output() || queue.size() >= queue_max) return;
    view_ = session_.output();
    copy_.assign(view_.begin(), view_.end());
    is_sending_ = !copy_.empty();
  }

  /// The link is gone while it sends; perhaps the message had left.
  void stop(std::deque<Bytes>& queue, bool had_left) {
    if (std::exchange(is_sending_, false) && had_left) queue.push_back(copy_);
  }

 private:
  void finish(std::deque<Bytes>& queue) {
    ledger_.must(std::ranges::equal(view_, copy_), "what a socket sends stays where it is");
    queue.push_back(copy_);
    is_sending_ = false;
    session_.clear_output();
  }

  static constexpr std::size_t queue_max = 4;
  Session& session_;
  const Ledger& ledger_;
  bool is_sending_ = false;
  std::span<const std::byte> view_;
  Bytes copy_;
};

struct Options {
  PeerOptions peer;
  SessionOptions session;
};

struct ClientHost final : SessionHandler {
  ClientHost(const Options& options, Ledger& world_ledger, std::uint64_t& clock)
      : ledger(world_ledger),
        now_ms(clock),
        actor(options.peer, world_ledger, clock),
        session(options.session, actor.peer, *this) {}

  void on_introduced(const HelloView&, bool resumed) override {
    ++ledger.counters.connections;
    if (resumed) {
      ++ledger.counters.resumed;
    } else {
      actor.begin_session();
    }
  }
  void on_goaway(const GoawayView&) override { goes_elsewhere = true; }
  void on_silent() override { is_silent = true; }
  void on_expired() override { ++ledger.counters.lost_sessions; }

  void connect(std::list<Link>& links) {
    if (link != nullptr) leave();
    link = &links.emplace_back();
    session.attach(now_ms);
  }

  /// The link is given up, or gone.
  void leave() {
    is_silent = false;
    sender.stop(link->to_server, !link->is_broken && ledger.random.one_in(2));
    link->client_holds = false;
    link = nullptr;
    session.detach(now_ms);
  }

  void receive(const Bytes& message) {
    const auto taken = session.receive(message, now_ms);
    if (link == nullptr) return;
    if (!taken) {
      const CloseReason reason = taken.error();
      ledger.must(reason == CloseReason::session_lost ||
                      (reason == CloseReason::truncated_frame && link->is_truncated),
                  "a server keeps the protocol:", name(reason));
      leave();
    }
  }

  void settle_turn() {
    if (is_silent) leave();
    if (goes_elsewhere && (actor.is_idle() || ledger.random.one_in(20))) {
      goes_elsewhere = false;
      if (link != nullptr) leave();
      session.abandon();
    }
  }

  Ledger& ledger;
  std::uint64_t& now_ms;
  Actor actor;
  Session session;
  Sender sender{session, ledger};
  Link* link = nullptr;
  bool is_silent = false;
  bool goes_elsewhere = false;  // after a GOAWAY, once what is in flight is over
};

struct ServedSession final : SessionHandler {
  ServedSession(const Options& options, Ledger& world_ledger, std::uint64_t& clock,
                std::span<const std::byte> token)
      : ledger(world_ledger),
        now_ms(clock),
        actor(options.peer, world_ledger, clock),
        session(options.session, actor.peer, *this, token) {}

  void on_introduced(const HelloView&, bool) override {}
  void on_goaway(const GoawayView&) override { ledger.must(false, "a server gets no GOAWAY"); }
  void on_silent() override { is_silent = true; }
  void on_expired() override { is_over = true; }

  void take_link(Link& next) {
    if (link != nullptr) leave();
    link = &next;
    next.session = this;
    session.attach(now_ms);
  }

  void leave() {
    is_silent = false;
    sender.stop(link->to_client, !link->is_broken && ledger.random.one_in(2));
    link->server_holds = false;
    link->session = nullptr;
    link = nullptr;
    session.detach(now_ms);
    if (!session.is_resumable()) is_over = true;
  }

  void receive(const Bytes& message) {
    const auto taken = session.receive(message, now_ms);
    if (link == nullptr || taken) return;
    const bool may_be = taken.error() == CloseReason::session_lost ||
                        (taken.error() == CloseReason::truncated_frame && link->is_truncated);
    ledger.must(may_be, "a client keeps the protocol:", name(taken.error()));
    leave();
  }

  /// Ends it as a server does that cannot go on with it.
  void close() {
    if (link != nullptr) leave();
    actor.peer.close({StatusCode::unavailable, "the session is over", 0, {}});
    is_over = true;
  }

  Ledger& ledger;
  std::uint64_t& now_ms;
  Actor actor;
  Session session;
  Sender sender{session, ledger};
  Link* link = nullptr;
  bool is_silent = false;
  bool is_over = false;
};

class ServerHost {
 public:
  ServerHost(const Options& options, Ledger& ledger, std::uint64_t& now_ms)
      : options_(options), ledger_(ledger), now_ms_(now_ms) {}

  /// A message on a link of any state.
  void receive(Link& link, const Bytes& message) {
    if (link.session != nullptr) return link.session->receive(message);
    const auto hello = Session::read_hello_of(message);
    if (!hello) {
      ledger_.must(link.is_truncated, "a client begins with HELLO");
      link.server_holds = false;
      return;
    }
    ServedSession* found = find(hello->session_token);
    if (found != nullptr) {
      switch (found->session.judge(*hello)) {
        case Resumption::possible: break;
        case Resumption::superseded:
          ++ledger_.counters.superseded;
          link.server_holds = false;
          return;
        case Resumption::impossible:
          found->close();
          found = nullptr;
          break;
      }
    }
    if (found == nullptr) found = &make(hello->attempt != 0);
    found->take_link(link);
    found->receive(message);
  }

  /// The process is killed: whoever called from here is gone, and so are all sessions.
  void die(std::list<Link>& links) {
    for (Link& link : links) {
      link.server_holds = false;
      link.session = nullptr;
    }
    for (auto& session : sessions) session->actor.die();
    sessions.clear();
  }

  void settle_turn() {
    for (auto& session : sessions) {
      if (session->is_silent && session->link != nullptr) session->leave();
    }
    std::erase_if(sessions,
                  [](const auto& session) { return session->is_over && session->link == nullptr; });
  }

  std::vector<std::unique_ptr<ServedSession>> sessions;

 private:
  ServedSession* find(std::span<const std::byte> token) {
    for (auto& session : sessions) {
      if (!token.empty() && !session->is_over &&
          std::ranges::equal(session->session.token(), token)) {
        return session.get();
      }
    }
    return nullptr;
  }

  ServedSession& make(bool is_kept) {
    const std::string name = "session " + std::to_string(++made_);
    sessions.push_back(std::make_unique<ServedSession>(
        options_, ledger_, now_ms_, is_kept ? bytes_of(name) : std::span<const std::byte>{}));
    sessions.back()->actor.is_winding_down = is_winding_down;
    return *sessions.back();
  }

  const Options options_;
  Ledger& ledger_;
  std::uint64_t& now_ms_;
  std::uint64_t made_ = 0;

 public:
  bool is_winding_down = false;
};

}  // namespace cortado::wire::test
