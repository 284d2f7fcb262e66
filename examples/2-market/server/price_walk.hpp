// SPDX-License-Identifier: Apache-2.0
// The price of one instrument: a random walk in whole cents that is pulled back to where it began,
// so that a demo left alone for a week still looks like a market. Knows no clock: whoever owns it
// says when a step is due.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "instruments.hpp"

namespace exchange {

class PriceWalk {
 public:
  /// The same seed gives the same prices.
  PriceWalk(Money opening_price, std::uint32_t seed);

  void step();

  [[nodiscard]] Money last() const { return last_; }
  [[nodiscard]] Money opening() const { return opening_; }
  [[nodiscard]] Money bid() const { return last_ - half_spread_; }
  [[nodiscard]] Money ask() const { return last_ + half_spread_; }
  [[nodiscard]] std::uint64_t volume() const { return volume_; }

  /// An order was filled here.
  void add_volume(std::uint32_t quantity) { volume_ += quantity; }

  /// The newest last prices, oldest first, at most `points` and at most what is kept.
  [[nodiscard]] std::vector<Money> history(std::size_t points) const;

 private:
  void remember();

  static constexpr std::size_t history_max = 240;
  static constexpr int steps_per_point = 4;

  std::mt19937 random_;
  Money opening_;
  double exact_;  // what walks; rounding each step would push small prices down
  Money last_;    // exact_ in whole cents
  Money half_spread_;
  std::uint64_t volume_ = 0;
  std::array<Money, history_max> history_{};  // a ring; the newest is before history_next_
  std::size_t history_next_ = 0;
  std::size_t history_size_ = 0;
  int steps_to_point_ = 0;
};

}  // namespace exchange
