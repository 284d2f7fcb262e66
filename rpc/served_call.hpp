// SPDX-License-Identifier: Apache-2.0
// One call of the other end while its handler runs: everything the handler borrows, and the
// handler itself. For the sources of this room.
#pragma once

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <array>
#include <coroutine>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "rpc/answer_memory.hpp"
#include "rpc/call.hpp"
#include "rpc/handler_outcome.hpp"
#include "rpc/message_bytes.hpp"
#include "rpc/service.hpp"
#include "rpc/stream_call.hpp"
#include "rpc/task.hpp"
#include "wire/peer.hpp"

namespace cortado {

class ServedCall final : public KeyedCall {
 public:
  /// Who is told when a handler that did not finish at once has finished. The call is destroyed in
  /// there, or later.
  class Owner {
   public:
    virtual void handler_finished(ServedCall& call) = 0;
    /// A call that had joined another is to run() itself; not from in here.
    virtual void turn_came(ServedCall& call) = 0;

   protected:
    ~Owner() = default;
  };

  ServedCall() = default;
  ~ServedCall() noexcept override { clear(); }  // kj's arrays say they may throw
  ServedCall(const ServedCall&) = delete;
  ServedCall& operator=(const ServedCall&) = delete;

  /// What is known when the request arrives.
  struct Request {
    wire::CallId id = 0;
    Service* service = nullptr;
    const MethodInfo* method = nullptr;
    std::uint64_t arrived_us = 0;
    std::uint64_t deadline_ms = wire::Peer::no_deadline;
  };

  /// Starts the handler, or has it wait for the call it has joined; true when it has finished already.
  /// Copies what it needs of `view`, whose kind is the method's. `carrier` is that of its items.
  [[nodiscard]] bool start(const Request& request, const wire::RequestView& view,
                           const CallerInfo& caller, StreamCarrier& carrier);
  /// Asks for a word once the handler, which has not finished at once, has finished.
  void notify(Owner& owner);
  /// After Owner::turn_came().
  void run() { resume(); }

  [[nodiscard]] const Request& request() const { return request_; }
  /// Null: a call without streams.
  [[nodiscard]] StreamCall* stream() { return stream_.get(); }
  /// Whether the handler has finished, and all items it wrote have left: it can be answered.
  [[nodiscard]] bool is_done() const {
    return (early_outcome_.error || task_.done()) && (!stream_ || stream_->is_drained());
  }
  /// Once the handler has finished.
  [[nodiscard]] HandlerOutcome outcome();
  /// The results. Valid until clear().
  [[nodiscard]] Segments results() { return results_->getSegmentsForOutput(); }

  /// Stops the handler, if it has not finished, and makes room for another call.
  void clear();
  /// The call is over for its caller; whatever the handler still does is not told.
  void set_dropped() { is_dropped_ = true; }
  [[nodiscard]] bool is_dropped() const { return is_dropped_; }

 private:
  /// A coroutine that is resumed when the handler's task is done, tells it, and frees itself. The
  /// task's frame is suspended for good by then and may be destroyed.
  struct Watcher {
    struct promise_type {
      Watcher get_return_object() {
        return {std::coroutine_handle<promise_type>::from_promise(*this)};
      }
      std::suspend_always initial_suspend() const noexcept { return {}; }
      std::suspend_never final_suspend() const noexcept { return {}; }
      void return_void() const noexcept {}
      [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
    };
    std::coroutine_handle<> handle;
  };
  void on_turn() override { owner_->turn_came(*this); }
  [[nodiscard]] bool open(std::span<const std::byte> params);
  [[nodiscard]] Task<void> dispatch();
  [[nodiscard]] Task<void> dispatch_joined();
  static Watcher watch(ServedCall& call, Owner& owner);

  static constexpr std::size_t results_words = 64;  // of the first segment; most results fit
  static constexpr std::size_t spare_params_words_max = 64;

  // A member borrows from those before it, so they are destroyed, and cleared, from the last.
  Request request_;
  Owner* owner_ = nullptr;  // once it is to be told
  bool is_dropped_ = false;
  std::array<capnp::word, results_words> scratch_{};  // all zeros whenever results_ is none
  MessageWords params_words_;
  std::optional<capnp::FlatArrayMessageReader> params_;
  std::optional<capnp::MallocMessageBuilder> results_;
  std::unique_ptr<StreamCall> stream_;
  std::optional<Call> call_;
  HandlerOutcome early_outcome_;  // of a handler that threw before it was a task
  Task<void> task_;
  std::coroutine_handle<> watcher_;  // owned while it is not null
};

}  // namespace cortado
