// SPDX-License-Identifier: Apache-2.0
// Tests of the four kinds of call: items, their end, and what else ends a stream.
#include <doctest/doctest.h>

#include <string>

#include "wire/test_support.hpp"

namespace cortado::wire {

using test::Bytes;
using test::operator+;
using test::bytes_of;
using test::End;
using test::make_frame;
using test::Pair;

namespace {

constexpr CallId first = 0x1'0000'0001;
constexpr CallId even = 0x1'0000'0000;
const std::string id = std::to_string(first);

}  // namespace

TEST_CASE("a server stream: items, then the answer") {
  Pair pair;
  const CallId call = pair.connector.open(CallKind::server_stream, "go");
  CHECK(call == first);
  CHECK(pair.connector.peer.is_own(call));
  CHECK(Peer::slot_of(call) == 0);
  CHECK(pair.deliver());
  CHECK(pair.acceptor.events() == "request " + id + " go");
  CHECK(pair.acceptor.send(call, "one") == Sent::yes);
  CHECK(pair.acceptor.send(call, "") == Sent::yes);
  CHECK(pair.acceptor.respond(call, "done"));
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "item " + id + " one; item " + id + " ; response 0 done");
  CHECK(pair.acceptor.send(call, "late") == Sent::over);
  CHECK(!pair.acceptor.peer.writable(call));
}

TEST_CASE("a client stream: items, their end, the answer") {
  Pair pair;
  const CallId call = pair.connector.open(CallKind::client_stream);
  CHECK(pair.connector.send(call, "a") == Sent::yes);  // nobody waits for the other end
  CHECK(pair.connector.peer.end(call));
  CHECK(pair.connector.send(call, "b") == Sent::over);
  CHECK(!pair.connector.peer.end(call));
  CHECK(pair.deliver());
  CHECK(pair.acceptor.events() == "request " + id + " ; item " + id + " a; end " + id + " ok");
  CHECK(pair.acceptor.send(call, "x") == Sent::over);
  CHECK(pair.acceptor.respond(call, "sum"));
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "response 0 sum");
}

TEST_CASE("a bidirectional call of the acceptor: either half ends by itself") {
  Pair pair;
  const CallId call = pair.acceptor.open(CallKind::bidirectional);
  CHECK(call == even);
  CHECK(pair.deliver());
  CHECK(pair.connector.send(call, "from page") == Sent::yes);
  CHECK(pair.connector.peer.end(call, {StatusCode::aborted, "no more paper", 0, {}}));
  CHECK(pair.acceptor.send(call, "from server") == Sent::yes);
  CHECK(pair.deliver());
  CHECK(pair.acceptor.events() ==
        "item 4294967296 from page; end 4294967296 aborted: no more paper");
  CHECK(pair.acceptor.send(call, "more") == Sent::yes);
  CHECK(pair.acceptor.peer.end(call));
  CHECK(pair.deliver());
  CHECK(pair.connector.events() ==
        "request 4294967296 ; item 4294967296 from server; item 4294967296 more; "
        "end 4294967296 ok");
  CHECK(pair.connector.respond(call, ""));
  CHECK(pair.deliver());
  CHECK(pair.acceptor.events() == "response 0 ");
}

TEST_CASE("items may be sent while the request is told of, and the call answered there") {
  Pair pair;
  pair.acceptor.on_request_do = [&](CallId call, const RequestView& request) {
    CHECK(request.header.kind == CallKind::server_stream);
    CHECK(pair.acceptor.send(call, "at once") == Sent::yes);
    CHECK(pair.acceptor.respond(call, ""));
  };
  pair.connector.open(CallKind::server_stream);
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "item " + id + " at once; response 0 ");
  CHECK(pair.acceptor.peer.served_calls_in_flight() == 0);
}

TEST_CASE("an early answer ends the caller's stream, what crosses it is dropped") {
  Pair pair;
  const CallId call = pair.connector.open(CallKind::client_stream);
  CHECK(pair.deliver());
  CHECK(pair.acceptor.fail(call, StatusCode::aborted, "enough"));
  CHECK(pair.connector.send(call, "crossing") == Sent::yes);
  CHECK(pair.connector.peer.end(call));
  CHECK(pair.deliver());
  CHECK(pair.acceptor.events() == "request " + id + " ");
  CHECK(pair.connector.events() == "error 0 aborted: enough");
  CHECK(pair.connector.send(call, "late") == Sent::over);
}

TEST_CASE("a cancel ends the callee's stream, what crosses it is dropped") {
  Pair pair;
  const CallId call = pair.connector.open(CallKind::server_stream);
  CHECK(pair.deliver());
  pair.connector.peer.cancel(Peer::slot_of(call));
  CHECK(pair.acceptor.send(call, "crossing") == Sent::yes);
  CHECK(pair.deliver());
  CHECK(pair.connector.events().empty());
  CHECK(pair.acceptor.events() == "request " + id + " ; dropped " + id + " cancelled");
  CHECK(pair.acceptor.send(call, "late") == Sent::over);
}

TEST_CASE("a deadline ends both streams at both ends") {
  Pair pair;
  pair.connector.try_call("", 50, CallKind::bidirectional).value();
  CHECK(pair.deliver());
  pair.set_time(1050);
  pair.acceptor.peer.advance(1050);
  pair.connector.peer.advance(1050);
  CHECK(pair.acceptor.send(first, "x") == Sent::over);
  CHECK(pair.connector.send(first, "x") == Sent::over);
  CHECK(pair.deliver());
  CHECK(pair.acceptor.events().ends_with("dropped " + id + " deadline_exceeded"));
  CHECK(pair.connector.events() == "error 0 deadline_exceeded: the deadline passed");
}

TEST_CASE("closing the peer ends streams as it ends calls") {
  Pair pair;
  const CallId call = pair.connector.open(CallKind::bidirectional);
  CHECK(pair.deliver());
  pair.acceptor.events();
  pair.acceptor.peer.close({StatusCode::unavailable, "gone", 0, {}});
  CHECK(pair.acceptor.events() == "dropped " + id + " cancelled");
  CHECK(pair.acceptor.send(call, "x") == Sent::over);
  pair.connector.peer.close({StatusCode::unavailable, "gone", 0, {}});
  CHECK(pair.connector.events() == "error 0 unavailable: gone");
  CHECK(pair.connector.send(call, "x") == Sent::over);
  CHECK(pair.connector.notify("t", "x") == Sent::over);
}

TEST_CASE("items against a stream, behind its end or to a unary call close the connection") {
  const Bytes item = make_frame(FrameType::item, first, bytes_of("x"));
  const Bytes end = make_frame(FrameType::end, first);
  for (const CallKind kind : {CallKind::unary, CallKind::client_stream}) {
    Pair pair;  // the callee sends, who has no stream
    pair.connector.try_call("", 0, kind).value();
    CHECK(pair.connector.receive(item).error() == CloseReason::unexpected_frame);
    CHECK(pair.connector.receive(end).error() == CloseReason::unexpected_frame);
  }
  Pair pair;
  pair.connector.open(CallKind::server_stream);
  CHECK(pair.connector.receive(item + end));
  CHECK(pair.connector.receive(item).error() == CloseReason::unexpected_frame);
  CHECK(pair.connector.receive(end).error() == CloseReason::unexpected_frame);
  CHECK(pair.connector.receive(make_frame(FrameType::item, first + 2)).error() ==
        CloseReason::bad_call_id);
  CHECK(pair.connector.receive(make_frame(FrameType::end, first + 2)).error() ==
        CloseReason::bad_call_id);
}

TEST_CASE("an item larger than the other end takes is not sent") {
  Pair pair({}, {.payload_size_max = 100});
  const CallId call = pair.connector.open(CallKind::client_stream);
  CHECK(pair.connector.peer.item_size_max() == 100);
  CHECK(pair.connector.send(call, std::string(101, 'x')) == Sent::too_large);
  CHECK(pair.connector.send(call, std::string(100, 'x')) == Sent::yes);
  CHECK(pair.deliver());
}

TEST_CASE("a larger item sent before the limit was known ends its call, the connection lives") {
  End connector({.role = Role::connector});
  End acceptor({.role = Role::acceptor, .payload_size_max = 100});
  connector.peer.introduce();
  acceptor.peer.introduce();
  const CallId call = connector.open(CallKind::client_stream);
  CHECK(connector.send(call, std::string(101, 'x')) == Sent::yes);
  CHECK(acceptor.receive(connector.take_output()));
  CHECK(connector.receive(acceptor.take_output()));
  CHECK(acceptor.events() ==
        "introduced 16777216 65536; request " + id + " ; dropped " + id + " resource_exhausted");
  CHECK(connector.events() ==
        "introduced 100 65536; error 0 resource_exhausted: the item is too large");
}

TEST_CASE("a push on a topic arrives as it was encoded once") {
  Pair pair;
  Buffer frame;
  encode_notify(frame, {"quotes", bytes_of("42")});
  CHECK(pair.acceptor.peer.notify(frame.content()) == Sent::yes);
  CHECK(pair.connector.peer.notify(frame.content()) == Sent::yes);
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "notify quotes 42");
  CHECK(pair.acceptor.events() == "notify quotes 42");
  CHECK(pair.acceptor.notify("t", std::string(cut_size, 'x')) == Sent::too_large);
}

}  // namespace cortado::wire
