// SPDX-License-Identifier: Apache-2.0
// Four numbers at a time: one instruction in WebAssembly and on any processor of today, and the same
// bits on all of them.
#pragma once

#include <cstdint>

namespace darkroom {

using Floats = float __attribute__((vector_size(16)));
using Ints = std::int32_t __attribute__((vector_size(16)));
using Words = std::uint32_t __attribute__((vector_size(16)));

inline Floats all(float value) { return Floats{value, value, value, value}; }

inline Floats lower(Floats a, Floats b) { return a < b ? a : b; }
inline Floats higher(Floats a, Floats b) { return a > b ? a : b; }
inline Floats between(Floats value, float low, float high) {
  return lower(higher(value, all(low)), all(high));
}

inline Floats root(Floats value) {
  Floats result{};
  for (int lane = 0; lane < 4; ++lane) result[lane] = __builtin_sqrtf(value[lane]);
  return result;
}

/// The whole number below; of values that an int32 can hold.
inline Ints floor(Floats value) {
  const Ints cut = __builtin_convertvector(value, Ints);
  return cut + (__builtin_convertvector(cut, Floats) > value);
}

inline Floats mixed(Floats a, Floats b, Floats part) { return a + (b - a) * part; }

/// 0 below `low`, 1 above `high`, and smooth between.
inline Floats smooth_step(float low, float high, Floats value) {
  const Floats part = between((value - low) * (1 / (high - low)), 0, 1);
  return part * part * (3 - 2 * part);
}

/// About e to the power of minus `value`, which is not below 0: good to a few percent.
inline Floats fading(Floats value) {
  const Floats base = 1 / (1 + value * (0.125F + value * (0.0078125F + value * 0.00032F)));
  const Floats square = base * base;
  const Floats fourth = square * square;
  return fourth * fourth;
}

}  // namespace darkroom
