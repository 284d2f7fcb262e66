// SPDX-License-Identifier: Apache-2.0
// When a Connection wants advance(): one timer, which goes off too early rather than being set anew
// for each call that ends in time.
#pragma once

#include <cstdint>
#include <memory>

#include "net/asio.hpp"
#include "wire/peer.hpp"

namespace cortado::net {

class WakeTimer {
 public:
  explicit WakeTimer(Executor executor) : timer_(executor) {}

  /// As ConnectionHost::wake_at(). `owner` holds this timer; its on_wake() is called from the event
  /// loop while somebody still holds it.
  template <class Owner>
  void wake_at(const std::weak_ptr<Owner>& owner, std::uint64_t deadline_ms) {
    wake_ms_ = deadline_ms;
    if (wake_ms_ < armed_ms_) arm(owner);
  }
  void cancel() {
    wake_ms_ = wire::Peer::no_deadline;
    timer_.cancel();
  }

 private:
  template <class Owner>
  void arm(const std::weak_ptr<Owner>& owner) {
    armed_ms_ = wake_ms_;
    timer_.expires_at(time_point(armed_ms_));
    timer_.async_wait([this, owner](ErrorCode stopped) {
      const std::shared_ptr<Owner> held = owner.lock();
      if (stopped || !held) return;
      armed_ms_ = wire::Peer::no_deadline;
      if (wake_ms_ <= now_ms()) {
        wake_ms_ = wire::Peer::no_deadline;
        held->on_wake();
      }
      if (wake_ms_ < armed_ms_) arm(owner);
    });
  }

  Timer timer_;
  std::uint64_t wake_ms_ = wire::Peer::no_deadline;   // when something is due
  std::uint64_t armed_ms_ = wire::Peer::no_deadline;  // when timer_ will look; not after wake_ms_
};

}  // namespace cortado::net
