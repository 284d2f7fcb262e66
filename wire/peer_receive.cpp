// SPDX-License-Identifier: Apache-2.0
// What the other end sends: every frame is checked here, and what it means to a call is told to the
// handler. docs/protocol.md, "What closes the connection", lists the reasons returned.
#include <algorithm>
#include <cstring>
#include <utility>

#include "wire/peer_state.hpp"

namespace cortado::wire {

namespace {

constexpr std::string_view too_large_text = "the request is too large";

}  // namespace

CloseReason Peer::State::take(const Frame& frame, std::uint64_t now_ms) {
  // What was sent before this end introduced itself may be too large in good faith: that ends the
  // call, not the connection.
  const bool is_too_large = frame.payload.size() > options.payload_size_max;
  if (is_too_large && frame.type > FrameType::request && frame.type != FrameType::item &&
      frame.type != FrameType::part) {
    return frame.type == FrameType::end ? refuse(frame.call_id) : CloseReason::payload_too_large;
  }
  switch (frame.type) {
    case FrameType::request: return take_request(frame, now_ms);
    case FrameType::response:
    case FrameType::error: return take_answer(frame);
    case FrameType::cancel: return take_cancel(frame);
    case FrameType::item: return take_item(frame);
    case FrameType::end: return take_end(frame);
    case FrameType::credit: return take_credit(frame);
    case FrameType::notify: return take_notify(frame);
    case FrameType::part: return take_part(frame, now_ms);
    default: return CloseReason::unexpected_frame;
  }
}

CloseReason Peer::State::take_request(const Frame& frame, std::uint64_t now_ms) {
  const CallId id = frame.call_id;
  if (own.is_own(id) || serves(id)) return CloseReason::bad_call_id;
  RequestView request;
  if (!read(frame.payload, request)) return CloseReason::bad_envelope;
  if (goaway_sent) {
    send_status(id, StatusCode::unavailable, "going away");
    return stay_open;
  }
  if (frame.payload.size() > options.payload_size_max) {
    send_status(id, StatusCode::resource_exhausted, too_large_text);
    return stay_open;
  }
  if (served_count() >= options.calls_in_flight_max) {
    send_status(id, StatusCode::resource_exhausted, "too many calls in flight");
    return stay_open;
  }
  const std::uint64_t deadline_ms = deadline_after(now_ms, request.header.timeout_ms);
  const CallKind kind = request.header.kind;
  if (kind != CallKind::unary) {
    // Items may be sent from inside on_request().
    served.insert(id, deadline_ms,
                  open_stream(id, sends_items(kind, false), sends_items(kind, true)));
    if (deadline_ms != no_deadline) deadlines.add({deadline_ms, id});
    handler.on_request(id, request);
    return stay_open;
  }
  Arriving call{id, true, arriving};
  arriving = &call;
  handler.on_request(id, request);
  arriving = call.outer;
  if (call.in_flight) {
    served.insert(id, deadline_ms);
    if (deadline_ms != no_deadline) deadlines.add({deadline_ms, id});
  }
  return stay_open;
}

CloseReason Peer::State::take_answer(const Frame& frame) {
  const CallId id = frame.call_id;
  if (!own.is_own(id) || !own.was_allotted(id)) return CloseReason::bad_call_id;
  const CallSlot slot = OwnCalls::slot_of(id);
  if (frame.type == FrameType::response) {
    ResponseView response;
    if (!read(frame.payload, response)) return CloseReason::bad_envelope;
    if (!own.in_flight_id(id)) return stay_open;  // crossed its CANCEL
    end_own(slot);
    handler.on_response(slot, response);
  } else {
    ErrorView error;
    if (!read(frame.payload, error)) return CloseReason::bad_envelope;
    if (!own.in_flight_id(id)) return stay_open;
    end_own(slot);
    handler.on_error(slot, error);
  }
  return stay_open;
}

CloseReason Peer::State::take_cancel(const Frame& frame) {
  if (own.is_own(frame.call_id)) return CloseReason::bad_call_id;
  if (!frame.payload.empty()) return CloseReason::bad_envelope;
  drop_partial(frame.call_id);  // perhaps the request itself
  if (end_served(frame.call_id, false)) {
    handler.on_request_dropped(frame.call_id, StatusCode::cancelled);
  }
  return stay_open;
}

CloseReason Peer::State::take_part(const Frame& frame, std::uint64_t now_ms) {
  PartView part;
  if (!read(frame.payload, part)) return CloseReason::bad_envelope;
  if (part.is_first) {
    partial = {};
    partial.id = frame.call_id;
    partial.type = part.type;
  } else if (frame.call_id != partial.id || part.type != partial.type) {
    return CloseReason::unexpected_frame;
  }
  partial.size += part.piece.size();
  // Not even in good faith.
  if (partial.size > std::max(options.payload_size_max, payload_size_max)) {
    return CloseReason::payload_too_large;
  }
  if (!partial.is_dropped && partial.size > options.payload_size_max) {
    drop_partial(partial.id);
    const CloseReason reason = refuse_part(frame.call_id);
    if (reason != stay_open) return reason;
  }
  if (!partial.is_dropped && !part.piece.empty()) {
    std::memcpy(partial.payload.prepare(part.piece.size()).data(), part.piece.data(),
                part.piece.size());
    partial.payload.commit(part.piece.size());
  }
  if (!part.is_last) return stay_open;
  const Partial whole = std::exchange(partial, {});
  if (!whole.is_dropped) return take({whole.type, whole.id, whole.payload.content()}, now_ms);
  // Its sender does not know yet that nobody wants it: the credit it used is to go back.
  return whole.type == FrameType::item ? pass_over(whole.size) : stay_open;
}

/// What arrives in parts has become too large.
CloseReason Peer::State::refuse_part(CallId id) {
  switch (partial.type) {
    case FrameType::request:
      if (own.is_own(id) || serves(id)) return CloseReason::bad_call_id;
      send_status(id, StatusCode::resource_exhausted, too_large_text);
      return stay_open;
    case FrameType::item:
    case FrameType::end: return refuse(id);
    default: return CloseReason::payload_too_large;
  }
}

/// A stream of a call of the other end brought something too large: it cannot go on.
CloseReason Peer::State::refuse(CallId id) {
  if (own.is_own(id)) return CloseReason::payload_too_large;
  if (end_served(id, false)) {
    send_status(id, StatusCode::resource_exhausted, "the item is too large");
    handler.on_request_dropped(id, StatusCode::resource_exhausted);
  }
  return stay_open;
}

}  // namespace cortado::wire
