// SPDX-License-Identifier: Apache-2.0
// What a host asks of its peer. Streams are in peer_streams.cpp, what the other end sends in
// peer_receive.cpp, the connection of a peer without a session in peer_alone.cpp.
#include "wire/peer.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "wire/peer_state.hpp"

namespace cortado::wire {

namespace {

constexpr std::string_view deadline_text = "the deadline passed";
/// Larger numbers of bytes are not counted with.
constexpr std::uint32_t size_max = INT32_MAX;

}  // namespace

Peer::Peer(const PeerOptions& options, PeerHandler& handler)
    : state_(std::make_unique<State>(options, handler)) {}

Peer::~Peer() = default;

// --- own calls ---------------------------------------------------------------------------------

std::span<std::byte> Peer::prepare_params(std::size_t capacity, const RequestHeader& header) {
  return state_->out.prepare(request_payload_size(header, capacity)).subspan(params_offset(header));
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
  if (payload_size > state.send_size_max() || state.own.count() >= calls_max) {
    return std::unexpected(StatusCode::resource_exhausted);
  }
  write_request(state.out.prepare(payload_size), header);
  const std::uint64_t deadline_ms = deadline_after(now_ms, header.timeout_ms);
  const CallSlot slot = state.own.allot(deadline_ms != no_deadline);
  const CallId id = state.own.id(slot);
  if (deadline_ms != no_deadline) state.deadlines.add({deadline_ms, id});
  if (header.kind != CallKind::unary) {
    state.own.stream(slot) =
        state.open_stream(id, sends_items(header.kind, true), sends_items(header.kind, false));
  }
  state.send(FrameType::request, id, payload_size);
  return slot;
}

void Peer::cancel(CallSlot slot) {
  State& state = *state_;
  if (!state.own.in_flight(slot)) return;
  const CallId id = state.own.id(slot);
  state.end_own(slot);
  state.send(FrameType::cancel, id, 0);
  state.wake_waiting();
}

// --- calls of the other end --------------------------------------------------------------------

std::size_t Peer::results_size_max() const {
  return std::max(state_->send_size_max(), response_envelope_size) - results_offset;
}

std::span<std::byte> Peer::prepare_results(std::size_t capacity) {
  return state_->out.prepare(results_offset + capacity).subspan(results_offset);
}

bool Peer::respond(CallId id, std::size_t results_size) {
  State& state = *state_;
  if (!state.serves(id)) return false;
  const std::size_t payload_size = results_offset + results_size;
  if (payload_size > state.send_size_max()) {
    state.send_status(id, StatusCode::resource_exhausted, "the results are too large");
  } else {
    write_response(state.out.prepare(payload_size));
    state.send(FrameType::response, id, payload_size);
  }
  // Last: it may send credit, in the place where the results were written.
  state.end_served(id);
  return true;
}

bool Peer::fail(CallId id, const ErrorView& error) {
  assert(error.code != StatusCode::ok);
  if (!state_->end_served(id)) return false;
  state_->send_error(FrameType::error, id, error);
  return true;
}

// --- the connection ----------------------------------------------------------------------------

void Peer::advance(std::uint64_t now_ms) {
  State& state = *state_;
  while (!state.closed) {
    const Deadline* const next = state.deadlines.next();
    if (next == nullptr || next->at_ms > now_ms) return;
    const CallId id = next->id;
    state.deadlines.pop();
    if (state.own.is_own(id)) {
      const CallSlot slot = OwnCalls::slot_of(id);
      state.release_own(slot);
      state.send(FrameType::cancel, id, 0);
      state.handler.on_error(slot, {StatusCode::deadline_exceeded, deadline_text, 0, {}});
    } else {
      state.forget(id, state.served.remove(id).stream, false);
      state.send_status(id, StatusCode::deadline_exceeded, deadline_text);
      state.handler.on_request_dropped(id, StatusCode::deadline_exceeded);
    }
    state.wake_waiting();
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
  state.begin();
  state.drop_served();
  // No slot is added meanwhile: call() refuses.
  for (CallSlot slot = 0; slot < state.own.slots(); ++slot) {
    if (!state.own.in_flight(slot)) continue;
    state.end_own(slot);
    state.handler.on_error(slot, error);
  }
}

// --- counters ----------------------------------------------------------------------------------

std::size_t Peer::own_calls_in_flight() const { return state_->own.count(); }

std::size_t Peer::served_calls_in_flight() const { return state_->served_count(); }

const Flow& Peer::connection_flow() const { return state_->connection; }

// --- State -------------------------------------------------------------------------------------

Peer::State::State(const PeerOptions& peer_options, PeerHandler& peer_handler)
    : options(peer_options),
      handler(peer_handler),
      own(peer_options.role),
      // The address adds what randomness the system's layout has.
      served(peer_options.seed ^ reinterpret_cast<std::uintptr_t>(this)) {
  options.payload_size_max = std::min(options.payload_size_max, size_max);
  begin();
}

Peer::State::~State() {
  close_own_streams();
  served.drain([this](CallId, Stream* stream) { close_stream(stream); });
}

void Peer::State::close_own_streams() {
  for (CallSlot slot = 0; slot < own.slots(); ++slot) {
    if (own.in_flight(slot)) close_stream(std::exchange(own.stream(slot), nullptr));
  }
}

void Peer::State::begin() {
  out.reset();
  partial = {};
  connection = {{connection_items_initial, connection_bytes_initial},
                {connection_items_initial, connection_bytes_initial},
                {options.connection_window.items - std::int32_t{connection_items_initial},
                 options.connection_window.bytes - std::int32_t{connection_bytes_initial}}};
  topics_held = {};
  notify_waits = false;
  knows_limits = false;
  remote_payload_size_max = payload_size_max;
  remote_calls_in_flight_max = calls_in_flight_max;
  goaway_sent = goaway_received = false;
}

void Peer::State::lose(bool is_final) {
  closed = closed || is_final;
  own.mark_lost();
  out.mark_unsent(own);
  close_own_streams();  // while they know what they hold of the old session's credit
  begin();
  drop_served();
  for (CallSlot slot = 0; slot < own.slots(); ++slot) {
    if (!own.is_lost(slot)) continue;
    const bool may_have_run = !own.is_unsent(slot);
    end_own(slot);
    handler.on_lost(slot, may_have_run);
  }
}

void Peer::State::drop_served() {
  for (Arriving* call = arriving; call != nullptr; call = call->outer) {
    if (std::exchange(call->in_flight, false)) {
      handler.on_request_dropped(call->id, StatusCode::cancelled);
    }
  }
  served.drain([this](CallId id, Stream* stream) {
    if (stream != nullptr) stream->held = {};
    close_stream(stream);
    handler.on_request_dropped(id, StatusCode::cancelled);
  });
}

std::uint32_t Peer::State::send_size_max() const {
  return std::min(remote_payload_size_max, size_max);
}

void Peer::State::send(FrameType type, CallId id, std::size_t payload_size) {
  if (!closed) out.commit(type, id, payload_size);
}

void Peer::State::send_error(FrameType type, CallId id, const ErrorView& error) {
  ErrorView cut = error;
  if (error_payload_size(cut) > remote_payload_size_max) cut.details = {};
  if (error_payload_size(cut) > remote_payload_size_max) cut.message = {};
  const std::size_t size = error_payload_size(cut);
  write_error(out.prepare(size), cut);
  send(type, id, size);
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

bool Peer::State::end_served(CallId id, bool is_answered) {
  for (Arriving* call = arriving; call != nullptr; call = call->outer) {
    if (call->id == id && call->in_flight) {
      call->in_flight = false;
      return true;
    }
  }
  const ServedCalls::Found call = served.remove(id);
  if (!call.found) return false;
  if (call.deadline_ms != no_deadline) deadlines.end_one();
  forget(id, call.stream, is_answered);
  return true;
}

void Peer::State::end_own(CallSlot slot) {
  const bool has_deadline = own.has_deadline(slot);
  release_own(slot);
  if (has_deadline) deadlines.end_one();
}

void Peer::State::release_own(CallSlot slot) {
  own.release(slot);
  forget(own.id(slot), own.stream(slot), false);
}

void Peer::State::drop_apart(CallId id) {
  const Credit unused = out.drop(id);
  connection.send.items += unused.items;
  connection.send.bytes += unused.bytes;
}

void Peer::State::pass_over_partial() {
  partial.payload = {};
  partial.is_dropped = true;
}

bool Peer::State::is_live(const void* state, const Deadline& deadline) {
  const State& self = *static_cast<const State*>(state);
  if (self.own.is_own(deadline.id)) return self.own.in_flight_id(deadline.id);
  // The time too: a stranger may use an id twice, with another timeout.
  const ServedCalls::Found call = self.served.find(deadline.id);
  return call.found && call.deadline_ms == deadline.at_ms;
}

}  // namespace cortado::wire
