// SPDX-License-Identifier: Apache-2.0
// What tests with several threads share.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <random>
#include <span>
#include <thread>

#include "client-wasm/bus/ring.hpp"
#include "client-wasm/bus/word.hpp"

namespace cortado::bus {

using Random = std::minstd_rand;

/// Counts what all threads do. When nothing is done for a minute, nothing ever will be.
class Watchdog {
 public:
  ~Watchdog() {
    {
      const std::scoped_lock lock(mutex_);
      is_over_ = true;
    }
    changed_.notify_all();
  }

  void count() { done_.fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t done() const { return done_.load(std::memory_order_relaxed); }

 private:
  void watch() {
    std::unique_lock lock(mutex_);
    std::uint64_t seen = 0;
    while (!changed_.wait_until(lock, std::chrono::system_clock::now() + std::chrono::minutes(1),
                                [this] { return is_over_; })) {
      if (done() == seen) {
        std::fputs("bus_threads: everybody sleeps: a ring was lost\n", stderr);
        std::_Exit(1);
      }
      seen = done();
    }
  }

  std::atomic<std::uint64_t> done_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_over_ = false;
  std::jthread thread_{[this] { watch(); }};
};

/// Mostly nothing, sometimes a short while, seldom another thread's turn.
inline void pause_at_random(Random& random) {
  const auto number = random() % 1024;
  if (number == 0) std::this_thread::yield();
  if (number < 16) {
    for (auto spins = random() % 2000; spins > 0; --spins) relax();
  }
}

/// What a message with a number holds: the number, then words that follow from it.
constexpr std::uint32_t word_of(std::uint32_t number, std::size_t index) {
  return index == 0 ? number : (number ^ 0x9e3779b9U) * static_cast<std::uint32_t>(2 * index + 1);
}

inline std::byte byte_of(std::uint32_t number, std::size_t index) {
  return static_cast<std::byte>(word_of(number, index / 4) >> index % 4 * 8);
}

// Byte by byte: ThreadSanitizer does not see a memcpy() that the compiler has made a store of.
inline void fill(std::span<std::byte> bytes, std::uint32_t number) {
  for (std::size_t index = 0; index < bytes.size(); ++index) bytes[index] = byte_of(number, index);
}

inline bool is_filled(std::span<const std::byte> bytes, std::uint32_t number) {
  for (std::size_t index = 0; index < bytes.size(); ++index) {
    if (bytes[index] != byte_of(number, index)) return false;
  }
  return true;
}

inline std::uint32_t random_size(Random& random) {
  // Small ones, and now and then up to half the ring.
  const std::uint32_t limit = random() % 64 == 0 ? Ring::message_size_max(pipe_size_min) : 96;
  return 4 + static_cast<std::uint32_t>(random() % (limit - 3));
}

}  // namespace cortado::bus
