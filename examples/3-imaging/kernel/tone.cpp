// SPDX-License-Identifier: Apache-2.0
#include "tone.hpp"

#include "numbers.hpp"

namespace darkroom {

void RootTable::fill() {
  for (int value = 0; value < 256; ++value) {
    roots_[value] = __builtin_sqrtf(static_cast<float>(decoded(value / 255.0)));
  }
}

void ToneCurve::fill(float contrast) {
  constexpr double middle = 0.18;
  const double steepness = exp2(double{contrast});
  for (std::uint32_t step = 0; step < tone_steps; ++step) {
    const double root = step / double{tone_scale};
    const double light = middle * power(root * root / middle, steepness);
    bytes_[step] = static_cast<std::uint8_t>(encoded(light < 1 ? light : 1) * 255 + 0.5);
  }
}

}  // namespace darkroom
