// SPDX-License-Identifier: Apache-2.0
#include "app/terminal/script.hpp"

#include <charconv>
#include <cstdio>
#include <string_view>

#include "app/looks.hpp"
#include "app/terminal/screen.hpp"

namespace board {
namespace {

using cortado::Task;

void print_line(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);  // whoever reads it may wait for it
}

/// "Ada blue 10,20 30,40"
std::string line_of(const Stroke& stroke, const Picture& picture) {
  const auto author = picture.people().find(stroke.id.author);
  std::string line = author == picture.people().end() ? "-" : author->second.name;
  line += " " + std::string(look(stroke.color).name);
  for (const Point point : stroke.points) {
    line += " " + std::to_string(point.x) + "," + std::to_string(point.y);
  }
  return line;
}

/// False when the session has ended first.
template <class Condition>
Task<bool> wait_until(Session& session, Condition condition) {
  while (!session.end() && !condition()) co_await session.changed();
  co_return !session.end();
}

void draw(Session& session, const std::vector<Point>& points) {
  session.pen_down(pen_widths[pen_width_at_first].units, points.front());
  for (const Point point : points) session.pen_move(point);
  session.pen_up();
}

/// Prints strokes of others as they are completed.
Task<bool> watch(Session& session, std::size_t count) {
  const Picture& picture = session.picture();
  std::set<StrokeId> seen;
  for (const Stroke& stroke : picture.strokes()) seen.insert(stroke.id);
  while (count > 0 && !session.end()) {
    for (const Stroke& stroke : picture.strokes()) {
      if (count == 0) break;
      if (!stroke.is_complete || stroke.id.author == picture.me()) continue;
      if (!seen.insert(stroke.id).second) continue;
      print_line(line_of(stroke, picture));
      --count;
    }
    if (count > 0) co_await session.changed();
  }
  co_return !session.end();
}

std::optional<std::uint16_t> take_number(std::string_view& text, std::uint16_t number_max) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number > number_max) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool take_character(std::string_view& text, char character) {
  if (!text.starts_with(character)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<std::vector<Point>> read_points(std::string_view text) {
  std::vector<Point> points;
  while (true) {
    const auto x = take_number(text, width);
    if (!x || !take_character(text, ',')) return std::nullopt;
    const auto y = take_number(text, height);
    if (!y) return std::nullopt;
    points.push_back({*x, *y});
    if (text.empty()) return points;
    if (!take_character(text, ' ')) return std::nullopt;
  }
}

Task<void> run(const Script& script, Session& session, TerminalSize size, Paint paint) {
  const Picture& picture = session.picture();
  if (!co_await wait_until(session, [&] { return picture.is_up_to_date(); })) co_return;
  if (script.clears) session.clear();
  for (const std::vector<Point>& points : script.draws) draw(session, points);
  if (!co_await wait_until(session, [&] { return session.is_settled(); })) co_return;
  if (script.watches > 0) {
    print_line("watching");
    if (!co_await watch(session, script.watches)) co_return;
  }
  if (script.lists) {
    for (const Stroke& stroke : picture.strokes()) print_line(line_of(stroke, picture));
  }
  if (script.renders) {
    Braille canvas(size.columns, size.rows);
    board::draw(picture, canvas);
    for (int row = 0; row < canvas.rows(); ++row) print_line(canvas.row(row, paint));
  }
}

}  // namespace board
