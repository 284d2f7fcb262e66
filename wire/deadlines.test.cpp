// SPDX-License-Identifier: Apache-2.0
// Tests of the heap of deadlines: order, and memory that follows the calls in flight.
#include "wire/deadlines.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>

namespace cortado::wire {

namespace {

/// The calls in flight, as the peer's tables would know them.
struct Calls {
  std::set<CallId> live;
  Deadlines deadlines{this, is_live};

  static bool is_live(const void* self, const Deadline& deadline) {
    return static_cast<const Calls*>(self)->live.contains(deadline.id);
  }
  void begin(CallId id, std::uint64_t at_ms) {
    live.insert(id);
    deadlines.add({at_ms, id});
  }
  void end(CallId id) {
    live.erase(id);
    deadlines.end_one();
  }
};

}  // namespace

TEST_CASE("no deadlines, nothing next") {
  Calls calls;
  CHECK(calls.deadlines.next() == nullptr);
}

TEST_CASE("deadlines come in order of time") {
  Calls calls;
  std::mt19937_64 random(7);
  for (CallId id = 1; id <= 500; ++id) calls.begin(id, random() % 1000);
  std::uint64_t last_ms = 0;
  for (int count = 0; count < 500; ++count) {
    const Deadline* const next = calls.deadlines.next();
    REQUIRE(next != nullptr);
    CHECK(next->at_ms >= last_ms);
    last_ms = next->at_ms;
    calls.live.erase(next->id);
    calls.deadlines.pop();
  }
  CHECK(calls.deadlines.next() == nullptr);
}

TEST_CASE("ended calls are passed over") {
  Calls calls;
  calls.begin(1, 10);
  calls.begin(2, 20);
  calls.begin(3, 30);
  calls.end(1);
  CHECK(calls.deadlines.next()->id == 2);
  calls.end(2);
  calls.end(3);
  CHECK(calls.deadlines.next() == nullptr);
  CHECK(calls.deadlines.size() == 0);
}

TEST_CASE("order survives sweeps") {
  Calls calls;
  std::mt19937_64 random(11);
  std::multiset<std::uint64_t> times;
  for (CallId id = 1; id <= 4000; ++id) {
    const std::uint64_t at_ms = random() % 100000;
    calls.begin(id, at_ms);
    if (id % 3 == 0) {
      times.insert(at_ms);
    } else {
      calls.end(id);
    }
  }
  for (const std::uint64_t at_ms : times) {
    const Deadline* const next = calls.deadlines.next();
    REQUIRE(next != nullptr);
    CHECK(next->at_ms == at_ms);
    calls.live.erase(next->id);
    calls.deadlines.pop();
  }
  CHECK(calls.deadlines.next() == nullptr);
}

TEST_CASE("a million ended calls leave no memory behind") {
  Calls calls;
  for (CallId id = 1; id <= 1'000'000; ++id) {
    calls.begin(id, id + 30'000);
    calls.end(id);
  }
  CHECK(calls.deadlines.size() <= 64);
  CHECK(calls.deadlines.capacity() <= 128);
}

TEST_CASE("memory shrinks after a crowd") {
  Calls calls;
  for (CallId id = 1; id <= 10'000; ++id) calls.begin(id, id);
  for (CallId id = 1; id <= 9'900; ++id) calls.end(id);
  CHECK(calls.deadlines.size() <= 400);
  CHECK(calls.deadlines.capacity() <= 4'000);
  CHECK(calls.deadlines.next()->id == 9'901);
}

}  // namespace cortado::wire
