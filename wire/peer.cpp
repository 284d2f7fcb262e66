// SPDX-License-Identifier: Apache-2.0
// What a host asks of its peer. What the other end sends is in peer_receive.cpp.
#include "wire/peer.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "wire/peer_state.hpp"

namespace cortado::wire {

namespace {

constexpr std::string_view deadline_text = "the deadline passed";

}  // namespace

Peer::Peer(const PeerOptions& options, PeerHandler& handler)
    : state_(std::make_unique<State>(options, handler)) {}

Peer::~Peer() = default;

// --- own calls ---------------------------------------------------------------------------------

std::span<std::byte> Peer::prepare_params(std::size_t capacity, const RequestHeader& header) {
  return prepare_frame(state_->out, request_payload_size(header, capacity))
      .subspan(params_offset(header));
}

std::expected<CallSlot, StatusCode> Peer::call(const RequestHeader& header, std::size_t params_size,
                                               std::uint64_t now_ms) {
  State& state = *state_;
  if (state.closed || state.goaway_received) return std::unexpected(StatusCode::unavailable);
  if (header.metadata.size() > metadata_size_max ||
      header.idempotency_key.size() > idempotency_key_size_max) {
    return std::unexpected(StatusCode::invalid_argument);
  }
  const std::size_t payload_size = request_payload_size(header, params_size);
  const std::uint32_t calls_max = std::min(state.remote_calls_in_flight_max, OwnCalls::slots_max);
  if (payload_size > state.remote_payload_size_max || state.own.count() >= calls_max) {
    return std::unexpected(StatusCode::resource_exhausted);
  }
  write_request(prepare_frame(state.out, payload_size), header);
  const std::uint64_t deadline_ms = deadline_after(now_ms, header.timeout_ms);
  const CallSlot slot = state.own.allot(deadline_ms != no_deadline);
  const CallId id = state.own.id(slot);
  if (deadline_ms != no_deadline) state.deadlines.add({deadline_ms, id});
  state.send(FrameType::request, id, payload_size);
  return slot;
}

void Peer::cancel(CallSlot slot) {
  State& state = *state_;
  if (!state.own.in_flight(slot)) return;
  const CallId id = state.own.id(slot);
  state.end_own(slot);
  state.send(FrameType::cancel, id, 0);
}

// --- calls of the other end --------------------------------------------------------------------

std::size_t Peer::results_size_max() const {
  // Nothing larger than this is ever made: two of them and their headers fit any size_t.
  constexpr std::uint32_t size_max = INT32_MAX;
  return std::clamp(state_->remote_payload_size_max, response_envelope_size, size_max) -
         results_offset;
}

std::span<std::byte> Peer::prepare_results(std::size_t capacity) {
  return prepare_frame(state_->out, results_offset + capacity).subspan(results_offset);
}

bool Peer::respond(CallId id, std::size_t results_size) {
  State& state = *state_;
  if (!state.end_served(id)) return false;
  const std::size_t payload_size = results_offset + results_size;
  if (payload_size > state.remote_payload_size_max) {
    state.send_status(id, StatusCode::resource_exhausted, "the results are too large");
    return true;
  }
  write_response(prepare_frame(state.out, payload_size));
  state.send(FrameType::response, id, payload_size);
  return true;
}

bool Peer::fail(CallId id, const ErrorView& error) {
  assert(error.code != StatusCode::ok);
  if (!state_->end_served(id)) return false;
  state_->send_error(id, error);
  return true;
}

// --- the connection ----------------------------------------------------------------------------

void Peer::introduce() {
  State& state = *state_;
  const HelloView hello{
      .payload_size_max = state.options.payload_size_max,
      .calls_in_flight_max = state.options.calls_in_flight_max,
  };
  const std::size_t size = hello_payload_size(hello);
  write_hello(prepare_frame(state.out, size), hello);
  state.send(state.options.role == Role::connector ? FrameType::hello : FrameType::welcome, 0,
             size);
}

void Peer::ping(std::uint64_t token) {
  store(prepare_frame(state_->out, sizeof token), 0, token);
  state_->send(FrameType::ping, 0, sizeof token);
}

void Peer::goaway(CloseReason reason, std::uint32_t grace_ms, std::string_view message) {
  State& state = *state_;
  assert(state.options.role == Role::acceptor);
  const GoawayView goaway{reason, grace_ms, message};
  const std::size_t size = goaway_payload_size(goaway);
  write_goaway(prepare_frame(state.out, size), goaway);
  state.send(FrameType::goaway, 0, size);
  state.goaway_sent = true;
}

void Peer::advance(std::uint64_t now_ms) {
  State& state = *state_;
  while (!state.closed) {
    const Deadline* const next = state.deadlines.next();
    if (next == nullptr || next->at_ms > now_ms) return;
    const CallId id = next->id;
    state.deadlines.pop();
    if (state.own.is_own(id)) {
      const CallSlot slot = OwnCalls::slot_of(id);
      state.own.release(slot);
      state.send(FrameType::cancel, id, 0);
      state.handler.on_error(slot, {StatusCode::deadline_exceeded, deadline_text, 0, {}});
    } else {
      state.served.remove(id);
      state.send_status(id, StatusCode::deadline_exceeded, deadline_text);
      state.handler.on_request_dropped(id, StatusCode::deadline_exceeded);
    }
  }
}

std::uint64_t Peer::next_deadline_ms() const {
  const Deadline* const next = state_->deadlines.next();
  return next == nullptr ? no_deadline : next->at_ms;
}

void Peer::close(const ErrorView& error) {
  State& state = *state_;
  if (state.closed) return;
  state.closed = true;
  state.out.clear();
  for (State::Arriving* call = state.arriving; call != nullptr; call = call->outer) {
    if (std::exchange(call->in_flight, false)) {
      state.handler.on_request_dropped(call->id, StatusCode::cancelled);
    }
  }
  state.served.drain(
      [&state](CallId id) { state.handler.on_request_dropped(id, StatusCode::cancelled); });
  // No slot is added meanwhile: call() refuses.
  for (CallSlot slot = 0; slot < state.own.slots(); ++slot) {
    if (!state.own.in_flight(slot)) continue;
    state.end_own(slot);
    state.handler.on_error(slot, error);
  }
}

// --- what is to be sent ------------------------------------------------------------------------

std::span<const std::byte> Peer::output() const { return std::as_const(state_->out).content(); }

void Peer::clear_output() { state_->out.clear(); }

Buffer Peer::take_output(Buffer spare) {
  spare.clear();
  std::swap(spare, state_->out);
  return spare;
}

std::size_t Peer::own_calls_in_flight() const { return state_->own.count(); }

std::size_t Peer::served_calls_in_flight() const { return state_->served_count(); }

// --- State -------------------------------------------------------------------------------------

void Peer::State::send(FrameType type, CallId id, std::size_t payload_size) {
  if (!closed) commit_frame(out, type, id, payload_size);
}

void Peer::State::send_error(CallId id, const ErrorView& error) {
  ErrorView cut = error;
  if (error_payload_size(cut) > remote_payload_size_max) cut.details = {};
  if (error_payload_size(cut) > remote_payload_size_max) cut.message = {};
  const std::size_t size = error_payload_size(cut);
  write_error(prepare_frame(out, size), cut);
  send(FrameType::error, id, size);
}

bool Peer::State::serves(CallId id) const {
  for (const Arriving* call = arriving; call != nullptr; call = call->outer) {
    if (call->id == id && call->in_flight) return true;
  }
  return served.find(id).found;
}

std::uint32_t Peer::State::served_count() const {
  std::uint32_t count = served.count();
  for (const Arriving* call = arriving; call != nullptr; call = call->outer) {
    if (call->in_flight) ++count;
  }
  return count;
}

bool Peer::State::end_served(CallId id) {
  for (Arriving* call = arriving; call != nullptr; call = call->outer) {
    if (call->id == id && call->in_flight) {
      call->in_flight = false;
      return true;
    }
  }
  const ServedCalls::Found call = served.remove(id);
  if (call.found && call.deadline_ms != no_deadline) deadlines.end_one();
  return call.found;
}

void Peer::State::end_own(CallSlot slot) {
  const bool has_deadline = own.has_deadline(slot);
  own.release(slot);
  if (has_deadline) deadlines.end_one();
}

bool Peer::State::is_live(const void* state, const Deadline& deadline) {
  const State& self = *static_cast<const State*>(state);
  if (self.own.is_own(deadline.id)) return self.own.in_flight_id(deadline.id);
  // The time too: a stranger may use an id twice, with another timeout.
  const ServedCalls::Found call = self.served.find(deadline.id);
  return call.found && call.deadline_ms == deadline.at_ms;
}

}  // namespace cortado::wire
