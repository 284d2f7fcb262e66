// SPDX-License-Identifier: Apache-2.0
// Tests of sessions that outlive their connections: what was lost comes again, nothing twice.
#include <doctest/doctest.h>

#include <string>

#include "wire/test_session.hpp"

namespace cortado::wire {

using test::Bytes;
using test::operator+;
using test::bytes_of;
using test::SessionPair;

namespace {

const std::string id = std::to_string(0x1'0000'0001);

}  // namespace

TEST_CASE("a new session: HELLO, then calls without waiting, and a token comes back") {
  SessionPair pair;
  pair.connector->end.call("early");
  CHECK(pair.connector->take_message().empty());  // no connection yet
  pair.attach();
  const auto hello = Session::read_hello_of(pair.connector->session.output());
  REQUIRE(hello);
  CHECK(hello->attempt == 1);
  CHECK(hello->session_token.empty());
  CHECK(pair.deliver());
  CHECK(pair.acceptor->events() == "new session; request " + id + " early");
  CHECK(pair.connector->events() == "new session");
  CHECK(test::text_of(pair.connector->session.token()) == "token 1");
  CHECK(pair.connector->session.is_resumable());
}

TEST_CASE("a call and its answer survive wherever the connection breaks") {
  // What is lost: nothing, the request, the request on its way twice, the answer, the answer twice.
  for (int lost = 0; lost < 5; ++lost) {
    CAPTURE(lost);
    SessionPair pair;
    pair.connect();
    pair.acceptor->end.on_request_do = [&](CallId call, const RequestView&) {
      CHECK(pair.acceptor->end.respond(call, "answer"));
    };
    pair.connector->end.call("question");
    if (lost == 1 || lost == 2) CHECK(!pair.connector->take_message().empty());
    if (lost == 3 || lost == 4) {
      CHECK(pair.acceptor->receive(pair.connector->take_message()));
      CHECK(!pair.acceptor->take_message().empty());
    }
    pair.reconnect();
    if (lost == 2 || lost == 4) pair.reconnect();
    CHECK(pair.connector->end.events() == "response 0 answer");
    CHECK(pair.acceptor->end.events() == "request " + id + " question");
    CHECK(pair.connector->end.peer.own_calls_in_flight() == 0);
  }
}

TEST_CASE("a session in which no frame was ever received is resumed") {
  SessionPair pair;
  pair.connect();
  pair.connector->events();
  pair.acceptor->events();
  pair.reconnect();
  CHECK(pair.connector->events() == "resumed");
  CHECK(pair.acceptor->events() == "resumed");
  pair.reconnect();
  CHECK(pair.connector->events() == "resumed");
}

TEST_CASE("streams go on both ways with the next item, again and again") {
  SessionPair pair;
  pair.connect();
  const CallId call = pair.connector->end.open(CallKind::bidirectional);
  CHECK(pair.deliver());
  pair.connector->events();
  pair.acceptor->events();
  std::string expected;
  for (int round = 0; round < 20; ++round) {
    const std::string item = std::to_string(round);
    CHECK(pair.connector->end.send(call, item) == Sent::yes);
    CHECK(pair.acceptor->end.send(call, item) == Sent::yes);
    if (round % 4 == 1) pair.connector->take_all();  // lost
    if (round % 4 == 2) pair.acceptor->take_all();
    if (round % 4 == 3) CHECK(pair.acceptor->receive(pair.connector->take_all()));
    pair.reconnect();
    expected += (round == 0 ? "item " : "; item ") + id + " " + item;
  }
  CHECK(pair.connector->end.events() == expected);
  CHECK(pair.acceptor->end.events() == expected);
}

TEST_CASE("nothing but HELLO leaves before the WELCOME to a resumed session") {
  SessionPair pair;
  pair.connect();
  pair.cut();
  pair.connector->end.call("meanwhile");
  pair.attach();
  CHECK(pair.connector->take_message().size() == 16 + 32 + 8);
  CHECK(!pair.connector->session.has_output());
  CHECK(pair.connector->take_message().empty());
}

TEST_CASE("the second connection may come before the first is known to be dead") {
  SessionPair pair;
  pair.connect();
  pair.connector->end.call("on the first");
  const Bytes late = pair.connector->take_message();
  pair.acceptor->events();
  // The page has noticed, the server has not: its host takes the new link, and drops the old one.
  pair.connector->session.attach(1000);
  const Bytes hello = pair.connector->take_message();
  CHECK(pair.acceptor->session.judge(*Session::read_hello_of(hello)) == Resumption::possible);
  pair.acceptor->session.attach(1000);
  CHECK(pair.acceptor->receive(hello));
  CHECK(pair.deliver());
  CHECK(pair.acceptor->events() == "resumed; request " + id + " on the first");
}

TEST_CASE("a connection older than the one there is cannot take the session") {
  SessionPair pair;
  pair.connect();
  pair.connector->session.attach(1000);
  const Bytes second = pair.connector->take_message();
  pair.connector->session.attach(1000);
  const Bytes third = pair.connector->take_message();
  pair.acceptor->session.attach(1000);
  CHECK(pair.acceptor->receive(third));
  for (const Bytes& old : {second, third}) {
    CHECK(pair.acceptor->session.judge(*Session::read_hello_of(old)) == Resumption::superseded);
  }
  // A host that does not ask is told by receive(); the session itself is not harmed.
  pair.acceptor->session.attach(1000);
  CHECK(pair.acceptor->receive(second).error() == CloseReason::superseded);
  pair.acceptor->session.detach(1000);
  pair.connect();
  CHECK(pair.connector->events().ends_with("resumed"));
}

TEST_CASE("the server's calls are resumed like the page's") {
  SessionPair pair;
  pair.connect();
  pair.acceptor->end.call("are you there");
  CHECK(!pair.acceptor->take_message().empty());  // lost
  pair.reconnect();
  CHECK(pair.connector->end.events() == "request 4294967296 are you there");
  CHECK(pair.connector->end.respond(0x1'0000'0000, "yes"));
  CHECK(!pair.connector->take_message().empty());
  pair.reconnect();
  CHECK(pair.acceptor->end.events() == "response 0 yes");
}

#if !defined(__EMSCRIPTEN__)
TEST_CASE("what a socket sends from stays where it is while the peer works on") {
  SessionPair pair;
  pair.connect();
  pair.connector->end.call("first");
  const std::span<const std::byte> sending = pair.connector->session.output();
  const Bytes copy(sending.begin(), sending.end());
  for (int count = 0; count < 3000; ++count) pair.connector->end.call("another one of many");
  CHECK(test::to_hex(sending) == test::to_hex(copy));
  pair.connector->session.clear_output();
  CHECK(pair.acceptor->receive(copy));
  CHECK(pair.deliver());
  CHECK(pair.acceptor->end.requests.size() == 3001);
}
#endif

TEST_CASE("a server that has forgotten the session begins a new one") {
  SessionPair pair;
  pair.connect();
  pair.connector->end.call("left");
  CHECK(pair.acceptor->receive(pair.connector->take_message()));
  pair.cut();
  pair.connector->end.call("never left");
  pair.make_acceptor("token 2");
  pair.connect();
  // The session's own word comes last: the calls have ended by then.
  CHECK(pair.connector->end.events() == "lost 0 perhaps run; lost 1 not run");
  CHECK(pair.connector->events() == "new session; new session");
  CHECK(test::text_of(pair.connector->session.token()) == "token 2");
  pair.connector->end.call("again");
  CHECK(pair.deliver());
  CHECK(pair.acceptor->end.events() == "request 8589934595 again");
}

TEST_CASE("calls made again while the session is lost go to the next one") {
  SessionPair pair;
  pair.connect();
  pair.connector->end.call("first");
  CHECK(pair.acceptor->receive(pair.connector->take_message()));
  pair.cut();
  pair.make_acceptor("token 2");
  pair.connector->end.on_settled_do = [&](CallSlot) {
    pair.connector->end.on_settled_do = nullptr;
    pair.connector->end.call("again");
  };
  pair.connect();
  CHECK(pair.acceptor->end.events() == "request 8589934593 again");
}

TEST_CASE("calls of the other end are dropped with their session") {
  SessionPair pair;
  pair.connect();
  pair.acceptor->end.call("for the page");
  CHECK(pair.deliver());
  pair.cut();
  pair.make_acceptor("token 2");
  pair.connect();
  CHECK(pair.connector->end.events() ==
        "request 4294967296 for the page; dropped 4294967296 cancelled");
}

TEST_CASE("a page that cannot send what is missing says so and begins anew") {
  SessionPair pair({.retained_size_max = 1000});
  pair.connect();
  // More than is kept leaves and is lost.
  const std::string large(40'000, 'x');
  for (int count = 0; count < 4; ++count) pair.connector->end.call(large);
  pair.connector->take_all();
  pair.cut();
  pair.attach();
  CHECK(pair.acceptor->receive(pair.connector->take_message()));
  CHECK(pair.connector->receive(pair.acceptor->take_message()).error() ==
        CloseReason::session_lost);
  CHECK(pair.connector->end.events() ==
        "lost 0 perhaps run; lost 1 perhaps run; lost 2 perhaps run; lost 3 perhaps run");
  CHECK(!pair.connector->session.is_resumable());
}

TEST_CASE("a server that cannot send what is missing says so") {
  SessionPair pair({}, {.retained_size_max = 1000});
  pair.connect();
  const std::string large(40'000, 'x');
  for (int count = 0; count < 4; ++count) pair.acceptor->end.call(large);
  pair.acceptor->take_all();
  pair.cut();
  pair.attach();
  const Bytes hello = pair.connector->take_message();
  CHECK(pair.acceptor->session.judge(*Session::read_hello_of(hello)) == Resumption::impossible);
  CHECK(pair.acceptor->receive(hello).error() == CloseReason::session_lost);
}

TEST_CASE("an end that wants no sessions ends its calls with the connection") {
  for (const bool is_connector : {true, false}) {
    const SessionOptions none{.retained_size_max = 0};
    SessionPair pair(is_connector ? none : SessionOptions{},
                     is_connector ? SessionOptions{} : none);
    pair.connect();
    CHECK(!pair.connector->session.is_resumable());
    pair.connector->end.call("x");
    CHECK(pair.deliver());
    CHECK(pair.connector->session.backlog_size() == 0);
    pair.cut();
    CHECK(pair.connector->end.events() == "lost 0 perhaps run");
    CHECK(pair.acceptor->end.events() == "request " + id + " x; dropped " + id + " cancelled");
  }
}

TEST_CASE("without overriding it a lost call is an error that says what is known") {
  struct Host final : PeerHandler {
    void on_request(CallId, const RequestView&) override {}
    void on_request_dropped(CallId, StatusCode) override {}
    void on_response(CallSlot, const ResponseView&) override {}
    void on_error(CallSlot, const ErrorView& error) override {
      codes += std::string(name(error.code)) + " ";
    }
    void on_introduced(const HelloView&) override {}
    void on_goaway(const GoawayView&) override {}
    void on_pong(std::uint64_t) override {}
    std::string codes;
  } host;
  host.on_lost(0, false);
  host.on_lost(0, true);
  CHECK(host.codes == "unavailable unknown ");
}

}  // namespace cortado::wire
