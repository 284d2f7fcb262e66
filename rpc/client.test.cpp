// SPDX-License-Identifier: Apache-2.0
// Tests of clients over sockets that do what the test says, when it says so.
#include <cortado/client.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <vector>

#include "rpc/client_state.hpp"
#include "rpc/memory_pair.hpp"
#include "rpc/testdata/echo_pair.hpp"

namespace cortado {
namespace {

using test::EchoClient;
using test::outcome;

class FakeSocket;

/// What the client's program would be: its event loop, its clock, its sockets.
struct World {
  std::uint64_t time_ms = 1000;
  std::deque<std::function<void()>> posted;
  std::vector<FakeSocket*> sockets;  // of the connections there are, oldest first
  std::vector<unsigned> closed;      // codes, in the order in which sockets were closed

  void run_posted() {
    while (!posted.empty()) {
      const std::function<void()> task = std::move(posted.front());
      posted.pop_front();
      task();
    }
  }
};

class FakeSocket final : public client::ClientSocket {
 public:
  FakeSocket(World& world, client::ClientConnection& of) : connection(of), world_(world) {
    world_.sockets.push_back(this);
  }
  ~FakeSocket() override {
    close(client::normal_code, "");
    std::erase(world_.sockets, this);
  }

  void open(std::uint32_t delay_ms) override { opening_in_ms = delay_ms; }
  void output_ready() override {}
  void close(std::uint16_t code, std::string_view) override {
    if (is_open || opening_in_ms) world_.closed.push_back(code);
    is_open = false;
    opening_in_ms.reset();
  }
  void wake_at(std::uint64_t at_ms) override { wake_ms = at_ms; }

  client::ClientConnection& connection;
  std::optional<std::uint32_t> opening_in_ms;
  bool is_open = false;
  std::uint64_t wake_ms = wire::Peer::no_deadline;

 private:
  World& world_;
};

class FakeHost final : public client::ClientHost {
 public:
  FakeHost(World& world, client::OtherEnd other) : world_(world), other_(other) {}
  [[nodiscard]] client::OtherEnd other_end() const override { return other_; }
  [[nodiscard]] std::uint64_t now_ms() const override { return world_.time_ms; }
  [[nodiscard]] std::uint64_t now_us() const override { return world_.time_ms * 1000; }
  // Chance is the longest wait there may be.
  void fill_with_random(std::span<std::byte> bytes) override {
    std::ranges::fill(bytes, std::byte{0xff});
  }
  void post(std::function<void()> task) override { world_.posted.push_back(std::move(task)); }
  void handler_failed(std::string_view, std::string_view, std::string_view) override {}
  [[nodiscard]] std::unique_ptr<client::ClientSocket> make_socket(
      client::ClientConnection& connection) override {
    return std::make_unique<FakeSocket>(world_, connection);
  }

 private:
  World& world_;
  const client::OtherEnd other_;
};

/// A session of Echo at the other end.
struct Server {
  explicit Server(std::uint8_t number) : token{std::byte{number}} { CHECK(services.add(service)); }

  std::array<std::byte, 1> token;
  test::EchoService service;
  ServiceRegistry services;
  MemoryHost host;
  bool is_known = false;  // to the client
  Connection connection{{.peer = {.role = wire::Role::acceptor},
                         .session = wire::SessionOptions{},
                         .token = token,
                         .call_key_seed = {}},
                        services,
                        host,
                        {"", "memory"}};
};

/// A client and the server it is connected to.
class Ends {
 public:
  explicit Ends(ConnectOptions options = {}, client::OtherEnd other = {})
      : connecting_(connect(options, other)) {
    connecting_.start();
  }

  FakeSocket& socket() { return *world.sockets.back(); }
  Client& client() {
    if (!client_) {
      client_ = connecting_.take();
      connecting_.reset();
    }
    REQUIRE(client_->has_value());
    return **client_;
  }
  [[nodiscard]] bool is_connecting() const { return !connecting_.done(); }
  Error connect_error() { return connecting_.take().error(); }
  void drop_connecting() { connecting_.reset(); }
  void drop_client() { client_.reset(); }
  EchoClient echo() { return EchoClient(client().channel()); }

  void open() {
    socket().opening_in_ms.reset();
    socket().is_open = true;
    awaits_hello_ = true;
    socket().connection.opened();
    world.run_posted();
  }
  void refuse() {
    socket().opening_in_ms.reset();
    socket().connection.not_opened({StatusCode::unavailable, "nobody there", 0, {}});
    world.run_posted();
  }
  void cut(std::uint16_t code = client::SocketEnd::no_close_frame) {
    socket().is_open = false;
    server->connection.detach();
    socket().connection.lost({code, "", true});
    world.run_posted();
  }
  /// Carries messages to and fro until nobody has any.
  void deliver() {
    world.run_posted();
    while (carry_to_server() || carry_to_client()) world.run_posted();
  }
  /// Into a network that swallows it.
  void lose_output() {
    while (!socket().connection.output().empty()) socket().connection.clear_output();
  }
  void connect_and_deliver() {
    open();
    deliver();
  }
  void forget_session() { make_server(); }

  void advance_to(std::uint64_t time_ms) {
    world.time_ms = server->host.time_ms = time_ms;
    FakeSocket& awake = socket();
    if (awake.wake_ms <= time_ms) {
      awake.wake_ms = wire::Peer::no_deadline;
      awake.connection.on_wake();
    }
    world.run_posted();
  }

  World world;
  std::unique_ptr<Server> server;

 private:
  Task<Result<Client>> connect(const ConnectOptions& options, client::OtherEnd other) {
    make_server();
    return Client::State::connect(
        std::make_shared<Client::State>(std::make_unique<FakeHost>(world, other), options));
  }
  void make_server() { server = std::make_unique<Server>(++servers_); }

  bool carry_to_server() {
    if (!socket().is_open) return false;
    const std::span<const std::byte> message = socket().connection.output();
    if (message.empty()) return false;
    if (std::exchange(awaits_hello_, false)) accept(message);
    CHECK(server->connection.receive(message).has_value());
    socket().connection.clear_output();
    return true;
  }
  void accept(std::span<const std::byte> message) {
    const auto hello = wire::Session::read_hello_of(message);
    REQUIRE(hello.has_value());
    const bool resumes = server->connection.session()->judge(*hello) == wire::Resumption::possible;
    if (server->is_known && !resumes) make_server();
    server->is_known = true;
    server->connection.attach();
  }
  bool carry_to_client() {
    if (!socket().is_open) return false;
    const std::span<const std::byte> output = server->connection.output();
    if (output.empty()) return false;
    std::vector<std::uint64_t> message((output.size() + 7) / 8);
    std::memcpy(message.data(), output.data(), output.size());
    const std::size_t size = output.size();
    server->connection.clear_output();
    socket().connection.receive(std::as_bytes(std::span(message)).first(size));
    return true;
  }

  std::uint8_t servers_ = 0;
  bool awaits_hello_ = false;
  Task<Result<Client>> connecting_;
  std::optional<Result<Client>> client_;
};

TEST_CASE("a client is there when its first socket is") {
  Ends ends;
  CHECK(ends.socket().opening_in_ms == 0U);
  CHECK(ends.is_connecting());
  ends.open();
  REQUIRE(!ends.is_connecting());
  CHECK(ends.client().connected());
  auto call = ends.echo().echo("hello");
  call.start();
  ends.deliver();
  CHECK(outcome(call) == "hello");
  CHECK(ends.client().status().resumed_count + ends.client().status().lost_count == 0);
}

TEST_CASE("a first socket that does not open is why there is no client") {
  Ends ends;
  ends.refuse();
  REQUIRE(!ends.is_connecting());
  CHECK(ends.connect_error().message == "nobody there");
  ends.drop_connecting();
  CHECK(ends.world.sockets.empty());
}

TEST_CASE("a connect that is dropped closes its socket") {
  Ends ends;
  ends.drop_connecting();
  CHECK(ends.world.sockets.empty());
  CHECK(ends.world.closed == std::vector<unsigned>{1000});
}

TEST_CASE("attempts are further and further apart, until the server has introduced itself") {
  Ends ends({.retry_delay_ms = 500, .retry_delay_max_ms = 3000});
  ends.connect_and_deliver();
  ends.cut();
  CHECK(ends.client().status().state == ClientState::reconnecting);
  std::vector<std::uint32_t> delays;
  for (std::uint32_t failed = 0; failed < 4; ++failed) {
    CHECK(ends.client().status().failed_attempts == failed);
    delays.push_back(*ends.socket().opening_in_ms);
    ends.refuse();
  }
  CHECK(delays == std::vector<std::uint32_t>{500, 1000, 2000, 3000});
  // A socket that opens and is lost says nothing of a server yet.
  ends.open();
  CHECK(ends.client().connected());
  CHECK(ends.client().status().failed_attempts == 0);
  ends.cut();
  CHECK(ends.socket().opening_in_ms == 3000U);
  ends.connect_and_deliver();
  ends.cut();
  CHECK(ends.socket().opening_in_ms == 500U);
}

TEST_CASE("calls wait for the next connection and go on there") {
  Ends ends;
  ends.connect_and_deliver();
  auto held = ends.echo().later("held");
  held.start();
  ends.deliver();
  ends.cut();
  auto made_away = ends.echo().echo("made away");
  made_away.start();
  ends.server->service.gate.open();
  ends.connect_and_deliver();
  CHECK(outcome(made_away) == "made away");
  CHECK(held.done());
  CHECK(ends.client().status().resumed_count == 1);
  CHECK(ends.client().status().lost_count == 0);
}

TEST_CASE("a connection that is lost before the server has introduced itself loses what it sent") {
  Ends ends;
  ends.open();
  auto call = ends.echo().later("sent");
  call.start();
  ends.lose_output();
  ends.cut();
  REQUIRE(call.done());
  CHECK(call.take().error().code == StatusCode::unknown);
  ends.connect_and_deliver();
  CHECK(ends.client().status().resumed_count == 0);
  CHECK(ends.client().status().lost_count == 1);
}

TEST_CASE("closing ends calls as cancelled, also when the server has not introduced itself") {
  Ends ends;
  ends.open();
  auto sent = ends.echo().echo("sent");
  sent.start();
  ends.lose_output();
  auto waiting = ends.echo().echo("waiting");
  waiting.start();
  ends.client().close();
  CHECK(outcome(sent) == "cancelled: the client was closed");
  CHECK(outcome(waiting) == "cancelled: the client was closed");
  CHECK(ends.world.closed == std::vector<unsigned>{1000});
}

TEST_CASE("a server that has forgotten the session gets idempotent calls again") {
  Ends ends;
  ends.connect_and_deliver();
  ends.cut();
  auto call = ends.echo().echo("again");
  call.start();
  ends.forget_session();
  ends.server->is_known = true;
  ends.connect_and_deliver();
  CHECK(outcome(call) == "again");
  CHECK(ends.client().status().lost_count == 1);
}

TEST_CASE("which ends are final") {
  const auto state_after = [](unsigned code) {
    Ends ends;
    ends.connect_and_deliver();
    ends.cut(static_cast<std::uint16_t>(code));
    return ends.client().status().state;
  };
  for (const unsigned code : {1002U, 1003U, 1009U, 4000U, 4004U}) {
    CAPTURE(code);
    CHECK(state_after(code) == ClientState::closed);
  }
  for (const auto reason : {wire::CloseReason::going_away, wire::CloseReason::idle,
                            wire::CloseReason::superseded, wire::CloseReason::session_lost}) {
    CAPTURE(wire::name(reason));
    CHECK(state_after(4000 + static_cast<unsigned>(reason)) == ClientState::reconnecting);
  }
  for (const unsigned code : {1000U, 1001U, 1006U, 1011U, 1012U, 3000U}) {
    CAPTURE(code);
    CHECK(state_after(code) == ClientState::reconnecting);
  }
}

TEST_CASE("closed() and changed() tell from the event loop") {
  Ends ends;
  ends.connect_and_deliver();
  auto changed = ends.client().changed();
  auto closed = ends.client().closed();
  changed.start();
  closed.start();
  ends.cut();
  CHECK(changed.done());
  CHECK(!closed.done());
  ends.client().close();
  CHECK(!closed.done());
  ends.world.run_posted();
  REQUIRE(closed.done());
  CHECK(closed.take().code == StatusCode::cancelled);
  auto after = ends.client().changed();
  after.start();
  CHECK(after.done());
}

TEST_CASE("after a farewell new calls take a new connection, and the old one finishes") {
  Ends ends;
  ends.connect_and_deliver();
  auto old = ends.echo().later("old");
  old.start();
  ends.deliver();
  const std::unique_ptr<Server> leaving = std::move(ends.server);
  ends.server = std::make_unique<Server>(99);
  leaving->connection.goaway(wire::CloseReason::going_away, 1000, "");
  FakeSocket& first = ends.socket();
  const auto carry = [&] {
    const std::span<const std::byte> output = leaving->connection.output();
    std::vector<std::byte> message(output.begin(), output.end());
    leaving->connection.clear_output();
    first.connection.receive(message);
    ends.world.run_posted();
  };
  carry();
  REQUIRE(ends.world.sockets.size() == 2);
  CHECK(ends.client().status().state == ClientState::reconnecting);
  auto call = ends.echo().echo("new");
  call.start();
  ends.connect_and_deliver();
  CHECK(outcome(call) == "new");
  CHECK(!old.done());
  leaving->service.gate.open();
  carry();
  REQUIRE(old.done());
  CHECK(ends.world.sockets.size() == 1);
  CHECK(ends.world.closed == std::vector<unsigned>{1000});
  CHECK(ends.client().connected());
}

TEST_CASE("a connection on which nothing is heard is left for another") {
  Ends ends;
  ends.connect_and_deliver();
  ends.advance_to(51'000);  // sends a PING
  CHECK(ends.client().connected());
  ends.advance_to(61'000);
  CHECK(ends.client().status().state == ClientState::reconnecting);
  CHECK(ends.world.closed ==
        std::vector<unsigned>{4000 + static_cast<unsigned>(wire::CloseReason::idle)});
  ends.server->connection.detach();
  ends.connect_and_deliver();
  CHECK(ends.client().status().resumed_count == 1);
}

TEST_CASE("a connection that is lost on purpose comes back after the pause, and the call goes on") {
  Ends ends;
  ends.connect_and_deliver();
  auto call = ends.echo().echo("hello");
  call.start();
  ends.client().lose_connection(3000);
  CHECK(ends.client().connected());  // whoever asks may run inside of it
  ends.world.run_posted();
  CHECK(ends.client().status().state == ClientState::reconnecting);
  CHECK(ends.world.closed == std::vector<unsigned>{3000});
  CHECK(ends.socket().opening_in_ms == 3000);
  ends.client().lose_connection(1);  // there is none
  ends.world.run_posted();
  CHECK(ends.socket().opening_in_ms == 3000);
  ends.server->connection.detach();
  ends.connect_and_deliver();
  CHECK(outcome(call) == "hello");
  CHECK(ends.client().status().resumed_count == 1);
}

TEST_CASE("a client may be dropped by the coroutine that its answer resumes") {
  Ends ends;
  ends.connect_and_deliver();
  const auto drop = [&]() -> Task<void> {
    const auto answer = co_await ends.echo().echo("x");
    CHECK(answer.has_value());
    ends.drop_client();
  };
  auto task = drop();
  task.start();
  CHECK(!ends.socket().connection.output().empty());
  CHECK(ends.server->connection.receive(ends.socket().connection.output()).has_value());
  ends.socket().connection.clear_output();
  const std::span<const std::byte> output = ends.server->connection.output();
  std::vector<std::byte> message(output.begin(), output.end());
  ends.socket().connection.receive(message);
  CHECK(task.done());
  CHECK(ends.world.sockets.empty());
  CHECK(ends.world.closed == std::vector<unsigned>{1000});
}

TEST_CASE("a server that breaks the protocol at once is why there is no client") {
  Ends ends;
  ends.socket().opening_in_ms.reset();
  ends.socket().is_open = true;
  ends.socket().connection.opened();
  const std::vector<std::byte> nonsense(24, std::byte{1});
  ends.socket().connection.receive(nonsense);
  CHECK(ends.is_connecting());
  ends.world.run_posted();
  REQUIRE(!ends.is_connecting());
  CHECK(ends.connect_error().code == StatusCode::internal);
}

TEST_CASE("a server that breaks the protocol is left for good") {
  Ends ends;
  ends.connect_and_deliver();
  auto call = ends.echo().echo("x");
  call.start();
  const std::vector<std::byte> nonsense(24, std::byte{1});
  ends.socket().connection.receive(nonsense);
  CHECK(outcome(call).starts_with("internal: the server broke the protocol"));
  CHECK(ends.client().status().state == ClientState::closed);
  CHECK(ends.world.closed == std::vector<unsigned>{4000});
}

// --- without sessions ----------------------------------------------------------------------------

client::OtherEnd one_socket() {
  return {.name = "the neighbour",
          .caller = {"neighbour", "memory"},
          .session = {.retained_size_max = 0}};
}

TEST_CASE("a client of one socket ends with it: what left may have run, what did not has not") {
  Ends ends({}, one_socket());
  ends.connect_and_deliver();
  ends.server->service.gate = {};
  auto held = ends.echo().later("held");
  held.start();
  ends.deliver();
  auto unsent = ends.echo().echo("unsent");
  unsent.start();
  auto end = ends.client().closed();
  end.start();
  ends.cut();
  CHECK(outcome(held).starts_with("unknown: "));
  CHECK(outcome(unsent) == "unavailable: the connection is closed");
  REQUIRE(end.done());
  CHECK(to_string(end.take()) == "unavailable: the connection is closed");
  CHECK(ends.client().status().state == ClientState::closed);
  CHECK(!ends.socket().opening_in_ms);
  auto late = ends.echo().echo("late");
  late.start();
  CHECK(outcome(late).starts_with("unavailable: "));
}

TEST_CASE("a client of one socket that does not open says why, and does not try again") {
  Ends ends({}, one_socket());
  ends.refuse();
  CHECK(to_string(ends.connect_error()) == "unavailable: nobody there");
  CHECK(!ends.socket().opening_in_ms);
}

TEST_CASE("a client of one socket names who broke the protocol") {
  Ends ends({}, one_socket());
  ends.connect_and_deliver();
  const std::vector<std::byte> nonsense(24, std::byte{1});
  ends.socket().connection.receive(nonsense);
  CHECK(ends.client().status().last_error.message.starts_with("the neighbour broke the protocol"));
}

}  // namespace
}  // namespace cortado
