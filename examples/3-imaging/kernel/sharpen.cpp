// SPDX-License-Identifier: Apache-2.0
#include "sharpen.hpp"

#include "numbers.hpp"

namespace darkroom {

Sharpen::Sharpen(Arena& arena, std::uint32_t width, std::uint32_t height)
    : width_(width),
      height_(height),
      brightness_(arena, width, 2 * reach_max + 1),
      blurred_(arena, width, 2 * reach_max + 1) {}

void Sharpen::begin(float amount, float radius) {
  amount_ = amount;
  const auto reach = static_cast<std::uint32_t>(2.5F * radius + 0.5F);
  reach_ = reach > reach_max ? reach_max : reach;
  constexpr double half_log2_e = 0.72134752044448170368;
  double sum = 0;
  double weights[reach_max + 1];
  for (std::uint32_t index = 0; index <= reach_; ++index) {
    const double distance = index / double{radius};
    weights[index] = exp2(-half_log2_e * distance * distance);
    sum += index == 0 ? weights[index] : 2 * weights[index];
  }
  for (std::uint32_t index = 0; index <= reach_; ++index) {
    weights_[index] = static_cast<float>(weights[index] / sum);
  }
}

void Sharpen::add(std::uint32_t y, float* brightness) {
  float* __restrict row = brightness_.row(y);
  for (std::uint32_t x = 0; x < width_; ++x) row[x] = brightness[x];
  fill_margins(row, width_);
  float* __restrict blurred = blurred_.row(y);
  for (std::uint32_t x = 0; x < width_; ++x) blurred[x] = weights_[0] * row[x];
  for (std::ptrdiff_t away = 1; away <= static_cast<std::ptrdiff_t>(reach_); ++away) {
    const float weight = weights_[away];
    const float* const before = row - away;
    const float* const after = row + away;
    for (std::uint32_t x = 0; x < width_; ++x) blurred[x] += weight * (before[x] + after[x]);
  }
}

void Sharpen::factors(std::uint32_t y, float* __restrict result) {
  const float* const middle = blurred_.row(y);
  for (std::uint32_t x = 0; x < width_; ++x) result[x] = weights_[0] * middle[x];
  for (std::int64_t away = 1; away <= std::int64_t{reach_}; ++away) {
    const float weight = weights_[away];
    const float* const above = blurred_.row(inside(std::int64_t{y} - away, height_));
    const float* const below = blurred_.row(inside(std::int64_t{y} + away, height_));
    for (std::uint32_t x = 0; x < width_; ++x) result[x] += weight * (above[x] + below[x]);
  }
  const float* const brightness = brightness_.row(y);
  for (std::uint32_t x = 0; x < width_; ++x) {
    constexpr float darkest = 1.0F / 512;  // below it there is nothing to sharpen
    const float value = brightness[x] > darkest ? brightness[x] : darkest;
    const float sharp = value + amount_ * (brightness[x] - result[x]);
    const float ratio = sharp > 0 ? sharp / value : 0;
    result[x] = ratio * ratio;
  }
}

}  // namespace darkroom
