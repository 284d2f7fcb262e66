// SPDX-License-Identifier: Apache-2.0
// The ground of the landscape: mountains, and a sea of fog between them.
#pragma once

#include "noise.hpp"

namespace darkroom {

/// Heights in units of about a kilometre, at points of the plane. More octaves: finer detail.
Floats rock_height(Floats x, Floats z, int octaves);
Floats fog_height(Floats x, Floats z, int octaves);

/// The fog without its waves.
constexpr float fog_level = 0.66F;

/// No ground is higher: hills of all octaves, where the mountains are highest.
constexpr float ground_max = 8.0F;

}  // namespace darkroom
