// SPDX-License-Identifier: Apache-2.0
// A 32-bit word that several threads share, and how one waits for it to change. All that the bus
// shares goes through this type, so that a test can put another in its place which stops before each
// access and lets every interleaving happen: testdata/stepped_word.hpp.
#pragma once

#ifdef CORTADO_BUS_STEPPED
#include "client-wasm/bus/testdata/stepped_word.hpp"
#else

#include <atomic>
#include <cstdint>

namespace cortado::bus {

using Word = std::atomic<std::uint32_t>;

// It lies in memory that other programs (JavaScript's Atomics) see as a bare word.
static_assert(sizeof(Word) == sizeof(std::uint32_t) && Word::is_always_lock_free);

/// Wakes all that wait for `word`. In WebAssembly with the instruction itself, so that waiters may be
/// JavaScript's; the standard library's would keep tables of its own.
inline void wake_waiters(Word& word) {
#ifdef __wasm__
  __builtin_wasm_memory_atomic_notify(reinterpret_cast<int*>(&word), ~0U);
#else
  word.notify_all();
#endif
}

/// Returns when `word` is not `expected`, or, seldom, for no reason. Not in a page's main thread.
inline void wait_while(Word& word, std::uint32_t expected) {
#ifdef __wasm__
  __builtin_wasm_memory_atomic_wait32(reinterpret_cast<int*>(&word), static_cast<int>(expected),
                                      -1);
#else
  word.wait(expected, std::memory_order_acquire);
#endif
}

/// Between two looks at a word that another thread may change: lets a second thread of the same core
/// have its share. WebAssembly has no such instruction.
inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

}  // namespace cortado::bus

#endif
