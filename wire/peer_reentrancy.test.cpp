// SPDX-License-Identifier: Apache-2.0
// Tests of handlers that call back into their peer, from every handler function.
#include <doctest/doctest.h>

#include "wire/test_support.hpp"

namespace cortado::wire {

namespace {

using test::Bytes;
using test::operator+;
using test::make_frame;
using test::Pair;

constexpr CallId odd = 0x1'0000'0001;
const ErrorView lost{StatusCode::unavailable, "lost", 0, {}};

}  // namespace

TEST_CASE("a handler answers at once") {
  Pair pair;
  pair.acceptor.on_request_do = [&](CallId id, const RequestView& request) {
    CHECK(pair.acceptor.peer.served_calls_in_flight() == 1);
    CHECK(pair.acceptor.respond(id, test::text_of(request.params) + "!"));
    CHECK(pair.acceptor.peer.served_calls_in_flight() == 0);
    CHECK(!pair.acceptor.respond(id, "twice"));
  };
  pair.connector.call("a");
  pair.connector.call("b", 100);
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "response 0 a!; response 1 b!");
  CHECK(pair.acceptor.peer.next_deadline_ms() == Peer::no_deadline);
}

TEST_CASE("a handler calls back before it answers") {
  Pair pair;
  pair.acceptor.on_request_do = [&](CallId, const RequestView&) { pair.acceptor.call("who?"); };
  pair.connector.on_request_do = [&](CallId id, const RequestView&) {
    pair.connector.respond(id, "me");
  };
  pair.acceptor.on_settled_do = [&](CallSlot) { pair.acceptor.respond(odd, "hello, you"); };
  pair.connector.call("hello");
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "request 4294967296 who?; response 0 hello, you");
}

TEST_CASE("an answer leads to the next call in the same slot") {
  Pair pair;
  pair.acceptor.on_request_do = [&](CallId id, const RequestView&) {
    pair.acceptor.respond(id, "ok");
  };
  int left = 50;
  pair.connector.on_settled_do = [&](CallSlot slot) {
    CHECK(slot == 0);
    if (--left > 0) CHECK(pair.connector.call("again") == 0);
  };
  pair.connector.call("first");
  CHECK(pair.deliver());
  CHECK(left == 0);
  CHECK(pair.connector.peer.own_calls_in_flight() == 0);
}

TEST_CASE("a settled call cancels the others of its message") {
  Pair pair;
  pair.connector.call("a");
  pair.connector.call("b");
  CHECK(pair.deliver());
  for (const CallId id : pair.acceptor.requests) pair.acceptor.respond(id, "r");
  pair.connector.on_settled_do = [&](CallSlot slot) { pair.connector.peer.cancel(1 - slot); };
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "response 0 r");
}

TEST_CASE("closing inside on_request drops the call that is arriving") {
  Pair pair;
  pair.acceptor.on_request_do = [&](CallId, const RequestView&) { pair.acceptor.peer.close(lost); };
  pair.connector.call("a");
  pair.connector.call("b");
  CHECK(pair.deliver());
  CHECK(pair.acceptor.events() == "request 4294967297 a; dropped 4294967297 cancelled");
  CHECK(pair.acceptor.peer.served_calls_in_flight() == 0);
}

TEST_CASE("closing inside on_response ends the calls that are left") {
  Pair pair;
  for (const char* params : {"a", "b", "c"}) pair.connector.call(params);
  CHECK(pair.deliver());
  for (const CallId id : pair.acceptor.requests) pair.acceptor.respond(id, "r");
  pair.connector.on_settled_do = [&](CallSlot) { pair.connector.peer.close(lost); };
  CHECK(pair.deliver());
  CHECK(pair.connector.events() ==
        "response 0 r; error 1 unavailable: lost; error 2 unavailable: lost");
}

TEST_CASE("nothing a handler does while closing brings anything back") {
  Pair pair;
  pair.connector.call("a");
  pair.connector.call("b");
  pair.acceptor.call("c");
  pair.acceptor.call("d");
  CHECK(pair.deliver());
  pair.connector.events();
  pair.connector.on_settled_do = [&](CallSlot slot) {
    CHECK(!pair.connector.try_call("again"));
    pair.connector.peer.cancel(slot);
    pair.connector.peer.cancel(1 - slot);  // the other one: it is over without on_error() then
    pair.connector.peer.close(lost);
  };
  pair.connector.on_dropped_do = [&](CallId) {
    for (const CallId id : pair.connector.requests) CHECK(!pair.connector.respond(id, "x"));
  };
  pair.connector.peer.close(lost);
  const std::string events = pair.connector.events();  // the served calls in any order
  CHECK(events.find("dropped 4294967296 cancelled") != std::string::npos);
  CHECK(events.find("dropped 4294967298 cancelled") != std::string::npos);
  CHECK(events.ends_with("cancelled; error 0 unavailable: lost"));
  CHECK(pair.connector.peer.own_calls_in_flight() == 0);
  CHECK(pair.connector.peer.output().empty());
}

TEST_CASE("a deadline's handler calls and cancels") {
  Pair pair;
  pair.connector.call("a", 100);
  pair.connector.call("b", 100);
  int retries = 0;
  pair.connector.on_settled_do = [&](CallSlot slot) {
    if (retries++ == 0) {
      pair.connector.peer.cancel(1 - slot);
      pair.connector.now_ms = 1100;
      pair.connector.call("retry", 1);
    }
  };
  pair.connector.peer.advance(1100);
  CHECK(pair.connector.events() == "error 0 deadline_exceeded: the deadline passed");
  CHECK(pair.connector.peer.next_deadline_ms() == 1101);
  CHECK(pair.connector.peer.own_calls_in_flight() == 1);
}

TEST_CASE("a handler that is dropped answers other calls") {
  Pair pair;
  const CallSlot slot = pair.connector.call("a");
  pair.connector.call("b");
  CHECK(pair.deliver());
  pair.acceptor.on_dropped_do = [&](CallId id) {
    CHECK(!pair.acceptor.respond(id, "x"));
    CHECK(pair.acceptor.respond(id + 2, "B"));
  };
  pair.connector.peer.cancel(slot);
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "response 1 B");
}

TEST_CASE("a handler takes the next message before it returns") {
  Pair pair;
  const Bytes payload(request_envelope_size);
  const Bytes cancel_and_next =
      make_frame(FrameType::cancel, odd) + make_frame(FrameType::request, odd + 2, payload);
  bool is_first = true;
  pair.acceptor.on_request_do = [&](CallId id, const RequestView&) {
    if (!std::exchange(is_first, false)) return;
    CHECK(pair.acceptor.receive(cancel_and_next));
    CHECK(!pair.acceptor.respond(id, "cancelled meanwhile"));
    CHECK(pair.acceptor.receive(make_frame(FrameType::request, odd + 2, payload)).error() ==
          CloseReason::bad_call_id);
  };
  CHECK(pair.acceptor.receive(make_frame(FrameType::request, odd, payload)));
  CHECK(pair.acceptor.events() ==
        "request 4294967297 ; dropped 4294967297 cancelled; request 4294967299 ");
  CHECK(pair.acceptor.peer.served_calls_in_flight() == 1);
}

TEST_CASE("a call arriving is in flight for a message inside its handler") {
  Pair pair;
  const Bytes request = make_frame(FrameType::request, odd, Bytes(request_envelope_size));
  pair.acceptor.on_request_do = [&](CallId, const RequestView&) {
    CHECK(pair.acceptor.receive(request).error() == CloseReason::bad_call_id);
  };
  CHECK(pair.acceptor.receive(request));
  CHECK(pair.acceptor.peer.served_calls_in_flight() == 1);
}

}  // namespace cortado::wire
