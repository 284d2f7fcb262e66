// SPDX-License-Identifier: Apache-2.0
// How a participant sleeps until somebody has something for it.
//
// No ring is lost, by Dekker's argument. Who rings stores, then loads; who goes to sleep stores, then
// loads; all four with sequential consistency, so that they have one order for everybody:
//
//   ring()              R1 pending |= bit      R2 sleeping?         then: bell += 2, wake
//   prepare_to_wait()   P1 sleeping = 1        P2 pending == 0?     then: sleep while bell == seen
//
// Were the ring lost, R2 would have read 0 and P2 would not have seen the bit: R2 before P1 and P2
// before R1. But P1 comes before P2 and R1 before R2: R1 < R2 < P1 < P2 < R1. That cannot be.
//
// Nor between P2 and falling asleep. `seen` was read before P1. A ring that found sleeping == 1 read
// what P1 wrote, so what it adds to the bell comes after `seen` was read, and is seen by the wait,
// which compares and falls asleep in one step.
//
// What is written before a ring (the tail of a pipe, say) is seen by who takes the bit: R1 releases,
// look() acquires.
#pragma once

#include <cstdint>

#include "client-wasm/bus/word.hpp"

namespace cortado::bus {

/// What prepare_to_wait() returns instead of a number to wait with; no such number is odd.
inline constexpr std::uint32_t do_not_wait = 1;

/// One participant's. It lies in shared memory; all zero is its first state.
struct alignas(64) Doorbell {
  /// What is waited for. It only counts, in steps of two.
  Word bell;

  /// A bit for each slot: look at the pipes that you share with it, and whether it still lives.
  Word pending;

  /// 1 while the owner sleeps or is about to.
  Word sleeping;

  /// Anybody: tells the owner to look at what it shares with the slots of `bits`. Whether it slept.
  bool ring(std::uint32_t bits) {
    // A bit that is there already was put by somebody who looked at `sleeping` after that, or who
    // died between the two: who is declared dead has everybody woken (mark_dead).
    if ((pending.fetch_or(bits, std::memory_order_seq_cst) & bits) == bits) return false;
    if (sleeping.load(std::memory_order_seq_cst) == 0) return false;
    wake();
    return true;
  }

  /// Anybody: wakes the owner if it sleeps.
  void wake() {
    bell.fetch_add(2, std::memory_order_seq_cst);
    wake_waiters(bell);
  }

  /// The owner: what to wait with, by wait_while(bell, …) or JavaScript's Atomics; or do_not_wait.
  /// After the wait, and after do_not_wait, comes look().
  std::uint32_t prepare_to_wait() {
    const std::uint32_t seen = bell.load(std::memory_order_seq_cst);
    sleeping.store(1, std::memory_order_seq_cst);
    return pending.load(std::memory_order_seq_cst) == 0 ? seen : do_not_wait;
  }

  /// The owner: is awake, and takes the bits.
  std::uint32_t look() {
    sleeping.store(0, std::memory_order_relaxed);
    return pending.exchange(0, std::memory_order_acquire);
  }
};

}  // namespace cortado::bus
