// SPDX-License-Identifier: Apache-2.0
// The timer of a Connection's host.
#pragma once

#include <cstdint>
#include <memory>

#include "net/asio.hpp"
#include "rpc/wake_time.hpp"

namespace cortado::net {

class WakeTimer {
 public:
  explicit WakeTimer(Executor executor) : timer_(executor) {}

  /// As ConnectionHost::wake_at(). `owner` holds this timer; its on_wake() is called from the event
  /// loop while somebody still holds it.
  template <class Owner>
  void wake_at(const std::weak_ptr<Owner>& owner, std::uint64_t deadline_ms) {
    if (time_.set(deadline_ms)) arm(owner);
  }
  void cancel() {
    time_.clear();
    timer_.cancel();
  }

 private:
  template <class Owner>
  void arm(const std::weak_ptr<Owner>& owner) {
    timer_.expires_at(time_point(time_.timer_ms()));
    timer_.async_wait([this, owner](ErrorCode stopped) {
      const std::shared_ptr<Owner> held = owner.lock();
      if (stopped || !held) return;
      if (time_.take(now_ms())) held->on_wake();
      if (time_.needs_timer()) arm(owner);
    });
  }

  Timer timer_;
  WakeTime time_;
};

}  // namespace cortado::net
