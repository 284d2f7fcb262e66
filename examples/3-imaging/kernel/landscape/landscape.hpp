// SPDX-License-Identifier: Apache-2.0
// The sample photo: mountains above a sea of fog in the evening, of any size, computed. It is what a
// page shows before somebody opens a photo, so that none has to be downloaded.
#pragma once

#include <cstdint>

#include "../arena.hpp"
#include "../tone.hpp"

namespace darkroom {

class Landscape {
 public:
  /// For `rows` rows of a picture of that size. Deals itself scratch memory.
  Landscape(Arena& arena, std::uint32_t width, std::uint32_t height, std::uint32_t rows);

  /// Looks what each pixel of the rows from `first` shows. They are the same whichever rows are looked
  /// at together.
  void survey(std::uint32_t first);

  /// The next `rows` rows of them as bytes.
  void rows(std::uint32_t rows, std::uint8_t* result);

 private:
  [[nodiscard]] float slope_of(std::uint32_t y) const;
  [[nodiscard]] float aside_of(std::uint32_t x) const;
  void look_along(float distance, float before);
  void paint(std::uint32_t y, const float* distances, std::uint8_t* result) const;

  std::uint32_t width_;
  std::uint32_t rows_;
  std::uint32_t first_ = 0;
  std::uint32_t next_ = 0;
  float scale_ = 0;
  float horizon_ = 0;
  ToneCurve curve_;
  float* distances_;       // of each pixel; 0: the sky
  float* slopes_;          // of each column: the highest ground seen so far
  std::uint32_t* lowest_;  // of each column: the rows from here on are known
};

}  // namespace darkroom
