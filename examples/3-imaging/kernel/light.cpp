// SPDX-License-Identifier: Apache-2.0
#include "light.hpp"

#include "numbers.hpp"

namespace darkroom {
namespace {

/// Stops between the two ends and the middle of warmth.
constexpr double warmth_stops = 0.5;
/// What of its light a corner loses at most.
constexpr float vignette_max = 0.85F;

}  // namespace

void Light::begin(const Settings& settings, std::uint32_t width, std::uint32_t height) {
  width_ = width;
  const double warmth = double{settings.warmth} * warmth_stops;
  const double red = exp2(warmth);
  const double blue = exp2(-warmth);
  // As bright as before, where it was grey.
  const double brightness = red * double{red_part} + double{green_part} + blue * double{blue_part};
  const double gain = exp2(double{settings.exposure}) / (settings.warmth == 0 ? 1 : brightness);
  red_ = static_cast<float>(red * gain);
  green_ = static_cast<float>(gain);
  blue_ = static_cast<float>(blue * gain);
  saturation_ = 1 + settings.saturation;
  vignette_ = settings.vignette * vignette_max;
  middle_x_ = static_cast<float>(width - 1) / 2;
  middle_y_ = static_cast<float>(height - 1) / 2;
  const float square = middle_x_ * middle_x_ + middle_y_ * middle_y_;
  scale_ = 1 / (square > 0 ? square : 1);
}

void Light::row(std::uint32_t y, const Row3& roots, const Row3& light) const {
  const float* const root_red = roots.red;
  const float* const root_green = roots.green;
  const float* const root_blue = roots.blue;
  float* __restrict red_row = light.red;
  float* __restrict green_row = light.green;
  float* __restrict blue_row = light.blue;
  const float down = static_cast<float>(y) - middle_y_;
  for (std::uint32_t x = 0; x < width_; ++x) {
    const float across = static_cast<float>(static_cast<std::int32_t>(x)) - middle_x_;
    const float distance = (across * across + down * down) * scale_;
    const float kept = 1 - vignette_ * distance * distance;
    const float red = root_red[x] * root_red[x] * red_ * kept;
    const float green = root_green[x] * root_green[x] * green_ * kept;
    const float blue = root_blue[x] * root_blue[x] * blue_ * kept;
    const float grey = red_part * red + green_part * green + blue_part * blue;
    const float new_red = grey + (red - grey) * saturation_;
    const float new_green = grey + (green - grey) * saturation_;
    const float new_blue = grey + (blue - grey) * saturation_;
    red_row[x] = new_red > 0 ? new_red : 0;
    green_row[x] = new_green > 0 ? new_green : 0;
    blue_row[x] = new_blue > 0 ? new_blue : 0;
  }
}

}  // namespace darkroom
