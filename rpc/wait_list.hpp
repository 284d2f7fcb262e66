// SPDX-License-Identifier: Apache-2.0
// Coroutines that wait for an event, a program's own too: `co_await list.wait()`. One that is
// destroyed while it waits leaves the list.
#pragma once

#include <coroutine>
#include <utility>

namespace cortado {

class WaitList {
 public:
  class Waiter {
   public:
    explicit Waiter(WaitList& list) : list_(list) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() { leave(); }

    [[nodiscard]] bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
      waiting_ = waiting;
      enter(list_.first_);
    }
    void await_resume() const {}

   private:
    friend WaitList;
    void enter(Waiter*& first) {
      next_ = first;
      if (next_ != nullptr) next_->place_ = &next_;
      place_ = &first;
      first = this;
    }
    void leave() {
      if (place_ == nullptr) return;
      if (next_ != nullptr) next_->place_ = place_;
      *std::exchange(place_, nullptr) = next_;
    }

    WaitList& list_;
    std::coroutine_handle<> waiting_;
    Waiter* next_ = nullptr;
    Waiter** place_ = nullptr;  // what points to it; null while it is in no list
  };

  /// The list must outlive the waiting.
  [[nodiscard]] Waiter wait() { return Waiter(*this); }

  /// The event: every coroutine in the list goes on, in here, in any order. They may end others, and
  /// wait again, for the next event.
  void resume_all() {
    Waiter* first = std::exchange(first_, nullptr);
    if (first != nullptr) first->place_ = &first;
    while (first != nullptr) {
      Waiter& waiter = *first;
      waiter.leave();
      waiter.waiting_.resume();
    }
  }

 private:
  Waiter* first_ = nullptr;
};

}  // namespace cortado
