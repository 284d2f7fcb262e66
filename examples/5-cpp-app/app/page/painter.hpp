// SPDX-License-Identifier: Apache-2.0
// Draws the picture on two canvases, one above the other: what is complete is drawn once, on the lower
// one; only what still grows is drawn again for each frame.
#pragma once

#include <cstddef>
#include <cstdint>

#include "app/page/canvas.hpp"
#include "app/picture.hpp"

namespace board {

class Painter {
 public:
  void paint(const Picture& picture);
  /// Colours have changed.
  void begin_anew() { settled_ = nothing; }

 private:
  static constexpr std::size_t nothing = ~std::size_t{0};  // not even clean paper

  Canvas paper_{"#paper"};
  Canvas ink_{"#ink"};
  std::size_t settled_ = nothing;  // strokes of the picture that are on paper_
  std::uint64_t removals_ = 0;
};

}  // namespace board
