// SPDX-License-Identifier: Apache-2.0
// How long to wait before the next attempt: "full jitter", a random time up to a bound that doubles.
// So the clients of a server that was restarted do not come back all at once, and those of one that is
// gone for long do not burden the network. It is given random numbers, and so can be tested.
#pragma once

#include <algorithm>
#include <cstdint>

namespace cortado {

class Backoff {
 public:
  /// The first bound and the last, in milliseconds.
  Backoff(std::uint32_t first_ms, std::uint32_t max_ms)
      : first_ms_(std::min(first_ms, max_ms)), max_ms_(max_ms), bound_ms_(first_ms_) {}

  /// `random`: any number, evenly distributed over all 32 bits.
  [[nodiscard]] std::uint32_t next_ms(std::uint32_t random) {
    const std::uint64_t scaled = std::uint64_t{random} * (std::uint64_t{bound_ms_} + 1);
    bound_ms_ = bound_ms_ > max_ms_ / 2 ? max_ms_ : bound_ms_ * 2;
    return static_cast<std::uint32_t>(scaled >> 32);
  }
  /// An attempt has succeeded.
  void reset() { bound_ms_ = first_ms_; }

 private:
  const std::uint32_t first_ms_;
  const std::uint32_t max_ms_;
  std::uint32_t bound_ms_;
};

}  // namespace cortado
