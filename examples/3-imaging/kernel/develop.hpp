// SPDX-License-Identifier: Apache-2.0
// Rows of a picture through all filters, one row after the other. Each filter has only the rows it
// looks at, in scratch memory, and a filter that does nothing is left out. What becomes of a row
// depends on the whole picture's size and on the rows around it, not on where a job begins: bands
// developed by several workers fit together to the bit.
#pragma once

#include <cstdint>

#include "denoise.hpp"
#include "light.hpp"
#include "settings.hpp"
#include "sharpen.hpp"
#include "tone.hpp"

namespace darkroom {

/// Rows above and below those asked for that a source must have, as far as the picture has them.
constexpr std::uint32_t develop_reach = Denoise::reach + Sharpen::reach_max;

class Develop {
 public:
  /// Deals itself scratch memory for rows of that width.
  Develop(Arena& arena, std::uint32_t width, std::uint32_t height);

  /// From row `first` on. `source` is read until the last row has been made.
  void begin(const Source& source, const Settings& settings, std::uint32_t first);

  /// The next `rows` rows as bytes, as wide as the source; not beyond the picture's end.
  void rows(std::uint32_t rows, std::uint8_t* result);

 private:
  void read(std::uint32_t y);
  void light(std::uint32_t y);
  void write(std::uint32_t y, std::uint8_t* result);
  [[nodiscard]] Row3 light_rows(std::uint32_t y);

  Source source_{};
  std::uint32_t width_;
  std::uint32_t height_;
  std::uint32_t next_ = 0;
  std::uint32_t next_read_ = 0;
  std::uint32_t next_light_ = 0;
  bool is_denoised_ = false;
  bool is_sharpened_ = false;

  RootTable roots_table_;
  ToneCurve curve_;
  RowRing root_rings_[3];
  RowRing light_rings_[3];
  Denoise denoise_[3];
  Sharpen sharpen_;
  Light light_;
  float* denoised_[3];
  float* row_;
};

}  // namespace darkroom
