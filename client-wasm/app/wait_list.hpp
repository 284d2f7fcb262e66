// SPDX-License-Identifier: Apache-2.0
// Coroutines that wait for one event: `co_await list.wait()`. One that is destroyed while it waits
// leaves the list. Knows no browser.
#pragma once

#include <coroutine>

namespace cortado::browser {

class WaitList {
 public:
  class Waiter {
   public:
    explicit Waiter(WaitList& list) : list_(list) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() { list_.remove(*this); }

    [[nodiscard]] bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
      waiting_ = waiting;
      next_ = list_.first_;
      list_.first_ = this;
    }
    void await_resume() const {}

   private:
    friend WaitList;
    WaitList& list_;
    std::coroutine_handle<> waiting_;
    Waiter* next_ = nullptr;
  };

  /// The list must outlive the waiting.
  [[nodiscard]] Waiter wait() { return Waiter(*this); }

  /// The event: every coroutine in the list goes on, in here, in any order. They may end others.
  void resume_all() {
    while (first_ != nullptr) {
      Waiter& waiter = *first_;
      first_ = waiter.next_;
      waiter.waiting_.resume();
    }
  }

 private:
  void remove(const Waiter& waiter) {
    for (Waiter** link = &first_; *link != nullptr; link = &(*link)->next_) {
      if (*link != &waiter) continue;
      *link = waiter.next_;
      return;
    }
  }

  Waiter* first_ = nullptr;
};

}  // namespace cortado::browser
