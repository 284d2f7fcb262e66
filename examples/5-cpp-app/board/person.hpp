// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "board/stroke.hpp"

namespace board {

/// Somebody who draws, as the others see them.
struct Person {
  std::string name{};
  Color color = Color::INK;
  /// nullopt: nowhere on the board.
  std::optional<Point> cursor{};
};

}  // namespace board
