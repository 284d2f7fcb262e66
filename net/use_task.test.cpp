// SPDX-License-Identifier: Apache-2.0
#include "net/use_task.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <doctest/doctest.h>

#include <thread>

#include "rpc/task.hpp"

namespace cortado {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// Sets a flag when it goes out of scope: shows that a coroutine was unwound.
struct Flag {
  bool& set;
  ~Flag() { set = true; }
};

Task<int> wait_and_give(asio::steady_timer& timer, int value) {
  co_await timer.async_wait(use_task);
  co_return value;
}

Task<void> wait_flagged(asio::steady_timer& timer, bool& unwound, bool& resumed) {
  const Flag flag{unwound};
  co_await timer.async_wait(use_task);
  resumed = true;
}

TEST_CASE("an operation is awaited") {
  asio::io_context context;
  asio::steady_timer timer(context, 1ms);
  Task<int> task = wait_and_give(timer, 7);
  task.start();
  CHECK(!task.done());
  context.run();
  REQUIRE(task.done());
  CHECK(task.take() == 7);
}

TEST_CASE("an operation that fails throws") {
  asio::io_context context;
  asio::steady_timer timer(context, 1h);
  Task<int> task = wait_and_give(timer, 7);
  task.start();
  timer.cancel();
  context.run();
  REQUIRE(task.done());
  CHECK_THROWS_AS(static_cast<void>(task.take()), boost::system::system_error);
}

Task<bool> was_cancelled(asio::steady_timer& timer) {
  const auto [error] = co_await timer.async_wait(asio::as_tuple(use_task));
  co_return error == asio::error::operation_aborted;
}

TEST_CASE("as_tuple gives the error code instead") {
  asio::io_context context;
  asio::steady_timer timer(context, 1h);
  Task<bool> task = was_cancelled(timer);
  task.start();
  timer.cancel();
  context.run();
  CHECK(task.take());
}

TEST_CASE("destroying the task cancels the operation, whose completion touches nothing") {
  asio::io_context context;
  asio::steady_timer timer(context, 1h);
  bool unwound = false;
  bool resumed = false;
  {
    Task<void> task = wait_flagged(timer, unwound, resumed);
    task.start();
    CHECK(!unwound);
  }
  CHECK(unwound);
  // Without the cancellation this would take an hour.
  CHECK(context.run() == 1);
  CHECK(!resumed);
}

TEST_CASE("destroying the task after completion, before it is resumed") {
  asio::io_context context;
  // Both are due, `first` before the other.
  const auto now = std::chrono::steady_clock::now();
  asio::steady_timer first(context, now - 2s);
  asio::steady_timer timer(context, now - 1s);
  bool unwound = false;
  bool resumed = false;
  std::optional<Task<void>> task(wait_flagged(timer, unwound, resumed));
  first.async_wait([&](boost::system::error_code) { task.reset(); });
  task->start();
  context.run();
  CHECK(unwound);
  CHECK(!resumed);
}

TEST_CASE("destroying the context first") {
  auto context = std::make_unique<asio::io_context>();
  auto timer = std::make_unique<asio::steady_timer>(*context, 1h);
  bool unwound = false;
  bool resumed = false;
  {
    Task<void> task = wait_flagged(*timer, unwound, resumed);
    task.start();
    timer.reset();
    context.reset();
  }
  CHECK(unwound);
  CHECK(!resumed);
}

Task<std::thread::id> visit(asio::thread_pool& pool, asio::io_context& context) {
  co_await asio::post(pool, asio::bind_executor(context.get_executor(), use_task));
  co_return std::this_thread::get_id();
}

TEST_CASE("bind_executor brings the completion back to the task's thread") {
  asio::io_context context;
  asio::thread_pool pool(1);
  Task<std::thread::id> task = visit(pool, context);
  auto work = asio::make_work_guard(context);
  task.start();
  while (!task.done()) context.run_one();
  CHECK(task.take() == std::this_thread::get_id());
  pool.join();
}

}  // namespace
}  // namespace cortado
