// SPDX-License-Identifier: Apache-2.0
// Powers and logarithms without a C library: the kernel has none in a page, and so that it gives the
// same bits there as natively. Good to about 1e-7; for tables, not for loops over pixels.
#pragma once

#include <bit>
#include <cstdint>

namespace darkroom {

constexpr float clamped(float value, float low, float high) {
  return value < low ? low : (value > high ? high : value);
}

/// 2 to the power of `x`, which is between -1000 and 1000.
constexpr double exp2(double x) {
  const int whole = static_cast<int>(x) - (x < 0 ? 1 : 0);
  const double rest = (x - whole) * 0.69314718055994530942;
  double term = 1;
  double sum = 1;
  for (int power = 1; power < 16; ++power) {
    term *= rest / power;
    sum += term;
  }
  return sum * std::bit_cast<double>(static_cast<std::uint64_t>(1023 + whole) << 52);
}

/// The logarithm to base 2 of a normal `x` above 0.
constexpr double log2(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const int exponent = static_cast<int>(bits >> 52) - 1023;
  const double mantissa = std::bit_cast<double>((bits & 0xfffffffffffffU) | 0x3ff0000000000000U);
  const double ratio = (mantissa - 1) / (mantissa + 1);
  double term = ratio;
  double sum = 0;
  for (int power = 1; power < 26; power += 2) {
    sum += term / power;
    term *= ratio * ratio;
  }
  return exponent + sum * 2 * 1.44269504088896340736;
}

/// `x` to the power of `y`; 0 for an `x` that is not above 0.
constexpr double power(double x, double y) { return x > 0 ? exp2(y * log2(x)) : 0; }

/// sRGB's encoding of linear light, both from 0 to 1; and back.
constexpr double encoded(double linear) {
  return linear <= 0.0031308 ? linear * 12.92 : 1.055 * power(linear, 1 / 2.4) - 0.055;
}
constexpr double decoded(double value) {
  return value <= 0.04045 ? value / 12.92 : power((value + 0.055) / 1.055, 2.4);
}

}  // namespace darkroom
