// SPDX-License-Identifier: Apache-2.0
// A Word for tests that run real code in every interleaving: before each access it asks a scheduler
// which thread goes on. One thread runs at a time, so memory is sequentially consistent here; that
// weaker orders suffice is argued where they stand, and tried by test_bus_threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

namespace cortado::bus {

class Word {
 public:
  std::uint32_t load(std::memory_order) const;
  void store(std::uint32_t value, std::memory_order);
  std::uint32_t exchange(std::uint32_t value, std::memory_order);
  std::uint32_t fetch_or(std::uint32_t bits, std::memory_order);
  std::uint32_t fetch_add(std::uint32_t number, std::memory_order);
  bool compare_exchange_strong(std::uint32_t& expected, std::uint32_t value, std::memory_order,
                               std::memory_order);
  bool compare_exchange_weak(std::uint32_t& expected, std::uint32_t value,
                             std::memory_order success, std::memory_order failure) {
    return compare_exchange_strong(expected, value, success, failure);
  }

 private:
  friend void wait_while(Word& word, std::uint32_t expected);
  std::uint32_t value_;
};

static_assert(sizeof(Word) == sizeof(std::uint32_t));

/// As the instructions: compares and falls asleep in one step, and wakes who sleeps.
void wait_while(Word& word, std::uint32_t expected);
void wake_waiters(Word& word);

/// Others go first, if there are any.
void relax();

/// One thread of an exploration.
struct Actor {
  std::function<void()> run;
  /// May be stopped for ever, once in each run, before any access.
  bool is_mortal = false;
  /// All that it does is one step.
  bool is_whole = false;
  /// Begins when the mortal actor has died or ended.
  bool is_survivor = false;
};

struct Explored {
  std::uint64_t runs = 0;
  /// In which the mortal actor died.
  std::uint64_t deaths = 0;
  /// In which everybody that was left slept: a ring was lost.
  std::uint64_t stuck = 0;
};

struct Exploration {
  std::function<void()> before;
  std::vector<Actor> actors;
  /// After each run; `died` says whether the mortal actor has.
  std::function<void(bool died)> after;
  /// How often a thread that could go on is interrupted, at the most; few find nearly all mistakes.
  unsigned preemptions_max = 2;
};

/// Runs the actors in every interleaving within the bound.
Explored explore(const Exploration& exploration);

}  // namespace cortado::bus
