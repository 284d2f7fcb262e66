// SPDX-License-Identifier: Apache-2.0
// A small picture of a band of rows, for a screen, and how bright its pixels are, for a histogram.
#pragma once

#include <cstdint>

#include "settings.hpp"

namespace darkroom {

constexpr std::uint32_t shrink_max = 16;

constexpr std::uint32_t shrunk(std::uint32_t size, std::uint32_t factor) {
  return (size + factor - 1) / factor;
}

/// Each pixel of the result is the mean of a square of `factor` (1 to shrink_max) pixels; at the right
/// and at the bottom of what of it is there. `sums`: room for 4 * width numbers.
void shrink(const std::uint8_t* pixels, std::uint32_t width, std::uint32_t rows,
            std::uint32_t factor, std::uint32_t* sums, std::uint8_t* result);

constexpr std::uint32_t histogram_bins = 256;

/// Adds to the bins of red, green and blue, one after the other.
void count(const std::uint8_t* pixels, std::size_t pixel_count, std::uint32_t* bins);

}  // namespace darkroom
