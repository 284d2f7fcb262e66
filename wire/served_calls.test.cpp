// SPDX-License-Identifier: Apache-2.0
// Tests of the table of served calls, above all against a set that is known to be right.
#include "wire/served_calls.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>

namespace cortado::wire {

TEST_CASE("an empty table finds and removes nothing") {
  ServedCalls calls(1);
  CHECK(!calls.find(1).found);
  CHECK(!calls.remove(1).found);
  CHECK(calls.count() == 0);
}

TEST_CASE("a call is found with its deadline until it is removed") {
  ServedCalls calls(1);
  calls.insert(7, 500);
  calls.insert(9, Peer::no_deadline);
  CHECK(calls.find(7).found);
  CHECK(calls.find(7).deadline_ms == 500);
  CHECK(calls.find(9).deadline_ms == Peer::no_deadline);
  CHECK(!calls.find(8).found);
  CHECK(calls.remove(7).found);
  CHECK(!calls.find(7).found);
  CHECK(!calls.remove(7).found);
  CHECK(calls.count() == 1);
}

TEST_CASE("the table agrees with a map over random insertions and removals") {
  std::mt19937_64 random(20261121);
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    ServedCalls calls(seed);
    std::map<CallId, std::uint64_t> expected;
    for (int step = 0; step < 20000; ++step) {
      // Few ids, so that most are met again; in long stretches, so that it grows and shrinks.
      const CallId id = 1 + random() % 1500;
      const bool is_growing = step / 2500 % 2 == 0;
      if (random() % 10 < (is_growing ? 8U : 2U)) {
        if (expected.try_emplace(id, id * 3).second) calls.insert(id, id * 3);
      } else {
        CHECK(calls.remove(id).found == (expected.erase(id) == 1));
      }
      const CallId other = 1 + random() % 1500;
      const auto found = expected.find(other);
      CHECK(calls.find(other).found == (found != expected.end()));
      if (found != expected.end()) CHECK(calls.find(other).deadline_ms == found->second);
      CHECK(calls.count() == expected.size());
    }
  }
}

TEST_CASE("draining visits each call once and leaves an empty table") {
  ServedCalls calls(3);
  for (CallId id = 1; id <= 100; ++id) calls.insert(id, Peer::no_deadline);
  std::set<CallId> visited;
  calls.drain([&](CallId id, Stream*) {
    CHECK(visited.insert(id).second);
    CHECK(!calls.find(id).found);
  });
  CHECK(visited.size() == 100);
  CHECK(calls.count() == 0);
  calls.insert(5, 1);
  CHECK(calls.find(5).found);
}

}  // namespace cortado::wire
