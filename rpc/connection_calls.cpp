// SPDX-License-Identifier: Apache-2.0
// Own calls of a connection: from a coroutine to a frame, and from a frame to that coroutine.
#include <limits>
#include <utility>

#include "rpc/connection_state.hpp"
#include "rpc/connection_turn.hpp"
#include "rpc/message_bytes.hpp"

namespace cortado {

/// Registered from its construction until the call has settled; destroyed before that, it cancels.
class Connection::State::Waiter {
 public:
  Waiter(State& state, wire::CallSlot slot) : state_(&state), slot_(slot) {
    if (state.waiters_.size() <= slot) state.waiters_.resize(slot + 1);
    state.waiters_[slot] = this;
  }
  ~Waiter() {
    if (state_ == nullptr) return;
    const Turn turn(*state_);
    state_->waiters_[slot_] = nullptr;
    state_->peer.cancel(slot_);
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  /// Resumes who waits; `*this` may be gone afterwards.
  void settle(Result<ReceivedMessage> result) {
    result_ = std::move(result);
    State& state = *std::exchange(state_, nullptr);
    if (!waiting_) return;
    const Running running(state);
    waiting_.resume();
  }

  bool await_ready() const { return result_.has_value(); }
  void await_suspend(std::coroutine_handle<> waiting) { waiting_ = waiting; }
  Result<ReceivedMessage> await_resume() { return std::move(*result_); }

 private:
  State* state_;  // null once settled
  wire::CallSlot slot_;
  std::coroutine_handle<> waiting_;
  std::optional<Result<ReceivedMessage>> result_;
};

namespace {

/// What no frame can hold whatever the other end takes; also keeps sums of sizes from overflowing.
constexpr std::size_t message_size_max = std::numeric_limits<std::uint32_t>::max() / 2;

std::string_view why_not_sent(StatusCode code) {
  switch (code) {
    case StatusCode::resource_exhausted:
      return "the params are too large for the other end, or too many calls are in flight";
    case StatusCode::unavailable: return "the connection takes no new calls";
    default: return "the call was not sent";
  }
}

}  // namespace

Task<Result<ReceivedMessage>> Connection::call(const MethodId& method,
                                               capnp::MessageBuilder& params,
                                               const CallOptions& options) {
  State& state = *state_;
  const wire::RequestHeader header{
      .interface_id = method.interface_id,
      .method = method.ordinal,
      .idempotent = method.idempotent,
      .timeout_ms = options.timeout_ms != 0 ? options.timeout_ms : method.deadline_ms,
      .trace = options.trace,
  };
  const Segments segments = params.getSegmentsForOutput();
  const std::size_t size = message_size(segments);
  std::expected<wire::CallSlot, StatusCode> slot = std::unexpected(StatusCode::resource_exhausted);
  std::optional<State::Turn> turn(state);
  if (size <= message_size_max) {
    write_message(segments, state.peer.prepare_params(size, header));
    slot = state.peer.call(header, size, state.host.now_ms());
  }
  if (!slot) {
    co_return std::unexpected(Error{slot.error(), std::string(why_not_sent(slot.error())), 0, {}});
  }
  State::Waiter waiter(state, *slot);
  turn.reset();  // the host may send, and even receive the answer, from here on
  co_return co_await waiter;
}

Connection::State::Waiter* Connection::State::take_waiter(wire::CallSlot slot) {
  return std::exchange(waiters_[slot], nullptr);
}

void Connection::State::on_response(wire::CallSlot slot, const wire::ResponseView& response) {
  Waiter* const waiter = take_waiter(slot);
  std::optional<Result<ReceivedMessage>> result;
  try {
    result.emplace(ReceivedMessage(response.results));
  } catch (const kj::Exception&) {
    result.emplace(std::unexpected(invalid_results()));
  }
  waiter->settle(std::move(*result));
}

void Connection::State::on_error(wire::CallSlot slot, const wire::ErrorView& error) {
  take_waiter(slot)->settle(std::unexpected(Error::from(error)));
}

}  // namespace cortado
