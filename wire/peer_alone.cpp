// SPDX-License-Identifier: Apache-2.0
// The connection of a peer without a session: it introduces itself, answers pings, says farewell,
// and all it has to send is in one buffer. A program that uses sessions only links none of this.
#include <algorithm>
#include <cassert>
#include <utility>

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
    const CloseReason reason = state.take_alone(**next, now_ms);
    if (reason != stay_open) return std::unexpected(reason);
  }
  state.wake_waiting();
  return {};
}

void Peer::introduce() {
  State& state = *state_;
  const HelloView hello{
      .payload_size_max = state.options.payload_size_max,
      .calls_in_flight_max = state.options.calls_in_flight_max,
  };
  const std::size_t size = hello_payload_size(hello);
  write_hello(state.out.prepare(size), hello);
  state.send(state.options.role == Role::connector ? FrameType::hello : FrameType::welcome, 0,
             size);
}

void Peer::ping(std::uint64_t token) {
  store(state_->out.prepare(sizeof token), 0, token);
  state_->send(FrameType::ping, 0, sizeof token);
}

void Peer::goaway(CloseReason reason, std::uint32_t grace_ms, std::string_view message) {
  State& state = *state_;
  assert(state.options.role == Role::acceptor);
  const GoawayView goaway{reason, grace_ms, message};
  const std::size_t size = goaway_payload_size(goaway);
  write_goaway(state.out.prepare(size), goaway);
  state.send(FrameType::goaway, 0, size);
  state.goaway_sent = true;
}

std::span<const std::byte> Peer::output() const { return state_->out.content(); }

void Peer::clear_output() { state_->out.clear(); }

Buffer Peer::take_output(Buffer spare) { return state_->out.take(std::move(spare)); }

CloseReason Peer::State::take_alone(const Frame& frame, std::uint64_t now_ms) {
  const bool is_introduction = frame.type == FrameType::hello || frame.type == FrameType::welcome;
  if (is_introduction == introduced) return CloseReason::unexpected_frame;
  switch (frame.type) {
    case FrameType::hello:
    case FrameType::welcome: return take_introduction(frame);
    case FrameType::ping:
    case FrameType::pong: return take_ping(frame);
    case FrameType::goaway: return take_goaway(frame);
    case FrameType::ack: return stay_open;  // nothing is kept for it
    default: return take(frame, now_ms);
  }
}

CloseReason Peer::State::take_introduction(const Frame& frame) {
  const bool is_connector = frame.type == FrameType::hello;
  if (is_connector == (options.role == Role::connector)) return CloseReason::unexpected_frame;
  HelloView hello;
  if (!read(frame.payload, hello) || !may_say(hello, is_connector))
    return CloseReason::bad_envelope;
  introduced = true;
  set_limits(hello);
  handler.on_introduced(hello);
  return stay_open;
}

CloseReason Peer::State::take_ping(const Frame& frame) {
  std::uint64_t token = 0;
  if (frame.payload.size() != sizeof token) return CloseReason::bad_envelope;
  token = load<std::uint64_t>(frame.payload, 0);
  if (frame.type == FrameType::pong) {
    handler.on_pong(token);
  } else {
    store(out.prepare(sizeof token), 0, token);
    send(FrameType::pong, 0, sizeof token);
  }
  return stay_open;
}

CloseReason Peer::State::take_goaway(const Frame& frame) {
  if (options.role == Role::acceptor) return CloseReason::unexpected_frame;
  GoawayView goaway;
  if (!read(frame.payload, goaway)) return CloseReason::bad_envelope;
  goaway_received = true;
  handler.on_goaway(goaway);
  return stay_open;
}

}  // namespace cortado::wire
