// SPDX-License-Identifier: Apache-2.0
// The golden frames of schema/vectors/frames: read for what they say, rewritten as they were, and
// refused for the reason given.
#include <doctest/doctest.h>

#include "wire/test_json.hpp"
#include "wire/test_support.hpp"

namespace cortado::wire {

namespace {

using test::Bytes;
using test::from_hex;
using test::Json;
using test::to_hex;

template <class Bytes8>
std::string hex_of(const Bytes8& bytes) {
  return to_hex(std::span<const std::byte>(bytes));
}

void check_request(const Json& says, std::span<const std::byte> payload) {
  const auto request = read_request(payload);
  REQUIRE(request);
  CHECK(request->header.interface_id == says["interfaceId"].wide());
  CHECK(request->header.method == says["method"].number);
  CHECK(request->header.idempotent == (says["idempotent"].number == 1));
  CHECK(name(request->header.kind) == says["kind"].text);
  CHECK(request->header.timeout_ms == says["timeoutMs"].number);
  CHECK(hex_of(request->header.metadata) == says["metadata"].text);
  CHECK(hex_of(request->header.idempotency_key) == says["idempotencyKey"].text);
  CHECK(request->header.trace.flags == says["traceFlags"].number);
  CHECK(hex_of(request->header.trace.trace_id) == says["traceId"].text);
  CHECK(hex_of(request->header.trace.span_id) == says["spanId"].text);
  CHECK(hex_of(request->params) == says["params"].text);

  Bytes rewritten(request_payload_size(request->header, request->params.size()), std::byte{0xee});
  std::copy(request->params.begin(), request->params.end(),
            rewritten.begin() + static_cast<std::ptrdiff_t>(params_offset(request->header)));
  write_request(rewritten, request->header);
  CHECK(to_hex(rewritten) == to_hex(payload));
}

void check_response(const Json& says, std::span<const std::byte> payload) {
  const auto response = read_response(payload);
  REQUIRE(response);
  CHECK(hex_of(response->metadata) == says["metadata"].text);
  CHECK(hex_of(response->results) == says["results"].text);
}

void check_error(const Json& says, std::span<const std::byte> payload) {
  const auto error = read_error(payload);
  REQUIRE(error);
  CHECK(name(error->code) == says["code"].text);
  CHECK(error->message == says["message"].text);
  CHECK(error->retry_after_ms == says["retryAfterMs"].number);
  CHECK(hex_of(error->details) == says["details"].text);
  if (error->code == StatusCode::unknown) return;  // stands for a code of the future
  Bytes rewritten(error_payload_size(*error), std::byte{0xee});
  write_error(rewritten, *error);
  CHECK(to_hex(rewritten) == to_hex(payload));
}

void check_hello(const Json& says, std::span<const std::byte> payload) {
  const auto hello = read_hello(payload);
  REQUIRE(hello);
  CHECK(hello->payload_size_max == says["payloadSizeMax"].number);
  CHECK(hello->calls_in_flight_max == says["callsInFlightMax"].number);
  CHECK(hello->frames_received == says["framesReceived"].wide());
  CHECK(hello->resumed == (says["resumed"].number == 1));
  CHECK(hex_of(hello->session_token) == says["sessionToken"].text);
  CHECK(hex_of(hello->auth) == says["auth"].text);
  CHECK(hello->attempt == says["attempt"].number);
  CHECK(hello->grace_ms == says["graceMs"].number);
  Bytes rewritten(hello_payload_size(*hello), std::byte{0xee});
  write_hello(rewritten, *hello);
  CHECK(to_hex(rewritten) == to_hex(payload));
}

void check_goaway(const Json& says, std::span<const std::byte> payload) {
  const auto goaway = read_goaway(payload);
  REQUIRE(goaway);
  CHECK(name(goaway->reason) == says["reason"].text);
  CHECK(goaway->grace_ms == says["graceMs"].number);
  CHECK(goaway->message == says["message"].text);
}

void check_end(const Json& says, std::span<const std::byte> payload) {
  const auto status = read_end(payload);
  REQUIRE(status);
  CHECK(name(status->code) == says["code"].text);
  CHECK(status->message == says["message"].text);
}

void check_credit(const Json& says, std::span<const std::byte> payload) {
  const auto credit = read_credit(payload);
  REQUIRE(credit);
  CHECK(static_cast<std::uint64_t>(credit->items) == says["items"].number);
  CHECK(static_cast<std::uint64_t>(credit->bytes) == says["bytes"].number);
  Bytes rewritten(credit_size);
  write_credit(rewritten, *credit);
  CHECK(to_hex(rewritten) == to_hex(payload));
}

void check_notify(const Json& says, std::span<const std::byte> payload) {
  const auto notify = read_notify(payload);
  REQUIRE(notify);
  CHECK(notify->topic == says["topic"].text);
  CHECK(hex_of(notify->message) == says["message"].text);
  Bytes rewritten(notify_payload_size(*notify), std::byte{0xee});
  write_notify(rewritten, *notify);
  CHECK(to_hex(rewritten) == to_hex(payload));
}

void check_part(const Json& says, std::span<const std::byte> payload) {
  const auto part = read_part(payload);
  REQUIRE(part);
  CHECK(name(part->type) == says["of"].text);
  CHECK(part->is_first == (says["first"].number == 1));
  CHECK(part->is_last == (says["last"].number == 1));
  CHECK(hex_of(part->piece) == says["piece"].text);
}

void check_payload(const Json& says, const Frame& frame) {
  switch (frame.type) {
    case FrameType::request: return check_request(says, frame.payload);
    case FrameType::response: return check_response(says, frame.payload);
    case FrameType::error: return check_error(says, frame.payload);
    case FrameType::hello:
    case FrameType::welcome: return check_hello(says, frame.payload);
    case FrameType::goaway: return check_goaway(says, frame.payload);
    case FrameType::ping:
    case FrameType::pong: CHECK(to_hex(frame.payload) == says["token"].text); return;
    case FrameType::item: CHECK(to_hex(frame.payload) == says["item"].text); return;
    case FrameType::end: return check_end(says, frame.payload);
    case FrameType::credit: return check_credit(says, frame.payload);
    case FrameType::notify: return check_notify(says, frame.payload);
    case FrameType::part: return check_part(says, frame.payload);
    case FrameType::ack:
      CHECK(load<std::uint64_t>(frame.payload, 0) == says["frames"].wide());
      return;
    case FrameType::cancel: return;  // no payload
    case FrameType::lane: return;    // lane.test.cpp
  }
}

void check_frames(const Bytes& message, const std::vector<Json>& expected) {
  FrameCursor cursor(message, payload_size_max);
  Buffer rewritten;
  for (const Json& says : expected) {
    const auto next = cursor.next();
    REQUIRE(next.has_value());
    REQUIRE(next->has_value());
    const Frame& frame = **next;
    CHECK(name(frame.type) == says["type"].text);
    CHECK(frame.call_id == says["callId"].wide());
    check_payload(says, frame);
    const auto room = prepare_frame(rewritten, frame.payload.size());
    std::copy(frame.payload.begin(), frame.payload.end(), room.begin());
    commit_frame(rewritten, frame.type, frame.call_id, frame.payload.size());
  }
  CHECK(!cursor.next().value().has_value());
  CHECK(to_hex(rewritten.content()) == to_hex(message));
}

/// Why the end that may be sent such a message would close: an acceptor, or a connector that has
/// made one call.
std::string reason_for(const Bytes& message) {
  FrameCursor cursor(message, payload_size_max);
  const auto first = cursor.next();
  if (!first) return std::string(name(first.error()));
  const FrameType type = (**first).type;
  const bool is_for_acceptor =
      type == FrameType::request || type == FrameType::cancel || type == FrameType::hello;
  test::End end({.role = is_for_acceptor ? Role::acceptor : Role::connector});
  if (type != FrameType::hello && type != FrameType::welcome) {
    Bytes hello(hello_size);
    write_hello(hello, {.payload_size_max = 1000, .calls_in_flight_max = 1});
    const FrameType introduction = is_for_acceptor ? FrameType::hello : FrameType::welcome;
    CHECK(end.receive(test::make_frame(introduction, 0, hello)));
  }
  end.call("x");
  const auto taken = end.receive(message);
  return taken ? "" : std::string(name(taken.error()));
}

}  // namespace

TEST_CASE("golden frames say what they should and are refused where they should") {
  const Json vectors = test::read_json("schema/vectors/frames/frames.json");
  CHECK(vectors.elements.size() > 50);
  for (const Json& vector : vectors.elements) {
    CAPTURE(vector["name"].text);
    const Bytes message = from_hex(vector["bytes"].text);
    if (vector.has("frames")) {
      check_frames(message, vector["frames"].elements);
    } else {
      CHECK(reason_for(message) == vector["closes"].text);
    }
  }
}

TEST_CASE("golden connections are answered or closed as they should") {
  const Json vectors = test::read_json("schema/vectors/frames/connections.json");
  CHECK(vectors.elements.size() > 10);
  for (const Json& vector : vectors.elements) {
    CAPTURE(vector["name"].text);
    const bool is_acceptor = vector["receiver"].text == "acceptor";
    test::End end({.role = is_acceptor ? Role::acceptor : Role::connector});
    std::string closed;
    for (const Json& message : vector["messages"].elements) {
      const auto taken = end.receive(from_hex(message.text));
      if (!taken) closed = name(taken.error());
    }
    CHECK(closed == (vector.has("closes") ? vector["closes"].text : ""));
    if (vector.has("answers")) CHECK(to_hex(end.peer.output()) == vector["answers"].text);
  }
}

}  // namespace cortado::wire
