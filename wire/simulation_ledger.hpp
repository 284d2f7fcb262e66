// SPDX-License-Identifier: Apache-2.0
// What the simulation knows of every call at both ends, and the rules it holds them to. A broken
// rule ends the program with the command that leads to it again. Test code only.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <random>
#include <span>
#include <string_view>

#include "wire/test_support.hpp"

namespace cortado::wire::test {

/// All chance there is: one seed gives one world.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(engine_() % bound); }
  bool one_in(std::uint32_t bound) { return below(bound) == 0; }

 private:
  std::mt19937_64 engine_;
};

struct Counters {
  std::uint64_t faults = 0;
  std::uint64_t calls = 0;
  std::uint64_t answered = 0;
  std::uint64_t items = 0;
  std::uint64_t topics = 0;
  std::uint64_t connections = 0;
  std::uint64_t resumed = 0;
  std::uint64_t lost_sessions = 0;
  std::uint64_t lost_calls = 0;    // with an unknown outcome
  std::uint64_t unsent_calls = 0;  // lost, and surely not run
  std::uint64_t superseded = 0;
  std::uint64_t truncated = 0;
  std::uint64_t parts = 0;
};

/// One direction of a call's streams.
struct Flowing {
  std::uint32_t sent = 0;
  std::uint32_t received = 0;
  bool ended = false;  // by an END
  bool end_seen = false;
};

/// One call, as nobody but the simulation sees it.
struct Record {
  CallKind kind{};
  std::uint32_t executed = 0;  // handlers begun
  std::uint32_t settled = 0;
  bool answered = false;    // the handler has, and its answer was taken
  bool cannot_run = false;  // its caller was told so
  bool caller_died = false;
  Flowing from_caller{};
  Flowing from_callee{};
};

class Ledger {
 public:
  explicit Ledger(std::uint64_t world_seed) : random(world_seed), seed_(world_seed) {}

  /// The number of a new call.
  std::uint64_t open(CallKind kind) {
    records_.push_back({.kind = kind});
    ++counters.calls;
    return records_.size() - 1;
  }
  Record& operator[](std::uint64_t call) {
    must(call < records_.size(), "what arrives was sent");
    return records_[call];
  }
  [[nodiscard]] const std::deque<Record>& records() const { return records_; }

  void must(bool condition, const char* rule, std::string_view detail = "") const {
    if (condition) return;
    // tidy-allow: test code that tells which rule broke before it stops
    std::fprintf(stderr,
                 "broken rule: %s %.*s\nreplay: simulate --worlds 1 --steps %u --seed %llu\n", rule,
                 static_cast<int>(detail.size()), detail.data(), steps,
                 static_cast<unsigned long long>(seed_));
    std::abort();
  }

  Random random;
  Counters counters;
  std::uint32_t steps = 0;  // of the world, for its replay

 private:
  std::uint64_t seed_;
  std::deque<Record> records_;
};

// --- payloads: the call, an index, and bytes that follow from both ---------------------------

inline constexpr std::size_t stamp_size = 12;

inline void write_stamp(std::span<std::byte> bytes, std::uint64_t call, std::uint32_t index) {
  std::memcpy(bytes.data(), &call, sizeof call);
  std::memcpy(bytes.data() + sizeof call, &index, sizeof index);
  for (std::size_t at = stamp_size; at < bytes.size(); ++at) {
    bytes[at] = static_cast<std::byte>(call * 31 + index * 7 + at);
  }
}

struct Stamp {
  std::uint64_t call = 0;
  std::uint32_t index = 0;
};

inline Stamp read_stamp(std::span<const std::byte> bytes, const Ledger& ledger) {
  ledger.must(bytes.size() >= stamp_size, "a payload arrives whole");
  ledger.must(reinterpret_cast<std::uintptr_t>(bytes.data()) % 8 == 0, "a payload is aligned");
  Stamp stamp;
  std::memcpy(&stamp.call, bytes.data(), sizeof stamp.call);
  std::memcpy(&stamp.index, bytes.data() + sizeof stamp.call, sizeof stamp.index);
  for (std::size_t at = stamp_size; at < bytes.size(); ++at) {
    ledger.must(bytes[at] == static_cast<std::byte>(stamp.call * 31 + stamp.index * 7 + at),
                "a payload arrives as it was sent");
  }
  return stamp;
}

}  // namespace cortado::wire::test
