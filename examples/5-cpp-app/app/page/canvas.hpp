// SPDX-License-Identifier: Apache-2.0
// A <canvas> that strokes are drawn on. It keeps the size that it has on the screen, in the screen's
// own pixels.
#pragma once

#include "app/looks.hpp"
#include "board/stroke.hpp"

namespace board {

class Canvas {
 public:
  /// `selector`: a literal.
  explicit Canvas(const char* selector) : selector_(selector) {}

  /// True when it has another size now; then it is empty.
  [[nodiscard]] bool fit();
  void clear();
  void draw(const Stroke& stroke, Rgb color);

 private:
  const char* selector_;
  double pixels_wide_ = 0;
  double pixels_high_ = 0;
};

}  // namespace board
