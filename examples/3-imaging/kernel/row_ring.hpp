// SPDX-License-Identifier: Apache-2.0
// The newest few rows of a plane. A filter that looks at rows above and below keeps only as many as
// it looks at, so that they stay in the processor's cache, however large the picture is.
#pragma once

#include <cstddef>
#include <cstdint>

#include "arena.hpp"

namespace darkroom {

/// Values that each row has beyond both of its ends, so that loops need not look where they are.
constexpr std::uint32_t row_margin = 12;

constexpr std::size_t row_stride(std::uint32_t width) {
  return (std::size_t{width} + 2 * row_margin + 3) / 4 * 4;
}

/// One row with its margins.
inline float* take_row(Arena& arena, std::uint32_t width) {
  float* const taken = arena.take<float>(row_stride(width));
  return taken == nullptr ? nullptr : taken + row_margin;
}

/// Goes on beyond both ends with the values there.
inline void fill_margins(float* row, std::uint32_t width) {
  for (std::uint32_t index = 1; index <= row_margin; ++index) {
    row[-static_cast<std::ptrdiff_t>(index)] = row[0];
    row[width - 1 + index] = row[width - 1];
  }
}

class RowRing {
 public:
  /// The newest `count` rows.
  RowRing(Arena& arena, std::uint32_t width, std::uint32_t count)
      : stride_(row_stride(width)), count_(count), rows_(arena.take<float>(stride_ * count)) {}

  /// Row `y` of the picture, from its first pixel on. It replaces row `y - count`.
  float* row(std::uint32_t y) { return rows_ + stride_ * (y % count_) + row_margin; }

 private:
  std::size_t stride_;
  std::uint32_t count_;
  float* rows_;
};

/// A row index that may lie outside of the picture, brought back to its edge.
constexpr std::uint32_t inside(std::int64_t y, std::uint32_t height) {
  if (y < 0) return 0;
  return y >= height ? height - 1 : static_cast<std::uint32_t>(y);
}

}  // namespace darkroom
