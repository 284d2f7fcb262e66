// SPDX-License-Identifier: Apache-2.0
// What a board is made of, for the server and for all fronts.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "board.capnp.h"

namespace board {

using wire::Color;

inline constexpr std::uint16_t width = wire::BOARD_WIDTH;
inline constexpr std::uint16_t height = wire::BOARD_HEIGHT;
/// Of `Color`.
inline constexpr std::size_t color_count = 8;

/// In the board's units.
struct Point {
  std::uint16_t x = 0;
  std::uint16_t y = 0;
  bool operator==(const Point&) const = default;
};

struct StrokeId {
  std::uint32_t author = 0;
  std::uint32_t number = 0;
  auto operator<=>(const StrokeId&) const = default;
};

struct Stroke {
  StrokeId id;
  Color color = Color::INK;
  std::uint8_t width = 0;
  bool is_complete = false;
  std::vector<Point> points{};
};

/// A piece of a stroke: the message Ink as a value.
struct Ink {
  StrokeId stroke;
  Color color = Color::INK;
  std::uint8_t width = 0;
  std::uint32_t from = 0;
  std::vector<Point> points{};
  bool is_complete = false;
};

/// Adds what the stroke does not have yet. False when it has all of it, or lacks what comes before.
bool add(Stroke& stroke, const Ink& ink);

}  // namespace board
