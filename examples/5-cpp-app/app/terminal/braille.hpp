// SPDX-License-Identifier: Apache-2.0
// A canvas of characters: each is two dots wide and four high, in Unicode's braille patterns, and of
// one colour. Dots are about square, so the board keeps its shape.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/looks.hpp"
#include "board/stroke.hpp"

namespace board {

/// Where colours are said to a terminal, and which.
enum class Paint : std::uint8_t { none, on_light, on_dark };

class Braille {
 public:
  /// As large as the board gets in so many characters.
  Braille(int columns_max, int rows_max);

  [[nodiscard]] int columns() const { return columns_; }
  [[nodiscard]] int rows() const { return rows_; }

  void draw(const Stroke& stroke);
  /// One row of characters, without the end of the line.
  [[nodiscard]] std::string row(int index, Paint paint) const;

  /// Of a point of the board, from 0 on.
  struct Cell {
    int column = 0;
    int row = 0;
  };
  [[nodiscard]] Cell cell_of(Point point) const;
  /// The middle of a character.
  [[nodiscard]] Point point_of(Cell cell) const;

 private:
  struct Pattern {
    std::uint8_t dots = 0;
    Color color = Color::INK;
  };
  void draw_line(Point from, Point to, const Stroke& stroke);
  void draw_dot(double x, double y, double radius, Color color);
  void set(int x, int y, Color color);
  [[nodiscard]] std::size_t index_of(Cell cell) const;

  double dots_per_unit_;
  int columns_;
  int rows_;
  std::vector<Pattern> patterns_;  // row by row
};

/// What makes a terminal write in that colour from here on; empty for Paint::none.
[[nodiscard]] std::string escape(Color color, Paint paint);
/// Ends that.
[[nodiscard]] std::string plain(Paint paint);

}  // namespace board
