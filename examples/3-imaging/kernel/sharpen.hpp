// SPDX-License-Identifier: Apache-2.0
// Unsharp mask on brightness alone: colours stay. The blur is Gaussian, first along the rows, then
// across them.
#pragma once

#include <cstdint>

#include "row_ring.hpp"

namespace darkroom {

class Sharpen {
 public:
  /// Rows above and below, and pixels to both sides, that are looked at: 2.5 standard deviations.
  static constexpr std::uint32_t reach_max = 8;
  static_assert(reach_max <= row_margin);

  Sharpen(Arena& arena, std::uint32_t width, std::uint32_t height);

  /// `radius` from 0.5 to 3 pixels: the standard deviation.
  void begin(float amount, float radius);

  [[nodiscard]] std::uint32_t reach() const { return reach_; }

  /// Takes the brightness (the square root of the luminance) of row `y`, without margins.
  void add(std::uint32_t y, float* brightness);

  /// By what the light of each pixel of row `y` is multiplied. The rows to y + reach() were added.
  void factors(std::uint32_t y, float* result);

 private:
  std::uint32_t width_;
  std::uint32_t height_;
  std::uint32_t reach_ = 0;
  float amount_ = 0;
  float weights_[reach_max + 1]{};  // of the middle, and outwards
  RowRing brightness_;
  RowRing blurred_;
};

}  // namespace darkroom
