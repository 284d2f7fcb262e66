// SPDX-License-Identifier: Apache-2.0
// A coroutine that computes one value: starts when awaited, or before that by start(), resumes its
// awaiter when done, and is cancelled by being destroyed (its frame is unwound at the suspension
// point, so destructors run).
//
// Why not asio::awaitable: the same generated code runs in a page, where there is no Asio. On the
// server `co_await timer.async_wait(cortado::use_task)` bridges (net/use_task.hpp).
// Single-threaded by design: a task lives on the thread of its connection.
//
// A task must be suspended, or done, when it is destroyed: code that runs inside it cannot destroy
// it. Whoever resumes a coroutine must expect that its frame is gone afterwards.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace cortado {

template <class T>
class Task;

namespace detail {

/// Resumes whoever awaits the task that just finished, unless that one is still starting it and
/// will go on by itself.
struct FinalAwaiter {
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> finished) const noexcept {
    if (finished.promise().is_starting) return std::noop_coroutine();
    return finished.promise().continuation;
  }
  void await_resume() const noexcept {}
};

struct TaskPromiseBase {
  std::coroutine_handle<> continuation = std::noop_coroutine();
  bool is_started = false;
  bool is_starting = false;  // by whom awaits it
#if defined(__cpp_exceptions)
  std::exception_ptr exception;
  void unhandled_exception() noexcept { exception = std::current_exception(); }
  void rethrow() const {
    if (exception) std::rethrow_exception(exception);
  }
#else
  [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
  void rethrow() const {}
#endif
  std::suspend_always initial_suspend() const noexcept { return {}; }
  FinalAwaiter final_suspend() const noexcept { return {}; }
};

template <class T>
struct TaskPromise : TaskPromiseBase {
  std::optional<T> value;
  Task<T> get_return_object();
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() {
    rethrow();
    return std::move(*value);
  }
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
  Task<void> get_return_object();
  void return_void() const noexcept {}
  void take() const { rethrow(); }
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::TaskPromise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  Task() = default;
  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      reset();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() { reset(); }

  /// Cancels it if it has not finished.
  void reset() {
    if (handle_) std::exchange(handle_, {}).destroy();
  }

  [[nodiscard]] bool done() const { return handle_ && handle_.done(); }

  auto operator co_await() && noexcept {
    struct Awaiter {
      Handle handle;
      bool await_ready() const noexcept { return handle.done(); }
      // Runs the task from here, instead of by symmetric transfer: that is a jump only where the
      // compiler makes tail calls (not in WebAssembly, not without optimisation). Elsewhere a loop
      // over tasks that finish at once would go deeper into the stack each time.
      bool await_suspend(std::coroutine_handle<> awaiting) const {
        promise_type& promise = handle.promise();
        promise.continuation = awaiting;
        if (promise.is_started) return true;  // by start(): what it waits for will resume it
        promise.is_started = promise.is_starting = true;
        handle.resume();
        promise.is_starting = false;
        return !handle.done();
      }
      T await_resume() const { return handle.promise().take(); }
    };
    return Awaiter{handle_};
  }

  /// Runs it up to its first suspension, so that it goes on beside its owner, who may await it later.
  /// The task must outlive its run.
  void start() {
    handle_.promise().is_started = true;
    handle_.resume();
  }
  /// For dispatchers, once done(): the value, or the exception thrown.
  T take() { return handle_.promise().take(); }
  /// For dispatchers: who is resumed when it finishes.
  void continue_with(std::coroutine_handle<> continuation) {
    handle_.promise().continuation = continuation;
  }

 private:
  Handle handle_;
};

namespace detail {

/// A coroutine that runs at once and frees itself when it is done.
struct Detached {
  struct promise_type {
    Detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
  };
};

inline Detached run_detached(Task<void> task) { co_await std::move(task); }

}  // namespace detail

/// Runs a task that nobody waits for; it is freed when it is done. For the outermost coroutine of a
/// program: what it throws ends the program.
inline void detach(Task<void> task) { detail::run_detached(std::move(task)); }

template <class T>
Task<T> detail::TaskPromise<T>::get_return_object() {
  return Task<T>{std::coroutine_handle<TaskPromise>::from_promise(*this)};
}
inline Task<void> detail::TaskPromise<void>::get_return_object() {
  return Task<void>{std::coroutine_handle<TaskPromise>::from_promise(*this)};
}

}  // namespace cortado
