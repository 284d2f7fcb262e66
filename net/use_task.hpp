// SPDX-License-Identifier: Apache-2.0
// Lets a handler await any operation of Asio:
//
//   cortado::Task<void> wait(cortado::Call&, …) {
//     boost::asio::steady_timer timer(server.executor(), 100ms);
//     co_await timer.async_wait(cortado::use_task);
//   }
//
// An operation that fails throws boost::system::system_error; boost::asio::as_tuple(use_task) gives
// the error code instead.
//
// A task is cancelled by being destroyed. Then the operation is cancelled too, and when it
// completes, later, it finds that nobody waits. Buffers may lie in the coroutine: where Asio waits
// for readiness (epoll, kqueue, poll), a cancelled operation touches them no more.
//
// The operation must complete on the thread of the task: give I/O objects server.executor(). For
// work on other threads: boost::asio::bind_executor(server.executor(), cortado::use_task).
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace cortado {

struct UseTask {};
inline constexpr UseTask use_task{};

namespace detail {

/// Shared by an operation under way and the coroutine that waits for it; each may be gone first.
template <class... Args>
struct TaskWait {
  std::coroutine_handle<> waiting;            // null before suspension and once nobody waits
  std::optional<std::tuple<Args...>> result;  // empty until completion
  boost::asio::cancellation_signal cancellation;
};

template <class... Args>
class TaskWaitHandler {
 public:
  using cancellation_slot_type = boost::asio::cancellation_slot;

  explicit TaskWaitHandler(std::shared_ptr<TaskWait<Args...>> wait) : wait_(std::move(wait)) {}

  [[nodiscard]] cancellation_slot_type get_cancellation_slot() const noexcept {
    return wait_->cancellation.slot();
  }

  void operator()(Args... args) {
    wait_->result.emplace(std::move(args)...);
    if (wait_->waiting) std::exchange(wait_->waiting, nullptr).resume();
  }

 private:
  std::shared_ptr<TaskWait<Args...>> wait_;
};

inline void throw_failure(const boost::system::error_code& error) {
  if (error) throw boost::system::system_error(error);
}
inline void throw_failure(const std::exception_ptr& error) {
  if (error) std::rethrow_exception(error);
}

template <class T>
inline constexpr bool is_failure =
    std::is_same_v<T, boost::system::error_code> || std::is_same_v<T, std::exception_ptr>;

/// What co_await gives for a completion's arguments: nothing, the one value, or a tuple.
inline void awaited_value(std::tuple<>&&) {}
template <class T>
T awaited_value(std::tuple<T>&& values) {
  return std::get<0>(std::move(values));
}
template <class T, class U, class... Rest>
std::tuple<T, U, Rest...> awaited_value(std::tuple<T, U, Rest...>&& values) {
  return std::move(values);
}

template <class First, class... Rest>
auto unwrap_completion(std::tuple<First, Rest...>&& completion) {
  if constexpr (is_failure<First>) {
    throw_failure(std::get<0>(completion));
    return std::apply(
        [](First&, Rest&... rest) {
          return awaited_value(std::tuple<Rest...>(std::move(rest)...));
        },
        completion);
  } else {
    return awaited_value(std::move(completion));
  }
}
inline void unwrap_completion(std::tuple<>&&) {}

/// The operation, started when it is awaited.
template <class Initiation, class InitiationArgs, class... Args>
class [[nodiscard]] TaskOperation {
 public:
  TaskOperation(Initiation initiation, InitiationArgs arguments)
      : initiation_(std::move(initiation)), arguments_(std::move(arguments)) {}
  TaskOperation(TaskOperation&&) = default;  // before it is awaited
  TaskOperation(const TaskOperation&) = delete;
  TaskOperation& operator=(const TaskOperation&) = delete;
  TaskOperation& operator=(TaskOperation&&) = delete;

  /// Not completed: the coroutine is being destroyed.
  ~TaskOperation() {
    if (!wait_ || !wait_->waiting) return;
    wait_->waiting = nullptr;
    // Only held here: the io_context went before it, and took the operation along.
    if (wait_.use_count() == 1) return;
    wait_->cancellation.emit(boost::asio::cancellation_type::all);
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }

  bool await_suspend(std::coroutine_handle<> awaiting) {
    wait_ = std::make_shared<TaskWait<Args...>>();
    std::apply(
        [this](auto&... arguments) {
          std::move(initiation_)(TaskWaitHandler<Args...>(wait_), std::move(arguments)...);
        },
        arguments_);
    if (wait_->result) return false;  // completed at once: go on without a detour
    wait_->waiting = awaiting;
    return true;
  }

  auto await_resume() { return unwrap_completion(std::move(*wait_->result)); }

 private:
  Initiation initiation_;
  InitiationArgs arguments_;
  std::shared_ptr<TaskWait<Args...>> wait_;
};

}  // namespace detail
}  // namespace cortado

template <class... Args>
class boost::asio::async_result<cortado::UseTask, void(Args...)> {
 public:
  template <class Initiation, class... InitiationArgs>
  static auto initiate(Initiation initiation, cortado::UseTask, InitiationArgs&&... arguments) {
    using Stored = std::tuple<std::decay_t<InitiationArgs>...>;
    return cortado::detail::TaskOperation<Initiation, Stored, std::decay_t<Args>...>(
        std::move(initiation), Stored(std::forward<InitiationArgs>(arguments)...));
  }
};
