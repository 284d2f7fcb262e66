// SPDX-License-Identifier: Apache-2.0
#include "terrain.hpp"

namespace darkroom {
namespace {

/// Eroded hills: where it is steep already, finer noise adds less (after Inigo Quilez, "Elevated").
Floats eroded(Floats x, Floats z, int octaves) {
  Floats sum = all(0);
  Floats slope_x = all(0);
  Floats slope_z = all(0);
  float weight = 1;
  for (int octave = 0; octave < octaves; ++octave) {
    const Sloped hill = noise(x, z);
    slope_x += hill.along_x;
    slope_z += hill.along_y;
    sum += weight * hill.value / (1 + slope_x * slope_x + slope_z * slope_z);
    const Floats turned = 1.6F * x - 1.2F * z;
    z = 1.2F * x + 1.6F * z;
    x = turned;
    weight *= 0.5F;
  }
  return sum;
}

}  // namespace

Floats rock_height(Floats x, Floats z, int octaves) {
  // A valley towards the light, and higher mountains farther away.
  const Floats aside = x - 0.12F * z + 1.0F;
  const Floats from_middle = aside > 0 ? aside : -aside;
  const Floats valley = smooth_step(0.2F, 5.0F, from_middle * (3.2F / (z * 0.1F + 2.2F)));
  const Floats rise = 0.55F + 1.35F * smooth_step(3, 26, z);
  const Floats hills = eroded(x * 0.33F + 11.3F, z * 0.33F + 4.1F, octaves);
  return hills * rise * 2.1F * (0.35F + 0.65F * valley) - 0.25F;
}

Floats fog_height(Floats x, Floats z, int octaves) {
  return fog_level - 0.17F + 0.34F * rough(x * 0.5F + 7, z * 0.32F, octaves);
}

}  // namespace darkroom
