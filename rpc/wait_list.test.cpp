// SPDX-License-Identifier: Apache-2.0
#include "rpc/wait_list.hpp"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

#include "rpc/task.hpp"

namespace cortado {
namespace {

Task<void> wait_and_count(WaitList& list, int& count) {
  co_await list.wait();
  ++count;
}

TEST_CASE("all who wait go on, once") {
  WaitList list;
  int count = 0;
  std::vector<Task<void>> tasks;
  for (int index = 0; index < 3; ++index) {
    tasks.push_back(wait_and_count(list, count));
    tasks.back().start();
  }
  CHECK(count == 0);
  list.resume_all();
  CHECK(count == 3);
  list.resume_all();
  CHECK(count == 3);
}

TEST_CASE("one that is destroyed does not wait any more, wherever it stands") {
  for (std::size_t gone = 0; gone < 3; ++gone) {
    WaitList list;
    int count = 0;
    std::vector<Task<void>> tasks;
    for (int index = 0; index < 3; ++index) {
      tasks.push_back(wait_and_count(list, count));
      tasks.back().start();
    }
    tasks[gone].reset();
    list.resume_all();
    CHECK(count == 2);
  }
}

TEST_CASE("one that waits again waits for the next event") {
  WaitList list;
  int count = 0;
  Task<void> patient = [](WaitList& waits, int& events) -> Task<void> {
    while (events < 2) {
      co_await waits.wait();
      ++events;
    }
  }(list, count);
  patient.start();
  list.resume_all();
  CHECK(count == 1);
  list.resume_all();
  CHECK(count == 2);
  CHECK(patient.done());
}

TEST_CASE("one that goes on may end another that waits") {
  WaitList list;
  int count = 0;
  Task<void> victim = wait_and_count(list, count);
  victim.start();
  Task<void> killer = [](WaitList& waits, Task<void>& task) -> Task<void> {
    co_await waits.wait();
    task.reset();
  }(list, victim);
  killer.start();
  list.resume_all();  // the last to wait is the first to go on
  CHECK(killer.done());
  CHECK(count == 0);
}

}  // namespace
}  // namespace cortado
