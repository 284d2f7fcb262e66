// SPDX-License-Identifier: Apache-2.0
// Drawing with the cursor keys and the space bar, for whoever has no mouse or cannot use one.
#pragma once

#include <algorithm>
#include <cstdint>

#include "app/session.hpp"

namespace board {

class KeyboardPen {
 public:
  explicit KeyboardPen(Session& session) : session_(session) {}

  /// In the board's units; never off the board.
  void move(int dx, int dy) {
    at_ = {static_cast<std::uint16_t>(std::clamp(at_.x + dx, 0, int{width})),
           static_cast<std::uint16_t>(std::clamp(at_.y + dy, 0, int{height}))};
    session_.point(at_);
    session_.pen_move(at_);
  }
  /// Puts the pen down, or lifts it.
  void toggle(std::uint8_t pen_width) {
    if (session_.picture().is_pen_down()) return session_.pen_up();
    session_.point(at_);
    session_.pen_down(pen_width, at_);
  }
  /// Something else, as a mouse, has moved the pen.
  void put(Point at) { at_ = at; }
  [[nodiscard]] Point at() const { return at_; }

 private:
  Session& session_;
  Point at_{width / 2, height / 2};
};

}  // namespace board
