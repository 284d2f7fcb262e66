// SPDX-License-Identifier: Apache-2.0
// Tests of calls between two peers: each of the ways in which a call can end, and what is sent.
#include <doctest/doctest.h>

#include "wire/test_support.hpp"

namespace cortado::wire {

namespace {

using test::Bytes;
using test::bytes_of;
using test::End;
using test::Pair;

}  // namespace

TEST_CASE("both ends introduce themselves with their limits") {
  End connector({.role = Role::connector, .payload_size_max = 100, .calls_in_flight_max = 2});
  End acceptor({.role = Role::acceptor, .payload_size_max = 300, .calls_in_flight_max = 4});
  connector.peer.introduce();
  acceptor.peer.introduce();
  CHECK(acceptor.receive(connector.take_output()));
  CHECK(connector.receive(acceptor.take_output()));
  CHECK(acceptor.events() == "introduced 100 2");
  CHECK(connector.events() == "introduced 300 4");
}

TEST_CASE("a call is answered") {
  Pair pair;
  const CallSlot slot = pair.connector.call("ping");
  CHECK(slot == 0);
  CHECK(pair.connector.peer.own_calls_in_flight() == 1);
  CHECK(pair.deliver());
  CHECK(pair.acceptor.events() == "request 4294967297 ping");
  CHECK(pair.acceptor.peer.served_calls_in_flight() == 1);

  CHECK(pair.acceptor.respond(4294967297, "pong"));
  CHECK(pair.acceptor.peer.served_calls_in_flight() == 0);
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "response 0 pong");
  CHECK(pair.connector.peer.own_calls_in_flight() == 0);
}

TEST_CASE("the acceptor may call too") {
  Pair pair;
  pair.acceptor.call("hello");
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "request 4294967296 hello");
  CHECK(pair.connector.respond(4294967296, "bye"));
  CHECK(pair.deliver());
  CHECK(pair.acceptor.events() == "response 0 bye");
}

TEST_CASE("what the caller says of a call arrives") {
  Pair pair;
  const Bytes metadata = test::from_hex("0100 0100 61 62");
  RequestHeader header{.interface_id = 0xfedcba9876543210,
                       .method = 65535,
                       .idempotent = true,
                       .timeout_ms = 100,
                       .metadata = metadata,
                       .idempotency_key = bytes_of("k")};
  header.trace.trace_id[0] = std::byte{9};
  std::memcpy(pair.connector.peer.prepare_params(3, header).data(), "abc", 3);
  CHECK(pair.connector.peer.call(header, 3, 0));
  bool was_called = false;
  pair.acceptor.on_request_do = [&](CallId id, const RequestView& request) {
    was_called = true;
    CHECK(request.header.interface_id == header.interface_id);
    CHECK(request.header.method == 65535);
    CHECK(request.header.idempotent);
    CHECK(request.header.timeout_ms == 100);
    CHECK(request.header.trace.trace_id == header.trace.trace_id);
    CHECK(test::text_of(request.header.metadata) == test::text_of(metadata));
    CHECK(test::text_of(request.header.idempotency_key) == "k");
    CHECK(test::text_of(request.params) == "abc");
    CHECK(reinterpret_cast<std::uintptr_t>(request.params.data()) % 8 == 0);
    CHECK(pair.acceptor.respond(id, ""));
  };
  CHECK(pair.deliver());
  CHECK(was_called);
}

TEST_CASE("a call fails with a status, a message and a hint") {
  Pair pair;
  pair.connector.call("x");
  CHECK(pair.deliver());
  CHECK(pair.acceptor.fail(pair.acceptor.requests[0], StatusCode::not_found, "no such thing"));
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "error 0 not_found: no such thing");
}

TEST_CASE("a call is answered once") {
  Pair pair;
  pair.connector.call("x");
  CHECK(pair.deliver());
  const CallId id = pair.acceptor.requests[0];
  CHECK(pair.acceptor.respond(id, "1"));
  CHECK(!pair.acceptor.respond(id, "2"));
  CHECK(!pair.acceptor.fail(id, StatusCode::internal, "3"));
  CHECK(!pair.acceptor.respond(id + 2, "never asked"));
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "response 0 1");
}

TEST_CASE("calls answered out of order settle each its own") {
  Pair pair;
  for (const char* params : {"a", "b", "c"}) pair.connector.call(params);
  CHECK(pair.deliver());
  const auto ids = pair.acceptor.requests;
  pair.acceptor.respond(ids[2], "C");
  pair.acceptor.respond(ids[0], "A");
  pair.acceptor.fail(ids[1], StatusCode::aborted, "B");
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "response 2 C; response 0 A; error 1 aborted: B");
}

TEST_CASE("all frames of a turn leave as one message") {
  Pair pair;
  pair.connector.call("a");
  pair.connector.call("b");
  pair.connector.peer.ping(1);
  const Bytes message = pair.connector.take_output();
  FrameCursor cursor(message, payload_size_max);
  CHECK((*cursor.next())->type == FrameType::request);
  CHECK((*cursor.next())->type == FrameType::request);
  CHECK((*cursor.next())->type == FrameType::ping);
  CHECK(!*cursor.next());
}

TEST_CASE("a cancelled call is dropped at the other end") {
  Pair pair;
  const CallSlot slot = pair.connector.call("x");
  CHECK(pair.deliver());
  pair.connector.peer.cancel(slot);
  pair.connector.peer.cancel(slot);  // no longer in flight: nothing happens
  pair.connector.peer.cancel(1000);
  CHECK(pair.connector.peer.own_calls_in_flight() == 0);
  pair.acceptor.events();
  CHECK(pair.deliver());
  CHECK(pair.acceptor.events() == "dropped 4294967297 cancelled");
  CHECK(!pair.acceptor.respond(4294967297, "late"));
  CHECK(pair.deliver());
  CHECK(pair.connector.events().empty());
}

TEST_CASE("an answer that crosses its cancel is dropped, and so is the cancel") {
  Pair pair;
  const CallSlot slot = pair.connector.call("x");
  CHECK(pair.deliver());
  CHECK(pair.acceptor.respond(pair.acceptor.requests[0], "answer"));
  pair.connector.peer.cancel(slot);
  pair.acceptor.events();
  // Both are on their way now; the slot has another call meanwhile.
  CHECK(pair.connector.call("y") == slot);
  CHECK(pair.deliver());
  CHECK(pair.connector.events().empty());
  CHECK(pair.acceptor.events() == "request 8589934593 y");
  CHECK(pair.acceptor.respond(8589934593, "Y"));
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "response 0 Y");
}

TEST_CASE("an error that crosses a cancel is dropped") {
  Pair pair;
  const CallSlot slot = pair.connector.call("x");
  CHECK(pair.deliver());
  CHECK(pair.acceptor.fail(pair.acceptor.requests[0], StatusCode::internal, "x"));
  pair.connector.peer.cancel(slot);
  CHECK(pair.deliver());
  CHECK(pair.connector.events().empty());
}

TEST_CASE("params may grow while they are written") {
  Pair pair;
  const RequestHeader header{.interface_id = 1};
  std::memcpy(pair.connector.peer.prepare_params(4, header).data(), "abcd", 4);
  const auto more = pair.connector.peer.prepare_params(100000, header);
  std::memcpy(more.data() + 4, "efgh", 4);
  CHECK(pair.connector.peer.call(header, 8, 0));
  CHECK(pair.deliver());
  CHECK(pair.acceptor.events() == "request 4294967297 abcdefgh");
}

TEST_CASE("a ping is answered with its token") {
  Pair pair;
  pair.connector.peer.ping(0xffff'ffff'ffff'ffff);
  pair.acceptor.peer.ping(5);
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "pong 18446744073709551615");
  CHECK(pair.acceptor.events() == "pong 5");
}

TEST_CASE("after a farewell no new calls begin, those in flight go on") {
  Pair pair;
  pair.connector.call("before");
  CHECK(pair.deliver());
  pair.acceptor.peer.goaway(CloseReason::going_away, 5000, "update");
  pair.connector.call("crossing");
  pair.acceptor.events();
  CHECK(pair.deliver());
  CHECK(pair.acceptor.events().empty());
  CHECK(pair.connector.events() ==
        "goaway going_away 5000 update; error 1 unavailable: going away");
  CHECK(pair.connector.try_call("after").error() == StatusCode::unavailable);
  CHECK(pair.acceptor.respond(pair.acceptor.requests[0], "done"));
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "response 0 done");
}

TEST_CASE("closing ends every call, once") {
  Pair pair;
  pair.connector.call("a");
  pair.connector.call("b", 1000);
  pair.acceptor.call("c");
  CHECK(pair.deliver());
  pair.connector.events();
  const CallId served = pair.connector.requests[0];
  const ErrorView error{StatusCode::unavailable, "connection lost", 0, {}};
  pair.connector.call("unsent");
  pair.connector.peer.close(error);
  CHECK(pair.connector.events() ==
        "dropped 4294967296 cancelled; error 0 unavailable: connection lost; "
        "error 1 unavailable: connection lost; error 2 unavailable: connection lost");
  pair.connector.peer.close(error);
  CHECK(pair.connector.events().empty());
  CHECK(pair.connector.peer.output().empty());
  CHECK(pair.connector.peer.own_calls_in_flight() == 0);
  CHECK(pair.connector.peer.served_calls_in_flight() == 0);
  CHECK(!pair.connector.respond(served, "late"));
  CHECK(pair.connector.try_call("x").error() == StatusCode::unavailable);
  CHECK(pair.connector.peer.next_deadline_ms() == Peer::no_deadline);
  pair.connector.peer.ping(1);
  pair.connector.peer.advance(1'000'000);
  CHECK(pair.connector.receive(test::make_frame(FrameType::ping, 0, Bytes(8))));
  CHECK(pair.connector.peer.output().empty());
}

TEST_CASE("taking the output swaps two buffers for ever") {
  Pair pair;
  pair.connector.peer.ping(1);
  Buffer first = pair.connector.peer.take_output({});
  CHECK(first.size() == frame_size(8));
  CHECK(pair.connector.peer.output().empty());
  const std::byte* const memory = first.content().data();
  Buffer second = pair.connector.peer.take_output(std::move(first));
  CHECK(second.empty());
  pair.connector.peer.ping(2);
  CHECK(pair.connector.peer.output().data() == memory);
}

}  // namespace cortado::wire
