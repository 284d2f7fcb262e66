// SPDX-License-Identifier: Apache-2.0
// Noise without a table: the kernel's memory is shared, so it has no data of its own.
#pragma once

#include "lanes.hpp"

namespace darkroom {

/// What numbers of cells are multiplied by, so that neighbours differ in all bits.
constexpr std::uint32_t mixer_x = 0x9e3779b1U;
constexpr std::uint32_t mixer_y = 0x85ebca6bU;

/// A number from 0 to below 1 that looks random, for each pair of products with the mixers.
inline Floats random(Words product_x, Words product_y) {
  Words mixed = product_x ^ product_y;
  mixed = (mixed ^ (mixed >> 15)) * 0x2c1b3c6dU;
  mixed ^= mixed >> 13;
  const Ints high = __builtin_convertvector(mixed >> 9, Ints);
  return __builtin_convertvector(high, Floats) * (1.0F / (1 << 23));
}

/// Smooth noise from 0 to 1, one hill or so a unit, with its slopes.
struct Sloped {
  Floats value;
  Floats along_x;
  Floats along_y;
};

inline Sloped noise(Floats x, Floats y) {
  const Ints cell_x = floor(x);
  const Ints cell_y = floor(y);
  const Floats u = x - __builtin_convertvector(cell_x, Floats);
  const Floats v = y - __builtin_convertvector(cell_y, Floats);
  const Words left = __builtin_convertvector(cell_x, Words) * mixer_x;
  const Words low = __builtin_convertvector(cell_y, Words) * mixer_y;
  const Floats a = random(left, low);
  const Floats b = random(left + mixer_x, low);
  const Floats c = random(left, low + mixer_y);
  const Floats d = random(left + mixer_x, low + mixer_y);
  const Floats smooth_u = u * u * u * (u * (u * 6 - 15) + 10);
  const Floats smooth_v = v * v * v * (v * (v * 6 - 15) + 10);
  const Floats slope_u = 30 * u * u * (u * (u - 2) + 1);
  const Floats slope_v = 30 * v * v * (v * (v - 2) + 1);
  const Floats across = b - a;
  const Floats up = c - a;
  const Floats both = a - b - c + d;
  return {a + across * smooth_u + up * smooth_v + both * smooth_u * smooth_v,
          slope_u * (across + both * smooth_v), slope_v * (up + both * smooth_u)};
}

/// Noise of several sizes, each half of the one before it and turned against it. From 0 to 1.
inline Floats rough(Floats x, Floats y, int octaves) {
  Floats sum = all(0);
  float weight = 0.5F;
  for (int octave = 0; octave < octaves; ++octave) {
    sum += weight * noise(x, y).value;
    const Floats turned = 1.6F * x + 1.2F * y + 3.7F;
    y = 1.6F * y - 1.2F * x + 1.3F;
    x = turned;
    weight *= 0.5F;
  }
  return sum;
}

}  // namespace darkroom
