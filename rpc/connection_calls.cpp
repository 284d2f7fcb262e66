// SPDX-License-Identifier: Apache-2.0
// Own calls of a connection: from a coroutine to a frame, and from a frame to that coroutine.
#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "rpc/connection_state.hpp"
#include "rpc/connection_turn.hpp"
#include "rpc/message_bytes.hpp"

namespace cortado {

/// Registered from its construction until the call has settled; destroyed before that, it cancels.
class Connection::State::Waiter final : public OwnCall {
 public:
  /// The call and its arguments, which live as long as its task. `key_number`: of the idempotency
  /// key, 0 when it has none.
  Waiter(State& state, wire::CallSlot slot, const MethodId& method, capnp::MessageBuilder& params,
         const wire::RequestHeader& header, std::uint64_t key_number)
      : state_(&state),
        slot_(slot),
        method_(method),
        params_(params),
        trace_(header.trace),
        key_number_(key_number),
        deadline_ms_(header.timeout_ms == 0 ? wire::Peer::no_deadline
                                            : state.host.now_ms() + header.timeout_ms) {
    state.enter(slot, *this);
  }
  ~Waiter() {
    if (state_ == nullptr) return;
    const Turn turn(*state_);
    state_->own_[slot_] = nullptr;
    state_->cancel(slot_);
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  void on_response(const wire::ResponseView& response) override {
    try {
      result_.emplace(ReceivedMessage(response.results));
    } catch (const kj::Exception&) {
      result_.emplace(std::unexpected(invalid_results()));
    }
    settle();
  }
  void on_error(const wire::ErrorView& error) override {
    result_.emplace(std::unexpected(Error::from(error)));
    settle();
  }
  bool call_again(bool may_have_run) override {
    if (may_have_run && (!method_.idempotent || ++attempts_ >= call_attempts_max)) return false;
    const std::uint64_t now_ms = state_->host.now_ms();
    if (deadline_ms_ <= now_ms) return false;
    CallKey key;
    const wire::RequestHeader header{
        .interface_id = method_.interface_id,
        .method = method_.ordinal,
        .idempotent = method_.idempotent,
        .timeout_ms = deadline_ms_ == wire::Peer::no_deadline
                          ? 0
                          : static_cast<std::uint32_t>(deadline_ms_ - now_ms),
        .trace = trace_,
        .idempotency_key = state_->write_key(key, key_number_),
    };
    const auto slot = state_->send_call(header, &params_);
    if (!slot) return false;
    slot_ = *slot;
    state_->enter(slot_, *this);
    return true;
  }

  bool await_ready() const { return result_.has_value(); }
  void await_suspend(std::coroutine_handle<> waiting) { waiting_ = waiting; }
  Result<ReceivedMessage> await_resume() { return std::move(*result_); }

 private:
  /// Resumes who waits; `*this` may be gone afterwards.
  void settle() {
    State& state = *std::exchange(state_, nullptr);
    if (!waiting_) return;
    const Running running(state);
    waiting_.resume();
  }

  State* state_;  // null once settled
  wire::CallSlot slot_;
  const MethodId& method_;
  capnp::MessageBuilder& params_;
  const wire::TraceContext trace_;
  const std::uint64_t key_number_;
  const std::uint64_t deadline_ms_;
  unsigned attempts_ = 0;  // that may have run
  std::coroutine_handle<> waiting_;
  std::optional<Result<ReceivedMessage>> result_;
};

namespace {

/// What no frame can hold whatever the other end takes; also keeps sums of sizes from overflowing.
constexpr std::size_t message_size_max = std::numeric_limits<std::uint32_t>::max() / 2;

bool is_set(const wire::TraceContext& trace) {
  return trace.trace_id != decltype(trace.trace_id){};
}

}  // namespace

Error why_not_sent(StatusCode code) {
  switch (code) {
    case StatusCode::resource_exhausted:
      return {code,
              "the params are too large for the other end, or too many calls are in flight",
              0,
              {}};
    case StatusCode::unavailable: return {code, "the connection takes no new calls", 0, {}};
    case StatusCode::deadline_exceeded:
      return {code, "the time of the call that makes this one is over", 0, {}};
    default: return {code, "the call was not sent", 0, {}};
  }
}

wire::RequestHeader header_of(const MethodId& method, const CallOptions& options) {
  return {
      .interface_id = method.interface_id,
      .method = method.ordinal,
      .idempotent = method.idempotent,
      .kind = method.kind,
      .timeout_ms = options.timeout_ms != 0 ? options.timeout_ms : method.deadline_ms,
      .trace = options.trace,
  };
}

bool Connection::State::nest(wire::RequestHeader& header, const Call& parent) const {
  if (!is_set(header.trace)) header.trace = parent.trace();
  const std::uint64_t deadline_ms = parent.deadline_ms();
  if (deadline_ms == wire::Peer::no_deadline) return true;
  const std::uint64_t now_ms = host.now_ms();
  if (deadline_ms <= now_ms) return false;
  // A timeout is 32 bits wide, and so was the parent's.
  const auto left_ms = static_cast<std::uint32_t>(deadline_ms - now_ms);
  header.timeout_ms = header.timeout_ms == 0 ? left_ms : std::min(header.timeout_ms, left_ms);
  return true;
}

std::span<const std::byte> Connection::State::write_key(CallKey& key, std::uint64_t number) const {
  if (number == 0) return {};
  std::copy_n(key_seed_.begin(), key_seed_size_, key.begin());
  std::memcpy(key.data() + key_seed_size_, &number, sizeof number);
  return std::span(key).first(key_seed_size_ + sizeof number);
}

std::expected<wire::CallSlot, StatusCode> Connection::State::send_call(
    const wire::RequestHeader& header, capnp::MessageBuilder* params) {
  if (params == nullptr) return peer.call(header, 0, host.now_ms());
  const Segments segments = params->getSegmentsForOutput();
  const std::size_t size = message_size(segments);
  if (size > message_size_max) return std::unexpected(StatusCode::resource_exhausted);
  write_message(segments, peer.prepare_params(size, header));
  return peer.call(header, size, host.now_ms());
}

void Connection::State::enter(wire::CallSlot slot, OwnCall& call) {
  if (own_.size() <= slot) own_.resize(slot + 1);
  own_[slot] = &call;
}

Task<Result<ReceivedMessage>> Connection::call(const MethodId& method,
                                               capnp::MessageBuilder& params,
                                               const CallOptions& options) {
  State& state = *state_;
  wire::RequestHeader header = header_of(method, options);
  if (options.parent != nullptr && !state.nest(header, *options.parent)) {
    co_return std::unexpected(why_not_sent(StatusCode::deadline_exceeded));
  }
  std::uint64_t key_number = 0;
  State::CallKey key;
  if (method.idempotent && state.key_seed_size_ != 0) {
    key_number = ++state.keys_;
    header.idempotency_key = state.write_key(key, key_number);
  }
  std::optional<State::Turn> turn(state);
  const auto slot = state.send_call(header, &params);
  if (!slot) co_return std::unexpected(why_not_sent(slot.error()));
  State::Waiter waiter(state, *slot, method, params, header, key_number);
  turn.reset();  // the host may send, and even receive the answer, from here on
  co_return co_await waiter;
}

Connection::State::OwnCall& Connection::State::take_own(wire::CallSlot slot) {
  return *std::exchange(own_[slot], nullptr);
}

void Connection::State::cancel(wire::CallSlot slot) {
  ++cancelling_;
  peer.cancel(slot);
  --cancelling_;
}

void Connection::State::on_response(wire::CallSlot slot, const wire::ResponseView& response) {
  take_own(slot).on_response(response);
}

void Connection::State::on_error(wire::CallSlot slot, const wire::ErrorView& error) {
  take_own(slot).on_error(error);
}

void Connection::State::on_lost(wire::CallSlot slot, bool may_have_run) {
  OwnCall& call = take_own(slot);
  if (call.call_again(may_have_run)) return;
  own_[slot] = &call;
  wire::PeerHandler::on_lost(slot, may_have_run);  // is an error
}

}  // namespace cortado
