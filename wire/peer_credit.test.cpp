// SPDX-License-Identifier: Apache-2.0
// Tests of flow control: who has no credit waits, who reads gives it back, and nobody can take more.
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

Bytes credit_frame(CallId id, std::uint32_t items, std::uint32_t bytes) {
  Bytes payload(credit_size);
  std::memcpy(payload.data(), &items, 4);
  std::memcpy(payload.data() + 4, &bytes, 4);
  return make_frame(FrameType::credit, id, payload);
}

/// Sends until it is told to wait; how many items that were.
std::uint32_t fill(End& end, CallId id, std::string_view item) {
  std::uint32_t count = 0;
  while (end.send(id, item) == Sent::yes) ++count;
  return count;
}

/// An acceptor that keeps what it gets, of a caller's stream.
struct Upload {
  Upload(const Credit& stream, const Credit& connection) : pair({}, windows(stream, connection)) {
    pair.acceptor.consumes = false;
    id = pair.connector.open(CallKind::client_stream);
    CHECK(pair.deliver());
  }
  static PeerOptions windows(const Credit& stream, const Credit& connection) {
    return {.stream_window = stream, .connection_window = connection};
  }
  Pair pair;
  CallId id = 0;
};

constexpr Credit large{100'000, 100'000'000};
constexpr Credit initial{stream_items_initial, stream_bytes_initial};

}  // namespace

TEST_CASE("a writer stops when its stream's items are used up, and is woken once") {
  Upload upload(initial, large);
  CHECK(upload.pair.connector.peer.writable(upload.id));
  CHECK(fill(upload.pair.connector, upload.id, "x") == stream_items_initial);
  CHECK(!upload.pair.connector.peer.writable(upload.id));
  CHECK(upload.pair.deliver());
  CHECK(upload.pair.connector.events().empty());
  // Half of the window is worth a frame.
  upload.pair.acceptor.peer.consumed(upload.id, {stream_items_initial / 2, 128});
  CHECK(upload.pair.deliver());
  CHECK(upload.pair.connector.events().empty());
  upload.pair.acceptor.peer.consumed(upload.id, {1, 1});
  CHECK(upload.pair.deliver());
  CHECK(upload.pair.connector.events() == "writable " + std::to_string(upload.id));
  CHECK(fill(upload.pair.connector, upload.id, "x") == stream_items_initial / 2 + 1);
}

TEST_CASE("a writer stops when its stream's bytes are used up, the last item may exceed them") {
  Upload upload(initial, large);
  CHECK(upload.pair.connector.send(upload.id, std::string(stream_bytes_initial - 1, 'x')) ==
        Sent::yes);
  CHECK(upload.pair.connector.send(upload.id, std::string(1000, 'x')) == Sent::yes);
  CHECK(upload.pair.connector.send(upload.id, "") == Sent::blocked);
  CHECK(upload.pair.deliver());
  upload.pair.acceptor.peer.consumed(upload.id, {1, stream_bytes_initial - 1});
  CHECK(upload.pair.deliver());
  CHECK(upload.pair.connector.events() == "writable " + std::to_string(upload.id));
  // What was too much is still missing.
  CHECK(upload.pair.connector.send(upload.id, std::string(stream_bytes_initial - 1001, 'x')) ==
        Sent::yes);
  CHECK(upload.pair.connector.send(upload.id, "xx") == Sent::yes);
  CHECK(upload.pair.connector.send(upload.id, "x") == Sent::blocked);
}

TEST_CASE("a window above the initial credit opens with the first items") {
  Upload upload({5000, 1'000'000}, large);
  upload.pair.acceptor.consumes = true;
  CHECK(upload.pair.connector.send(upload.id, "x") == Sent::yes);
  CHECK(upload.pair.deliver());
  upload.pair.acceptor.consumes = false;
  CHECK(fill(upload.pair.connector, upload.id, "x") == 5000);
}

TEST_CASE("all streams share the connection's credit, and wait for it in their order") {
  Pair pair({}, {.stream_window = large,
                 .connection_window = {connection_items_initial, connection_bytes_initial}});
  pair.acceptor.consumes = false;
  const std::string item(stream_bytes_initial / 2, 'x');
  CallId id = 0;
  std::uint32_t sent = 0;
  while (pair.connector.peer.connection_flow().send.any()) {
    id = pair.connector.open(CallKind::client_stream);
    while (pair.connector.send(id, item) == Sent::yes) ++sent;
  }
  CHECK(sent * item.size() == connection_bytes_initial);
  const CallId next = pair.connector.open(CallKind::client_stream);
  CHECK(pair.connector.send(next, "x") == Sent::blocked);
  CHECK(pair.connector.send(next, "x") == Sent::blocked);
  CHECK(pair.connector.notify("topic", "x") == Sent::blocked);
  CHECK(pair.deliver());
  pair.connector.events();
  pair.connector.on_writable_do = [&](CallId writable) {
    if (writable != 0) CHECK(pair.connector.send(writable, "y") == Sent::yes);
  };
  for (CallId call = first; call < next; call += 2) pair.acceptor.peer.consumed(call, {1, 32'768});
  for (CallId call = first; call < next; call += 2) pair.acceptor.peer.consumed(call, {1, 32'768});
  CHECK(pair.deliver());
  // The first stream had used its own credit, which came back first.
  const std::string woken = pair.connector.events();
  CHECK(woken.find("writable 0; ") != std::string::npos);
  CHECK(woken.find("writable " + std::to_string(next)) != std::string::npos);
  CHECK(pair.connector.notify("topic", "x") == Sent::yes);
}

TEST_CASE("an item without credit closes the connection") {
  const auto send_all = [](Credit window, CallId id, std::size_t count, const Bytes& item) {
    End end({.role = Role::acceptor, .stream_window = window, .connection_window = window});
    end.consumes = false;
    Bytes hello(hello_size);
    write_hello(hello, {.payload_size_max = 1000, .calls_in_flight_max = 1});
    CHECK(end.receive(make_frame(FrameType::hello, 0, hello)));
    Bytes request(request_envelope_size);
    request[6] = std::byte{2};  // a client stream
    CHECK(end.receive(make_frame(FrameType::request, id, request)));
    std::size_t taken = 0;
    while (taken < count) {
      const auto result = end.receive(make_frame(FrameType::item, id, item));
      if (!result) {
        CHECK(result.error() == CloseReason::no_credit);
        break;
      }
      ++taken;
    }
    return taken;
  };
  CHECK(send_all({1, 1}, first, 1000, Bytes(1)) == stream_items_initial);
  CHECK(send_all({1, 1}, first, 1000, Bytes(stream_bytes_initial)) == 1);
}

TEST_CASE("a push without credit closes the connection") {
  Pair pair({}, {.connection_window = {1, 1}});
  pair.acceptor.consumes = false;
  Buffer frame;
  encode_notify(frame, {"t", bytes_of("x")});
  const Bytes push(frame.content().begin(), frame.content().end());
  for (std::uint32_t count = 0; count < connection_items_initial; ++count) {
    REQUIRE(pair.acceptor.receive(push));
  }
  CHECK(pair.acceptor.receive(push).error() == CloseReason::no_credit);
}

TEST_CASE("more credit than there can be closes the connection") {
  Pair pair;
  const CallId id = pair.connector.open(CallKind::client_stream);
  CHECK(pair.connector.receive(credit_frame(id, credit_max - stream_items_initial, 0)));
  CHECK(pair.connector.receive(credit_frame(id, 1, 0)).error() == CloseReason::no_credit);
  CHECK(pair.connector.receive(credit_frame(id, 0, credit_max)).error() == CloseReason::no_credit);
  CHECK(pair.connector.receive(credit_frame(0, credit_max, 0)).error() == CloseReason::no_credit);
  CHECK(pair.connector.receive(credit_frame(id, credit_max + 1, 0)).error() ==
        CloseReason::bad_envelope);
  CHECK(pair.connector.receive(credit_frame(id + 2, 1, 1)).error() == CloseReason::bad_call_id);
}

TEST_CASE("credit for what is over or does not send means nothing") {
  Pair pair;
  const CallId id = pair.connector.open(CallKind::client_stream);
  pair.connector.call("unary");
  CHECK(pair.connector.receive(credit_frame(id + 2, 1, 1)));
  pair.connector.peer.end(id);
  CHECK(pair.connector.receive(credit_frame(id, 1, 1)));
  pair.connector.peer.cancel(0);
  CHECK(pair.connector.receive(credit_frame(id, 1, 1)));
  CHECK(pair.connector.events().empty());
}

TEST_CASE("what a call held when it ended is granted to the connection") {
  const Credit window{connection_items_initial, connection_bytes_initial};
  Upload upload(large, window);
  CHECK(upload.pair.connector.send(upload.id, "hello") == Sent::yes);
  CHECK(upload.pair.deliver());
  upload.pair.connector.peer.cancel(Peer::slot_of(upload.id));
  CHECK(upload.pair.connector.peer.connection_flow().send.items == window.items - 1);
  CHECK(upload.pair.deliver());
  const Flow& flow = upload.pair.acceptor.peer.connection_flow();
  CHECK(flow.receive == Credit{window.items - 1, window.bytes - 5});
  CHECK(flow.pending == Credit{1, 5});
  upload.pair.acceptor.peer.consumed(upload.id, {1, 5});  // said too late
  CHECK(flow.pending == Credit{1, 5});
}

TEST_CASE("a stream that ended is not granted more, the connection is") {
  const Credit window{connection_items_initial, connection_bytes_initial};
  Upload upload(initial, window);
  upload.pair.acceptor.consumes = false;
  CHECK(fill(upload.pair.connector, upload.id, "x") == stream_items_initial);
  upload.pair.connector.peer.end(upload.id);
  CHECK(upload.pair.deliver());
  upload.pair.acceptor.peer.consumed(upload.id, {stream_items_initial, 256});
  CHECK(upload.pair.acceptor.peer.output().empty());
  CHECK(upload.pair.acceptor.peer.connection_flow().pending.items == stream_items_initial);
}

}  // namespace cortado::wire
