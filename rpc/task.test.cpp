// SPDX-License-Identifier: Apache-2.0
// Tests of Task: when it runs, what it gives, and what destroying it does.
#include "rpc/task.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace cortado {

namespace {

/// Suspends whoever awaits it, and notes how to go on.
struct Pause {
  std::coroutine_handle<>& resume;
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> handle) const { resume = handle; }
  void await_resume() const {}
};

struct Note {
  std::vector<std::string>& notes;
  std::string text;
  ~Note() { notes.push_back(text); }
};

Task<int> value(int number) { co_return number; }

Task<int> sum_of_many(int count) {
  int sum = 0;
  for (int index = 0; index < count; ++index) sum += co_await value(1);
  co_return sum;
}

Task<int> after(std::coroutine_handle<>& resume, int number) {
  co_await Pause{resume};
  co_return number;
}

Task<std::unique_ptr<int>> owner() { co_return std::make_unique<int>(3); }

Task<int> thrower() {
  throw std::runtime_error("thrown");
  co_return 1;
}

}  // namespace

TEST_CASE("a task does nothing until it is started") {
  bool was_run = false;
  const auto run = [&]() -> Task<void> {
    was_run = true;
    co_return;
  };
  Task<void> task = run();
  CHECK(!was_run);
  CHECK(!task.done());
  task.start();
  CHECK(was_run);
  CHECK(task.done());
}

TEST_CASE("a task gives its value, moved") {
  Task<std::unique_ptr<int>> task = owner();
  task.start();
  CHECK(*task.take() == 3);
}

TEST_CASE("awaiting a task that was started waits for its end, and no less") {
  std::coroutine_handle<> resume;
  const auto outer = [&]() -> Task<int> {
    Task<int> beside = after(resume, 7);
    beside.start();
    co_return co_await std::move(beside) + 1;
  };
  Task<int> task = outer();
  task.start();
  CHECK(!task.done());
  resume.resume();
  REQUIRE(task.done());
  CHECK(task.take() == 8);
}

TEST_CASE("awaiting a task that was started and is done goes on at once") {
  const auto outer = []() -> Task<int> {
    Task<int> beside = value(7);
    beside.start();
    co_return co_await std::move(beside) + 1;
  };
  Task<int> task = outer();
  task.start();
  REQUIRE(task.done());
  CHECK(task.take() == 8);
}

TEST_CASE("awaiting a task that pauses pauses its awaiter") {
  std::coroutine_handle<> resume;
  const auto outer = [&]() -> Task<int> { co_return co_await after(resume, 7) + 1; };
  Task<int> task = outer();
  task.start();
  CHECK(!task.done());
  resume.resume();
  CHECK(task.done());
  CHECK(task.take() == 8);
}

TEST_CASE("a million tasks that finish at once do not deepen the stack") {
  Task<int> task = sum_of_many(1'000'000);
  task.start();
  CHECK(task.take() == 1'000'000);
}

TEST_CASE("tasks that pause and tasks that do not mix") {
  std::coroutine_handle<> resume;
  const auto outer = [&]() -> Task<int> {
    int sum = co_await value(1);
    for (int round = 0; round < 100; ++round) {
      sum += co_await after(resume, 10);
      sum += co_await value(1);
    }
    co_return sum;
  };
  Task<int> task = outer();
  task.start();
  for (int round = 0; round < 100; ++round) resume.resume();
  CHECK(task.take() == 1101);
}

TEST_CASE("an exception travels to the awaiter and out of take()") {
  const auto outer = []() -> Task<std::string> {
    try {
      co_await thrower();
    } catch (const std::runtime_error& error) {
      co_return error.what();
    }
    co_return "not thrown";
  };
  Task<std::string> task = outer();
  task.start();
  CHECK(task.take() == "thrown");
  Task<int> direct = thrower();
  direct.start();
  CHECK(direct.done());
  CHECK_THROWS_AS(static_cast<void>(direct.take()), std::runtime_error);
}

TEST_CASE("destroying a paused task unwinds it and what it awaits, from the inside") {
  std::vector<std::string> notes;
  std::coroutine_handle<> resume;
  const auto inner = [&]() -> Task<void> {
    const Note note{notes, "inner"};
    co_await Pause{resume};
    notes.push_back("never");
  };
  const auto outer = [&]() -> Task<void> {
    const Note note{notes, "outer"};
    co_await inner();
    notes.push_back("never");
  };
  {
    Task<void> task = outer();
    task.start();
    CHECK(notes.empty());
  }
  CHECK(notes == std::vector<std::string>{"inner", "outer"});
}

TEST_CASE("a task never started is destroyed without running") {
  std::vector<std::string> notes;
  const auto run = [&](Note) -> Task<void> {
    notes.push_back("run");
    co_return;
  };
  {
    const Task<void> task = run(Note{notes, "argument"});
  }
  CHECK(std::count(notes.begin(), notes.end(), "run") == 0);
  CHECK(!notes.empty());
}

TEST_CASE("moving a task moves what it runs") {
  std::coroutine_handle<> resume;
  Task<int> first = after(resume, 5);
  first.start();
  Task<int> second = std::move(first);
  CHECK(!first.done());  // NOLINT(bugprone-use-after-move): an empty task, as documented
  resume.resume();
  CHECK(second.done());
  first = std::move(second);
  CHECK(first.take() == 5);
}

TEST_CASE("a detached task frees itself when it is done") {
  std::vector<std::string> notes;
  std::coroutine_handle<> resume;
  const auto run = [&]() -> Task<void> {
    const Note note{notes, "freed"};
    co_await Pause{resume};
  };
  detach(run());
  CHECK(notes.empty());
  resume.resume();
  CHECK(notes == std::vector<std::string>{"freed"});
}

}  // namespace cortado
