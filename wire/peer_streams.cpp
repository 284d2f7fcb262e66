// SPDX-License-Identifier: Apache-2.0
// Streams, topics and the credit of both: what the host asks, and what the other end sends.
// docs/protocol.md, sections "Streams" and "Credit".
#include <algorithm>
#include <cassert>
#include <cstring>
#include <memory>
#include <utility>

#include "wire/peer_state.hpp"

namespace cortado::wire {

namespace {

void add(Credit& credit, Credit more) {
  credit.items += more.items;
  credit.bytes += more.bytes;
}

void subtract(Credit& credit, Credit less) {
  credit.items -= less.items;
  credit.bytes -= less.bytes;
}

/// An item uses credit; false when there was none.
bool use(Credit& credit, std::size_t item_size) {
  if (!credit.any()) return false;
  --credit.items;
  credit.bytes -= static_cast<std::int32_t>(item_size);
  return true;
}

/// False when there would be more than can be.
bool grant(Credit& credit, Credit more) {
  constexpr auto max = static_cast<std::int32_t>(credit_max);
  if (credit.items > max - more.items || credit.bytes > max - more.bytes) return false;
  add(credit, more);
  return true;
}

}  // namespace

// --- what the host asks ------------------------------------------------------------------------

CallId Peer::id_of(CallSlot slot) const { return state_->own.id(slot); }

bool Peer::is_own(CallId id) const { return state_->own.is_own(id); }

CallSlot Peer::slot_of(CallId own_id) { return OwnCalls::slot_of(own_id); }

std::size_t Peer::item_size_max() const { return state_->send_size_max(); }

bool Peer::writable(CallId id) {
  Stream* const stream = state_->find_stream(id);
  return stream != nullptr && stream->sends && state_->may_send(*stream);
}

std::span<std::byte> Peer::prepare_item(std::size_t capacity) {
  return state_->out.prepare(capacity);
}

Sent Peer::send_item(CallId id, std::size_t item_size) {
  State& state = *state_;
  Stream* const stream = state.find_stream(id);
  if (stream == nullptr || !stream->sends) return Sent::over;
  if (item_size > state.send_size_max()) return Sent::too_large;
  if (!state.may_send(*stream)) return Sent::blocked;
  static_cast<void>(use(stream->flow.send, item_size));
  static_cast<void>(use(state.connection.send, item_size));
  static_cast<void>(state.out.prepare(item_size));
  state.send(FrameType::item, id, item_size);
  return Sent::yes;
}

bool Peer::end(CallId id, const ErrorView& status) {
  State& state = *state_;
  Stream* const stream = state.find_stream(id);
  if (stream == nullptr || !stream->sends) return false;
  stream->sends = false;
  state.waiting.remove(*stream);
  if (status.code == StatusCode::ok) {
    state.send(FrameType::end, id, 0);
  } else {
    state.send_error(FrameType::end, id, status);
  }
  return true;
}

void Peer::consumed(CallId id, Credit amount) { state_->consumed(id, amount); }

Sent Peer::notify(std::span<const std::byte> frame) {
  State& state = *state_;
  if (state.closed) return Sent::over;
  const auto size = load<std::uint32_t>(frame, frame_header_size - sizeof(std::uint32_t));
  if (size > std::min(state.send_size_max(), cut_size)) return Sent::too_large;
  if (!state.knows_limits || !use(state.connection.send, size)) {
    state.notify_waits = true;
    return Sent::blocked;
  }
  std::memcpy(state.out.prepare(size).data(), frame.data() + frame_header_size, size);
  state.send(FrameType::notify, 0, size);
  return Sent::yes;
}

void encode_notify(Buffer& out, const NotifyView& notify) {
  const std::size_t size = notify_payload_size(notify);
  write_notify(prepare_frame(out, size), notify);
  commit_frame(out, FrameType::notify, 0, size);
}

// --- State -------------------------------------------------------------------------------------

Stream* Peer::State::open_stream(CallId id, bool sends, bool receives) {
  constexpr Credit initial{stream_items_initial, stream_bytes_initial};
  auto stream = std::make_unique<Stream>();
  stream->id = id;
  stream->sends = sends;
  stream->receives = receives;
  stream->flow = {
      initial,
      initial,
      {options.stream_window.items - initial.items, options.stream_window.bytes - initial.bytes}};
  return stream.release();
}

Stream* Peer::State::find_stream(CallId id) const {
  if (!own.is_own(id)) return served.find(id).stream;
  return own.in_flight_id(id) ? own.stream(OwnCalls::slot_of(id)) : nullptr;
}

void Peer::State::close_stream(Stream* stream) {
  const std::unique_ptr<Stream> closed_stream(stream);
  if (stream == nullptr) return;
  waiting.remove(*stream);
  if (stream->held != Credit{}) consume_of_connection(stream->held);
}

bool Peer::State::may_send(Stream& stream) {
  if (!stream.flow.send.any()) {
    stream.is_awaited = true;
    return false;
  }
  if (!connection.send.any()) {
    stream.is_awaited = true;
    waiting.add(stream);
    return false;
  }
  return true;
}

void Peer::State::consumed(CallId id, Credit amount) {
  if (id == 0) {
    // Perhaps what a session held that is lost since: that is granted already.
    const Credit held{std::min(amount.items, topics_held.items),
                      std::min(amount.bytes, topics_held.bytes)};
    subtract(topics_held, held);
    return consume_of_connection(held);
  }
  Stream* const stream = find_stream(id);
  if (stream == nullptr) return;
  subtract(stream->held, amount);
  assert(stream->held.items >= 0 && stream->held.bytes >= 0);
  if (stream->receives) consume(stream->flow, id, amount, options.stream_window);
  consume_of_connection(amount);
}

void Peer::State::consume(Flow& flow, CallId id, Credit amount, Credit window) {
  add(flow.pending, amount);
  // Half of a window is worth a frame.
  if (flow.pending.items <= window.items / 2 && flow.pending.bytes <= window.bytes / 2) return;
  // Of a window below the initial credit there is less than nothing to grant at first.
  const Credit more{std::max(flow.pending.items, 0), std::max(flow.pending.bytes, 0)};
  subtract(flow.pending, more);
  add(flow.receive, more);
  write_credit(out.prepare(credit_size), more);
  send(FrameType::credit, id, credit_size);
}

void Peer::State::wake() {
  if (notify_waits && knows_limits && connection.send.any()) {
    notify_waits = false;
    handler.on_writable(0);
  }
  while (!waiting.empty() && connection.send.any()) {
    Stream& stream = waiting.first();
    waiting.remove(stream);
    stream.is_awaited = false;
    handler.on_writable(stream.id);
  }
}

// --- what the other end sends ------------------------------------------------------------------

CloseReason Peer::State::take_item(const Frame& frame) {
  const CallId id = frame.call_id;
  const std::size_t size = frame.payload.size();
  const Credit amount{1, static_cast<std::int32_t>(size)};
  if (own.is_own(id) && !own.was_allotted(id)) return CloseReason::bad_call_id;
  Stream* const stream = find_stream(id);
  if (stream == nullptr && !in_flight(id)) return pass_over(size);  // crossed the end of the call
  if (stream == nullptr || !stream->receives) return CloseReason::unexpected_frame;
  if (size > options.payload_size_max) {
    const CloseReason reason = refuse(id);
    return reason == stay_open ? pass_over(size) : reason;
  }
  if (!use(connection.receive, size) || !use(stream->flow.receive, size)) {
    return CloseReason::no_credit;
  }
  add(stream->held, amount);
  if (handler.on_item(id, frame.payload)) consumed(id, amount);
  return stay_open;
}

CloseReason Peer::State::pass_over(std::size_t item_size) {
  if (!use(connection.receive, item_size)) return CloseReason::no_credit;
  consume_of_connection({1, static_cast<std::int32_t>(item_size)});
  return stay_open;
}

CloseReason Peer::State::take_end(const Frame& frame) {
  const CallId id = frame.call_id;
  if (own.is_own(id) && !own.was_allotted(id)) return CloseReason::bad_call_id;
  ErrorView status;
  if (!read_end(frame.payload, status)) return CloseReason::bad_envelope;
  Stream* const stream = find_stream(id);
  if (stream == nullptr) {
    return in_flight(id) ? CloseReason::unexpected_frame : stay_open;
  }
  if (!std::exchange(stream->receives, false)) return CloseReason::unexpected_frame;
  handler.on_end(id, status);
  return stay_open;
}

CloseReason Peer::State::take_credit(const Frame& frame) {
  const CallId id = frame.call_id;
  Credit more;
  if (!read(frame.payload, more)) return CloseReason::bad_envelope;
  if (id == 0) {
    return grant(connection.send, more) ? stay_open : CloseReason::no_credit;
  }
  if (own.is_own(id) && !own.was_allotted(id)) return CloseReason::bad_call_id;
  Stream* const stream = find_stream(id);
  if (stream == nullptr || !stream->sends) return stay_open;  // crossed the end of either
  if (!grant(stream->flow.send, more)) return CloseReason::no_credit;
  if (stream->is_awaited && may_send(*stream)) {
    stream->is_awaited = false;
    waiting.remove(*stream);
    handler.on_writable(id);
  }
  return stay_open;
}

CloseReason Peer::State::take_notify(const Frame& frame) {
  NotifyView notify;
  if (!read(frame.payload, notify)) return CloseReason::bad_envelope;
  const std::size_t size = frame.payload.size();
  if (!use(connection.receive, size)) return CloseReason::no_credit;
  const Credit amount{1, static_cast<std::int32_t>(size)};
  add(topics_held, amount);
  if (handler.on_notify(notify)) consumed(0, amount);
  return stay_open;
}

}  // namespace cortado::wire
