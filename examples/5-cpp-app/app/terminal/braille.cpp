// SPDX-License-Identifier: Apache-2.0
#include "app/terminal/braille.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace board {
namespace {

constexpr int dots_wide = 2;
constexpr int dots_high = 4;

/// The bit of each dot, by row and column: Unicode numbers the lowest row last.
constexpr std::uint8_t bits[dots_high][dots_wide] = {
    {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

/// U+2800 and the dots, in UTF-8.
std::string utf8(std::uint8_t dots) {
  return {'\xe2', static_cast<char>(0xa0 | dots >> 6), static_cast<char>(0x80 | (dots & 0x3f))};
}

}  // namespace

Braille::Braille(int columns_max, int rows_max)
    : dots_per_unit_(std::min(double(std::max(columns_max, 1)) * dots_wide / width,
                              double(std::max(rows_max, 1)) * dots_high / height)),
      columns_(std::max(1, static_cast<int>(std::round(width * dots_per_unit_ / dots_wide)))),
      rows_(std::max(1, static_cast<int>(std::round(height * dots_per_unit_ / dots_high)))),
      patterns_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_)) {}

void Braille::draw(const Stroke& stroke) {
  for (std::size_t index = 0; index < stroke.points.size(); ++index) {
    draw_line(stroke.points[index > 0 ? index - 1 : 0], stroke.points[index], stroke);
  }
}

void Braille::draw_line(Point from, Point to, const Stroke& stroke) {
  const double x = from.x * dots_per_unit_;
  const double y = from.y * dots_per_unit_;
  const double dx = to.x * dots_per_unit_ - x;
  const double dy = to.y * dots_per_unit_ - y;
  const int steps = std::max(1, static_cast<int>(std::ceil(std::max(std::abs(dx), std::abs(dy)))));
  for (int step = 0; step <= steps; ++step) {
    const double part = double(step) / steps;
    draw_dot(x + dx * part, y + dy * part, stroke.width * dots_per_unit_ / 2, stroke.color);
  }
}

void Braille::draw_dot(double x, double y, double radius, Color color) {
  set(static_cast<int>(x), static_cast<int>(y), color);
  for (int row = static_cast<int>(y - radius); row <= static_cast<int>(y + radius); ++row) {
    for (int column = static_cast<int>(x - radius); column <= static_cast<int>(x + radius);
         ++column) {
      if (std::hypot(column + 0.5 - x, row + 0.5 - y) <= radius) set(column, row, color);
    }
  }
}

void Braille::set(int x, int y, Color color) {
  const int column = x / dots_wide;
  const int row = y / dots_high;
  if (x < 0 || y < 0 || column >= columns_ || row >= rows_) return;
  Pattern& pattern = patterns_[index_of({column, row})];
  pattern.dots |= bits[y % dots_high][x % dots_wide];
  pattern.color = color;
}

std::size_t Braille::index_of(Cell cell) const {
  return static_cast<std::size_t>(cell.row) * static_cast<std::size_t>(columns_) +
         static_cast<std::size_t>(cell.column);
}

std::string Braille::row(int index, Paint paint) const {
  std::string text;
  const Pattern* before = nullptr;
  for (int column = 0; column < columns_; ++column) {
    const Pattern& pattern = patterns_[index_of({column, index})];
    if (pattern.dots == 0) {
      text += ' ';
      continue;
    }
    if (before == nullptr || before->color != pattern.color) text += escape(pattern.color, paint);
    before = &pattern;
    text += utf8(pattern.dots);
  }
  if (before != nullptr) text += plain(paint);
  return text;
}

Braille::Cell Braille::cell_of(Point point) const {
  return {std::min(static_cast<int>(point.x * dots_per_unit_ / dots_wide), columns_ - 1),
          std::min(static_cast<int>(point.y * dots_per_unit_ / dots_high), rows_ - 1)};
}

Point Braille::point_of(Cell cell) const {
  const auto units = [this](int cells, int dots, int units_max) {
    const double at = (cells + 0.5) * dots / dots_per_unit_;
    return static_cast<std::uint16_t>(std::clamp(at, 0.0, double(units_max)));
  };
  return {units(cell.column, dots_wide, width), units(cell.row, dots_high, height)};
}

std::string escape(Color color, Paint paint) {
  if (paint == Paint::none) return {};
  const Rgb rgb = paint == Paint::on_light ? look(color).on_light : look(color).on_dark;
  return "\x1b[38;2;" + std::to_string(rgb.red) + ";" + std::to_string(rgb.green) + ";" +
         std::to_string(rgb.blue) + "m";
}

std::string plain(Paint paint) { return paint == Paint::none ? "" : "\x1b[0m"; }

}  // namespace board
