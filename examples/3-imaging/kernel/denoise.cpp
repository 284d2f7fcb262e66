// SPDX-License-Identifier: Apache-2.0
#include "denoise.hpp"

namespace darkroom {
namespace {

constexpr auto reach_of_window = static_cast<std::int64_t>(Denoise::radius);
constexpr float window = (2 * Denoise::radius + 1) * (2 * Denoise::radius + 1);

/// How much values may vary and still count as noise: square roots of light at full strength.
constexpr float noise_max = 0.08F;

/// The sum of five neighbours in a row, which has margins.
float sum_of_five(const float* middle) {
  return (middle[-2] + middle[2]) + (middle[-1] + middle[1]) + middle[0];
}

}  // namespace

Denoise::Denoise(Arena& arena, std::uint32_t width, std::uint32_t height)
    : width_(width),
      height_(height),
      slopes_(arena, width, 2 * radius + 1),
      offsets_(arena, width, 2 * radius + 1),
      sums_(take_row(arena, width)),
      squares_(take_row(arena, width)),
      slope_(take_row(arena, width)) {
  static_assert(radius == 2, "sum_of_five");
}

void Denoise::begin(float strength, std::uint32_t first) {
  epsilon_ = strength * strength * noise_max * noise_max;
  next_ = std::int64_t{first} - reach_of_window;
}

void Denoise::row(RowRing& input, std::uint32_t y, float* __restrict result) {
  for (; next_ <= std::int64_t{y} + reach_of_window; ++next_) {
    if (next_ >= 0 && next_ < height_) fit(input, static_cast<std::uint32_t>(next_));
  }
  const float* const slopes = blurred(slopes_, y);
  for (std::uint32_t x = 0; x < width_; ++x) slope_[x] = sum_of_five(slopes + x);
  const float* const offsets = blurred(offsets_, y);
  const float* const values = input.row(y);
  for (std::uint32_t x = 0; x < width_; ++x) {
    result[x] = (slope_[x] * values[x] + sum_of_five(offsets + x)) * (1 / window);
  }
}

/// The line of the window about each pixel of row `y`.
void Denoise::fit(RowRing& input, std::uint32_t y) {
  const float* rows[2 * radius + 1];
  for (std::int64_t index = 0; index < std::int64_t{2 * radius + 1}; ++index) {
    rows[index] = input.row(inside(std::int64_t{y} + index - reach_of_window, height_));
  }
  const auto end = static_cast<std::ptrdiff_t>(width_ + radius);
  float* __restrict sums = sums_;
  float* __restrict squares = squares_;
  for (std::ptrdiff_t x = -static_cast<std::ptrdiff_t>(radius); x < end; ++x) {
    const float a = rows[0][x], b = rows[1][x], c = rows[2][x], d = rows[3][x], e = rows[4][x];
    sums[x] = (a + e) + (b + d) + c;
    squares[x] = (a * a + e * e) + (b * b + d * d) + c * c;
  }
  float* __restrict slopes = slopes_.row(y);
  float* __restrict offsets = offsets_.row(y);
  for (std::uint32_t x = 0; x < width_; ++x) {
    const float mean = sum_of_five(sums + x) * (1 / window);
    const float variance = sum_of_five(squares + x) * (1 / window) - mean * mean;
    const float positive = variance > 0 ? variance : 0;
    slopes[x] = positive / (positive + epsilon_);
    offsets[x] = mean * (1 - slopes[x]);
  }
  fill_margins(slopes, width_);
  fill_margins(offsets, width_);
}

/// The sums of the five rows about `y`, until the next call.
const float* Denoise::blurred(RowRing& ring, std::uint32_t y) {
  const float* rows[2 * radius + 1];
  for (std::int64_t index = 0; index < std::int64_t{2 * radius + 1}; ++index) {
    rows[index] = ring.row(inside(std::int64_t{y} + index - reach_of_window, height_));
  }
  const auto end = static_cast<std::ptrdiff_t>(width_ + radius);
  float* __restrict sums = sums_;
  for (std::ptrdiff_t x = -static_cast<std::ptrdiff_t>(radius); x < end; ++x) {
    sums[x] = (rows[0][x] + rows[4][x]) + (rows[1][x] + rows[3][x]) + rows[2][x];
  }
  return sums_;
}

}  // namespace darkroom
