// SPDX-License-Identifier: Apache-2.0
// What a photographer sets, and what rows of which picture are asked for.
#pragma once

#include <cstddef>
#include <cstdint>

namespace darkroom {

/// All 0 (and any radius): the picture as it is, to the bit.
struct Settings {
  float exposure = 0;    // stops: +1 doubles the light; -4 to 4
  float contrast = 0;    // -1 to 1, about middle grey
  float warmth = 0;      // -1 (blue) to 1 (amber)
  float saturation = 0;  // -1 (none) to 1 (twice)
  float denoise = 0;     // 0 to 1
  float sharpness = 0;   // 0 to 2: how much of what a blur takes away is added
  float radius = 1;      // of that blur, its standard deviation in pixels: 0.5 to 3
  float vignette = 0;    // -1 (light corners) to 1 (dark corners)
};

constexpr std::size_t pixel_size = 4;  // red, green, blue, opacity; sRGB

/// Rows of a picture, as bytes.
struct Source {
  const std::uint8_t* pixels;  // where row `first` begins
  std::uint32_t first;         // the topmost row that is there
  std::uint32_t width;         // of the whole picture, as `height` is
  std::uint32_t height;

  [[nodiscard]] const std::uint8_t* row(std::uint32_t y) const {
    return pixels + std::size_t{y - first} * width * pixel_size;
  }
};

}  // namespace darkroom
