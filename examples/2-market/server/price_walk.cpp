// SPDX-License-Identifier: Apache-2.0
#include "price_walk.hpp"

#include <algorithm>
#include <cmath>

namespace exchange {
namespace {

/// Of the opening price: how far a price moves at most in one step.
constexpr double reach = 1.0 / 1'500;
/// Of the distance from the opening price: how much of it a step takes back. Together they keep a
/// price within some percent of where it began.
constexpr double pull = 1.0 / 10'000;
/// Of ten steps so many leave the price alone, as real ones do.
constexpr std::uint32_t quiet_steps_of_ten = 5;
constexpr std::uint32_t traded_max = 90;
/// Steps made before the first quote, so that there is a history to draw.
constexpr int steps_before_opening = 240 * 4;

Money whole_cents(double price) { return std::llround(price / price_step) * price_step; }

}  // namespace

PriceWalk::PriceWalk(Money opening_price, std::uint32_t seed)
    : random_(seed),
      opening_(opening_price),
      exact_(static_cast<double>(opening_price)),
      last_(opening_price),
      half_spread_(std::max(price_step, whole_cents(exact_ / 8'000))) {
  for (int step = 0; step < steps_before_opening; ++step) this->step();
}

void PriceWalk::step() {
  // mt19937's numbers are the same everywhere; the standard's distributions are not.
  if (random_() % 10 >= quiet_steps_of_ten) {
    const auto opening = static_cast<double>(opening_);
    const double move = 2.0 * static_cast<double>(random_()) / std::mt19937::max() - 1.0;
    exact_ += move * reach * opening + (opening - exact_) * pull;
    last_ = std::max(whole_cents(exact_), 2 * half_spread_);
    volume_ += random_() % traded_max;
  }
  if (--steps_to_point_ <= 0) {
    steps_to_point_ = steps_per_point;
    remember();
  }
}

void PriceWalk::remember() {
  history_[history_next_] = last_;
  history_next_ = (history_next_ + 1) % history_max;
  history_size_ = std::min(history_size_ + 1, history_max);
}

std::vector<Money> PriceWalk::history(std::size_t points) const {
  const std::size_t size = std::min(points, history_size_);
  std::vector<Money> prices;
  prices.reserve(size);
  for (std::size_t back = size; back > 0; --back) {
    prices.push_back(history_[(history_next_ + history_max - back) % history_max]);
  }
  return prices;
}

}  // namespace exchange
