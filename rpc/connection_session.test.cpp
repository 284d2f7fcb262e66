// SPDX-License-Identifier: Apache-2.0
// Tests of connections that outlive their sockets: what goes on, what is sent again, and what is
// told when a session is lost.
#include <doctest/doctest.h>

#include <set>

#include "rpc/testdata/echo_pair.hpp"
#include "rpc/testdata/feed_service.hpp"
#include "rpc/testdata/session_pair.hpp"

namespace cortado {

using test::NumberReader;
using test::outcome;
using test::SessionPair;
using test::SessionPairOptions;
using Ends = test::FeedEnds<SessionPair>;

namespace {

test::EchoClient echo_of(Ends& ends) { return test::EchoClient(ends.pair.connector); }

/// Connects again and delivers; whether the session was resumed.
bool reconnect(Ends& ends) {
  ends.pair.connect();
  CHECK(ends.pair.deliver());
  return ends.pair.connector_host.introductions.back();
}

}  // namespace

TEST_CASE("a session is given on the first connection") {
  Ends ends;
  const wire::Session& session = *ends.pair.connector.session();
  CHECK(session.is_attached());
  CHECK(session.is_introduced());
  CHECK(session.is_resumable());
  CHECK(ends.pair.connector_host.introductions == std::vector<bool>{false});
  CHECK(ends.pair.acceptor_host.introductions == std::vector<bool>{false});
  auto task = echo_of(ends).echo("hello");
  task.start();
  CHECK(ends.pair.deliver());
  CHECK(outcome(task) == "hello");
}

TEST_CASE("calls made without a connection wait for one") {
  Ends ends;
  ends.pair.cut();
  auto task = echo_of(ends).echo("patience");
  task.start();
  CHECK(ends.pair.connector.output().empty());
  CHECK(ends.pair.deliver());
  CHECK(outcome(task) == "not done");
  CHECK(reconnect(ends));
  CHECK(outcome(task) == "patience");
  CHECK(ends.pair.acceptor_host.finished == std::vector<std::string>{"Echo.echo ok"});
}

TEST_CASE("a call goes on where it was when its answer was lost on the way") {
  Ends ends;
  auto task = echo_of(ends).echo("once");
  task.start();
  ends.pair.send();
  CHECK(ends.pair.arrive(true));
  ends.pair.send();  // the answer
  ends.pair.cut();
  CHECK(reconnect(ends));
  CHECK(outcome(task) == "once");
  CHECK(ends.pair.acceptor_host.finished == std::vector<std::string>{"Echo.echo ok"});
  CHECK(ends.pair.sessions == 1);
}

TEST_CASE("a handler works on while nobody is connected, and is heard afterwards") {
  Ends ends;
  auto task = echo_of(ends).later("afterwards");
  task.start();
  CHECK(ends.pair.deliver());
  ends.pair.cut();
  ends.server_echo.gate.open();
  CHECK(ends.pair.acceptor.served_calls_in_flight() == 0);
  CHECK(reconnect(ends));
  CHECK(outcome(task) == "afterwards");
}

TEST_CASE("streams go on over any number of connections") {
  Ends ends;
  auto down = ends.client.count(0, 20'000);
  auto up = ends.server_client.count(0, 20'000);
  NumberReader down_reader;
  NumberReader up_reader;
  auto reading_down = down_reader.read(down);
  auto reading_up = up_reader.read(up);
  reading_down.start();
  reading_up.start();
  int cuts = 0;
  for (unsigned step = 0; !reading_down.done() || !reading_up.done(); ++step) {
    REQUIRE(step < 100'000);
    ends.pair.send();
    CHECK(ends.pair.arrive(step % 3 != 0));
    if (step % 17 == 16) {
      ends.pair.cut();
      ++cuts;
    }
    if (!ends.pair.is_connected) ends.pair.connect();
  }
  CHECK(cuts > 5);
  CHECK(ends.pair.sessions == 1);
  for (const NumberReader* reader : {&down_reader, &up_reader}) {
    CHECK(reader->values.size() == 20'000);
    CHECK(reader->are_from(0));
  }
}

TEST_CASE("a session that is lost ends calls honestly, and idempotent ones are sent again") {
  const std::array<std::byte, 16> seed{std::byte{1}, std::byte{2}};
  Ends ends(SessionPairOptions{.call_key_seed = seed});
  auto ran = echo_of(ends).later("ran");
  ran.start();
  CHECK(ends.pair.deliver());
  auto idempotent = echo_of(ends).echo("again");
  idempotent.start();
  auto stream = ends.client.count(0, 10'000);
  ends.pair.send();  // left, and is lost
  auto unsent = echo_of(ends).later("unsent");
  ends.pair.restart_acceptor();
  unsent.start();
  auto unsent_stream = ends.client.count(0, 10);
  CHECK(!reconnect(ends));
  CHECK(outcome(ran) == "unknown: the session was lost: the call may have run");
  CHECK(outcome(idempotent) == "again");
  REQUIRE(stream.error());
  CHECK(stream.error()->code == StatusCode::unknown);
  REQUIRE(unsent_stream.error());
  CHECK(unsent_stream.error()->code == StatusCode::unavailable);
  CHECK(outcome(unsent) == "not done");
  ends.server_echo.gate.open();
  CHECK(ends.pair.deliver());
  CHECK(outcome(unsent) == "unsent");
  CHECK(ends.pair.connector.own_calls_in_flight() == 0);
}

TEST_CASE("a call is not sent for ever to what it may bring down") {
  Ends ends;
  auto task = echo_of(ends).echo("poison");
  task.start();
  unsigned sent = 0;
  while (!task.done()) {
    REQUIRE(sent < 10);
    ends.pair.send();
    CHECK(!ends.pair.to_acceptor.empty());
    ++sent;
    ends.pair.restart_acceptor();
    ends.pair.connect();
    ends.pair.send();
    CHECK(ends.pair.arrive(true));  // HELLO
    ends.pair.send();
    CHECK(ends.pair.arrive(false));  // WELCOME, of a new session
  }
  CHECK(sent == call_attempts_max);
  CHECK(outcome(task) == "unknown: the session was lost: the call may have run");
}

TEST_CASE("a call sent again keeps its deadline") {
  Ends ends;
  auto task = echo_of(ends).later("late", {.timeout_ms = 100});
  ends.pair.cut();
  task.start();
  CHECK(ends.pair.advance_to(1060));
  ends.pair.restart_acceptor();
  CHECK(!reconnect(ends));
  CHECK(ends.server_echo.last_timeout_ms == 40);
  CHECK(ends.pair.advance_to(1100));
  CHECK(outcome(task) == "deadline_exceeded: the deadline passed");
}

TEST_CASE("idempotent calls carry a key of their own, the same when they are sent again") {
  const std::array<std::byte, 16> seed{std::byte{9}};
  /// Takes every request down.
  class Callee final : public wire::PeerHandler {
   public:
    void on_request(wire::CallId id, const wire::RequestView& request) override {
      const auto key = request.header.idempotency_key;
      keys.emplace_back(key.begin(), key.end());
      ids.push_back(id);
    }
    void on_request_dropped(wire::CallId, StatusCode) override {}
    void on_response(wire::CallSlot, const wire::ResponseView&) override {}
    void on_error(wire::CallSlot, const wire::ErrorView&) override {}
    void on_introduced(const wire::HelloView&) override {}
    void on_goaway(const wire::GoawayView&) override {}
    void on_pong(std::uint64_t) override {}
    std::vector<std::vector<std::byte>> keys;
    std::vector<wire::CallId> ids;
  };
  const ServiceRegistry nothing;
  MemoryHost host;
  Connection client({.session = wire::SessionOptions{}, .call_key_seed = seed}, nothing, host, {});
  auto first = test::EchoClient(client).echo("a");
  auto second = test::EchoClient(client).echo("b");
  auto keyless = test::EchoClient(client).fail("c");
  first.start();
  second.start();
  keyless.start();
  Callee callee;
  for (int round = 0; round < 2; ++round) {
    wire::Peer peer({.role = wire::Role::acceptor}, callee);
    client.attach();
    peer.introduce();
    while (!client.output().empty()) {
      const auto bytes = client.output();
      std::vector<std::uint64_t> words(bytes.size() / 8);
      std::memcpy(words.data(), bytes.data(), bytes.size());
      client.clear_output();
      CHECK(peer.receive(std::as_bytes(std::span(words)), 0));
      const wire::Buffer answer = peer.take_output({});
      CHECK(client.receive(answer.content()));
    }
    client.detach();
  }
  REQUIRE(callee.keys.size() == 5);
  CHECK(callee.keys[0].size() == seed.size() + 8);
  CHECK(callee.keys[0] != callee.keys[1]);
  CHECK(callee.keys[2].empty());
  CHECK(callee.keys[3] == callee.keys[0]);
  CHECK(callee.keys[4] == callee.keys[1]);
  CHECK(outcome(keyless) == "unknown: the session was lost: the call may have run");
}

TEST_CASE("a server's session that nobody resumes expires") {
  Ends ends;
  auto task = echo_of(ends).later("nobody");
  task.start();
  auto stream = ends.client.count(0, 10'000);
  CHECK(ends.pair.deliver());
  CHECK(ends.server.running == 1);
  ends.pair.cut();
  CHECK(ends.pair.acceptor_host.wake_ms <= 11'000);
  CHECK(ends.pair.advance_to(10'999));
  CHECK(!ends.pair.acceptor_host.is_expired);
  CHECK(ends.pair.advance_to(11'000));
  CHECK(ends.pair.acceptor_host.is_expired);
  CHECK(ends.server.running == 0);
  CHECK(ends.pair.acceptor.served_calls_in_flight() == 0);
}

TEST_CASE("a client that abandons its session begins another") {
  Ends ends;
  auto task = echo_of(ends).later("of the old one");
  task.start();
  CHECK(ends.pair.deliver());
  ends.pair.connector.abandon();
  CHECK(outcome(task) == "unknown: the session was lost: the call may have run");
  CHECK(!reconnect(ends));
  CHECK(ends.pair.sessions == 2);
  auto next = echo_of(ends).echo("of the new one");
  next.start();
  CHECK(ends.pair.deliver());
  CHECK(outcome(next) == "of the new one");
}

TEST_CASE("closing ends what waits for a connection") {
  Ends ends;
  ends.pair.cut();
  auto task = echo_of(ends).echo("x");
  task.start();
  auto stream = ends.client.total();
  ends.pair.connector.close({StatusCode::cancelled, "the client was closed", 0, {}});
  CHECK(outcome(task) == "cancelled: the client was closed");
  CHECK(stream.error()->code == StatusCode::cancelled);
  CHECK(ends.pair.connector_host.wake_ms == wire::Peer::no_deadline);
}

TEST_CASE("a connection without a word is given up") {
  Ends ends(SessionPairOptions{.session = {.ping_interval_ms = 100, .ping_timeout_ms = 50}});
  CHECK(ends.pair.advance_to(1100));  // ping and pong
  CHECK(!ends.pair.connector_host.is_silent);
  ends.pair.connector_host.time_ms = ends.pair.acceptor_host.time_ms = 1200;
  ends.pair.connector.advance();
  ends.pair.connector_host.time_ms = 1250;
  ends.pair.connector.advance();
  CHECK(ends.pair.connector_host.is_silent);
}

TEST_CASE("output is announced once until it was found empty") {
  Ends ends;
  MemoryHost& host = ends.pair.connector_host;
  auto first = echo_of(ends).echo("1");
  first.start();
  CHECK(std::exchange(host.has_output, false));
  CHECK(!ends.pair.connector.output().empty());
  auto second = echo_of(ends).echo("2");
  second.start();
  CHECK(!host.has_output);  // whoever sends asks again
  ends.pair.connector.clear_output();
  CHECK(!ends.pair.connector.output().empty());
  ends.pair.connector.clear_output();
  CHECK(ends.pair.connector.output().empty());
  auto third = echo_of(ends).echo("3");
  third.start();
  CHECK(host.has_output);
}

}  // namespace cortado
