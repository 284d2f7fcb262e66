// SPDX-License-Identifier: Apache-2.0
// When a Connection wants advance(), for the one timer that a host has for it: it goes off too early
// rather than being set anew for each call that ends in time.
#pragma once

#include <cstdint>

#include "wire/peer.hpp"

namespace cortado {

class WakeTime {
 public:
  /// As ConnectionHost::wake_at(). True: set the timer to timer_ms().
  [[nodiscard]] bool set(std::uint64_t due_ms) {
    due_ms_ = due_ms;
    return needs_timer();
  }
  /// The timer went off. True: it is time; then ask needs_timer(), too.
  [[nodiscard]] bool take(std::uint64_t now_ms) {
    timer_ms_ = wire::Peer::no_deadline;
    if (due_ms_ > now_ms) return false;
    due_ms_ = wire::Peer::no_deadline;
    return true;
  }
  /// True: set the timer to timer_ms().
  [[nodiscard]] bool needs_timer() {
    if (due_ms_ >= timer_ms_) return false;
    timer_ms_ = due_ms_;
    return true;
  }
  [[nodiscard]] std::uint64_t timer_ms() const { return timer_ms_; }
  /// The timer was stopped.
  void clear() { due_ms_ = timer_ms_ = wire::Peer::no_deadline; }

 private:
  std::uint64_t due_ms_ = wire::Peer::no_deadline;
  std::uint64_t timer_ms_ = wire::Peer::no_deadline;  // when it will go off; not after due_ms_
};

}  // namespace cortado
