// SPDX-License-Identifier: Apache-2.0
// What is done to each pixel by itself, in linear light: exposure, white balance, saturation and the
// corners.
#pragma once

#include <cstdint>

#include "settings.hpp"

namespace darkroom {

/// A row of the three channels. What is in them depends on who has them.
struct Row3 {
  float* red;
  float* green;
  float* blue;
};

class Light {
 public:
  void begin(const Settings& settings, std::uint32_t width, std::uint32_t height);

  /// From square roots of light to light, of row `y`.
  void row(std::uint32_t y, const Row3& roots, const Row3& light) const;

 private:
  std::uint32_t width_ = 0;
  float red_ = 1;
  float green_ = 1;
  float blue_ = 1;
  float saturation_ = 1;
  float vignette_ = 0;
  float middle_x_ = 0;
  float middle_y_ = 0;
  float scale_ = 0;  // so that the corners are at distance 1
};

/// The part that each channel has in brightness (Rec. 709, which sRGB's primaries are).
constexpr float red_part = 0.2126F;
constexpr float green_part = 0.7152F;
constexpr float blue_part = 0.0722F;

}  // namespace darkroom
