// SPDX-License-Identifier: Apache-2.0
// The light of the landscape: what colour is seen in a direction, once it is known how far away what
// one sees there is.
#pragma once

#include <cstdint>

#include "../numbers.hpp"
#include "terrain.hpp"

namespace darkroom {

/// Where the camera is, above the plane.
constexpr float eye_height = 2.1F;
/// The farthest to the left and right that is seen, at distance 1.
constexpr float view_aside = 0.62F;
/// Nothing that is seen is nearer.
constexpr float nearest_ground = 0.6F;

struct Colour {
  Floats red;
  Floats green;
  Floats blue;
};

/// Light from 0 on. `aside` and `slope`: the direction, at distance 1; `distance` 0: the sky.
/// `pixel`: the size of a pixel at distance 1.
Colour colour_of(Floats aside, Floats slope, Floats distance, float pixel);

/// As a film has it: square roots of light from 0 to 1, with grain. Pixels x to x + 3 of row y.
Colour with_grain(const Colour& light, std::uint32_t x, std::uint32_t y);

}  // namespace darkroom
