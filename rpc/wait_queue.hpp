// SPDX-License-Identifier: Apache-2.0
// Coroutines that wait for their turn at something, in the order in which they came. One that is
// destroyed while it waits leaves the queue.
#pragma once

#include <cassert>
#include <coroutine>

namespace cortado {

class WaitQueue {
 public:
  /// One who waits, or might; lives in the frame of its coroutine.
  class Waiter {
   public:
    Waiter() = default;
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() { leave(); }

    /// For WaitQueue's owner, once it has taken the waiter from the queue: the frame, and the waiter
    /// in it, may be gone when this returns.
    void resume() { handle_.resume(); }

   private:
    friend class WaitQueue;
    void leave() {
      if (queue_ == nullptr) return;
      (before_ != nullptr ? before_->after_ : queue_->first_) = after_;
      (after_ != nullptr ? after_->before_ : queue_->last_) = before_;
      queue_ = nullptr;
    }

    WaitQueue* queue_ = nullptr;  // while it waits
    Waiter* before_ = nullptr;
    Waiter* after_ = nullptr;
    std::coroutine_handle<> handle_;
  };

  WaitQueue() = default;
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;
  /// What is waited for must outlive those who wait.
  ~WaitQueue() { assert(empty()); }

  [[nodiscard]] bool empty() const { return first_ == nullptr; }

  void add(Waiter& waiter, std::coroutine_handle<> handle) {
    waiter.queue_ = this;
    waiter.before_ = last_;
    waiter.after_ = nullptr;
    waiter.handle_ = handle;
    (last_ != nullptr ? last_->after_ : first_) = &waiter;
    last_ = &waiter;
  }

  /// The first, who waits no more; the queue is not empty.
  Waiter& take_first() {
    Waiter& waiter = *first_;
    waiter.leave();
    return waiter;
  }

 private:
  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
};

}  // namespace cortado
