// SPDX-License-Identifier: Apache-2.0
// Takes noise away and keeps edges: a guided filter (He, Sun and Tang, 2010), each channel guided by
// itself. In each window the result is a line through the values; where they vary little it is nearly
// flat. Its cost does not depend on the picture.
#pragma once

#include <cstdint>

#include "row_ring.hpp"

namespace darkroom {

class Denoise {
 public:
  static constexpr std::uint32_t radius = 2;
  /// Rows above and below that the result of a row depends on.
  static constexpr std::uint32_t reach = 2 * radius;
  /// Rows of its input that must be there at one time.
  static constexpr std::uint32_t input_rows = 2 * reach + 1;

  Denoise(Arena& arena, std::uint32_t width, std::uint32_t height);

  /// Before the first row, which is `first`. `strength` from above 0 to 1.
  void begin(float strength, std::uint32_t first);

  /// Row `y` of the result; the rows are asked for one after the other. `input` has the rows
  /// y - reach to y + reach, with margins.
  void row(RowRing& input, std::uint32_t y, float* result);

 private:
  void fit(RowRing& input, std::uint32_t y);
  [[nodiscard]] const float* blurred(RowRing& rows, std::uint32_t y);

  std::uint32_t width_;
  std::uint32_t height_;
  float epsilon_ = 0;
  std::int64_t next_ = 0;  // the row of slopes and offsets that comes next
  RowRing slopes_;
  RowRing offsets_;
  float* sums_;
  float* squares_;
  float* slope_;
};

}  // namespace darkroom
