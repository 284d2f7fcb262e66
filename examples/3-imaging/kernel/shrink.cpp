// SPDX-License-Identifier: Apache-2.0
#include "shrink.hpp"

namespace darkroom {
namespace {

constexpr std::uint32_t smaller(std::uint32_t a, std::uint32_t b) { return a < b ? a : b; }

/// One row of the result from the sums of its rows.
void write_row(const std::uint32_t* sums, std::uint32_t width, std::uint32_t rows,
               std::uint32_t factor, std::uint8_t* result) {
  for (std::uint32_t x = 0; x < width; x += factor, result += pixel_size) {
    const std::uint32_t columns = smaller(factor, width - x);
    const std::uint32_t area = columns * rows;
    for (std::uint32_t channel = 0; channel < pixel_size; ++channel) {
      std::uint32_t sum = area / 2;
      for (std::uint32_t column = 0; column < columns; ++column) {
        sum += sums[(x + column) * pixel_size + channel];
      }
      result[channel] = static_cast<std::uint8_t>(sum / area);
    }
  }
}

}  // namespace

void shrink(const std::uint8_t* pixels, std::uint32_t width, std::uint32_t rows,
            std::uint32_t factor, std::uint32_t* __restrict sums, std::uint8_t* result) {
  const std::size_t row_size = std::size_t{width} * pixel_size;
  for (std::uint32_t y = 0; y < rows; y += factor) {
    const std::uint32_t summed = smaller(factor, rows - y);
    for (std::size_t index = 0; index < row_size; ++index) sums[index] = pixels[index];
    for (std::uint32_t row = 1; row < summed; ++row) {
      const std::uint8_t* const values = pixels + row * row_size;
      for (std::size_t index = 0; index < row_size; ++index) sums[index] += values[index];
    }
    write_row(sums, width, summed, factor, result);
    pixels += summed * row_size;
    result += std::size_t{shrunk(width, factor)} * pixel_size;
  }
}

void count(const std::uint8_t* pixels, std::size_t pixel_count, std::uint32_t* bins) {
  for (std::size_t index = 0; index < pixel_count; ++index, pixels += pixel_size) {
    bins[pixels[0]] += 1;
    bins[histogram_bins + pixels[1]] += 1;
    bins[2 * histogram_bins + pixels[2]] += 1;
  }
}

}  // namespace darkroom
