// SPDX-License-Identifier: Apache-2.0
// What the other end sends: every frame is checked here, and what it means to a call is told to the
// handler. docs/protocol.md, "What closes the connection", lists the reasons returned.
#include <algorithm>
#include <cstring>

#include "wire/peer_state.hpp"

namespace cortado::wire {

std::expected<void, CloseReason> Peer::receive(std::span<const std::byte> message,
                                               std::uint64_t now_ms) {
  State& state = *state_;
  // Until this end has introduced itself the other end may send what the defaults allow.
  FrameCursor cursor(message, std::max(state.options.payload_size_max, payload_size_max));
  while (!state.closed) {
    const auto next = cursor.next();
    if (!next) return std::unexpected(next.error());
    if (!*next) break;
    if (const auto reason = state.take(**next, now_ms)) return std::unexpected(*reason);
  }
  return {};
}

std::optional<CloseReason> Peer::State::take(const Frame& frame, std::uint64_t now_ms) {
  const bool is_introduction = frame.type == FrameType::hello || frame.type == FrameType::welcome;
  if (is_introduction == introduced) return CloseReason::unexpected_frame;
  if (frame.payload.size() > options.payload_size_max && frame.type != FrameType::request) {
    return CloseReason::payload_too_large;
  }
  switch (frame.type) {
    case FrameType::request: return take_request(frame, now_ms);
    case FrameType::response:
    case FrameType::error: return take_answer(frame);
    case FrameType::cancel: return take_cancel(frame);
    case FrameType::hello:
    case FrameType::welcome: return take_introduction(frame);
    case FrameType::ping:
    case FrameType::pong: return take_ping(frame);
    case FrameType::goaway: return take_goaway(frame);
    case FrameType::item:
    case FrameType::end:
    case FrameType::credit:
    case FrameType::notify:
    case FrameType::ack:
      // Of streams, topics and sessions, which this version numbers but does not have.
      return std::nullopt;
  }
  return CloseReason::bad_frame_type;
}

std::optional<CloseReason> Peer::State::take_introduction(const Frame& frame) {
  const bool is_connector = frame.type == FrameType::hello;
  if (is_connector == (options.role == Role::connector)) return CloseReason::unexpected_frame;
  const std::optional<HelloView> hello = read_hello(frame.payload);
  // Only an acceptor can say that a session goes on, only a connector who it is.
  if (!hello || (is_connector ? hello->resumed : !hello->auth.empty())) {
    return CloseReason::bad_envelope;
  }
  introduced = true;
  remote_payload_size_max = hello->payload_size_max;
  remote_calls_in_flight_max = hello->calls_in_flight_max;
  handler.on_introduced(*hello);
  return std::nullopt;
}

std::optional<CloseReason> Peer::State::take_request(const Frame& frame, std::uint64_t now_ms) {
  const CallId id = frame.call_id;
  if (own.is_own(id) || serves(id)) return CloseReason::bad_call_id;
  const std::optional<RequestView> request = read_request(frame.payload);
  if (!request) return CloseReason::bad_envelope;
  if (goaway_sent) {
    send_status(id, StatusCode::unavailable, "going away");
    return std::nullopt;
  }
  if (frame.payload.size() > options.payload_size_max) {
    send_status(id, StatusCode::resource_exhausted, "the request is too large");
    return std::nullopt;
  }
  if (served_count() >= options.calls_in_flight_max) {
    send_status(id, StatusCode::resource_exhausted, "too many calls in flight");
    return std::nullopt;
  }
  Arriving call{id, true, arriving};
  arriving = &call;
  handler.on_request(id, *request);
  arriving = call.outer;
  if (call.in_flight) {
    const std::uint64_t deadline_ms = deadline_after(now_ms, request->header.timeout_ms);
    served.insert(id, deadline_ms);
    if (deadline_ms != no_deadline) deadlines.add({deadline_ms, id});
  }
  return std::nullopt;
}

std::optional<CloseReason> Peer::State::take_answer(const Frame& frame) {
  const CallId id = frame.call_id;
  if (!own.is_own(id) || !own.was_allotted(id)) return CloseReason::bad_call_id;
  const CallSlot slot = OwnCalls::slot_of(id);
  if (frame.type == FrameType::response) {
    const std::optional<ResponseView> response = read_response(frame.payload);
    if (!response) return CloseReason::bad_envelope;
    if (!own.in_flight_id(id)) return std::nullopt;  // crossed its CANCEL
    end_own(slot);
    handler.on_response(slot, *response);
  } else {
    const std::optional<ErrorView> error = read_error(frame.payload);
    if (!error) return CloseReason::bad_envelope;
    if (!own.in_flight_id(id)) return std::nullopt;
    end_own(slot);
    handler.on_error(slot, *error);
  }
  return std::nullopt;
}

std::optional<CloseReason> Peer::State::take_cancel(const Frame& frame) {
  if (own.is_own(frame.call_id)) return CloseReason::bad_call_id;
  if (!frame.payload.empty()) return CloseReason::bad_envelope;
  if (end_served(frame.call_id)) {
    handler.on_request_dropped(frame.call_id, StatusCode::cancelled);
  }
  return std::nullopt;
}

std::optional<CloseReason> Peer::State::take_ping(const Frame& frame) {
  std::uint64_t token = 0;
  if (frame.payload.size() != sizeof token) return CloseReason::bad_envelope;
  token = load<std::uint64_t>(frame.payload, 0);
  if (frame.type == FrameType::pong) {
    handler.on_pong(token);
  } else {
    store(prepare_frame(out, sizeof token), 0, token);
    send(FrameType::pong, 0, sizeof token);
  }
  return std::nullopt;
}

std::optional<CloseReason> Peer::State::take_goaway(const Frame& frame) {
  if (options.role == Role::acceptor) return CloseReason::unexpected_frame;
  const std::optional<GoawayView> goaway = read_goaway(frame.payload);
  if (!goaway) return CloseReason::bad_envelope;
  goaway_received = true;
  handler.on_goaway(*goaway);
  return std::nullopt;
}

}  // namespace cortado::wire
