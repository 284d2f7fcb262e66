// SPDX-License-Identifier: Apache-2.0
#include "app/terminal/screen.hpp"

namespace board {
namespace {

constexpr int lines_below = 3;  // a rule, the state, the keys
constexpr std::string_view clear_line_end = "\x1b[K";
constexpr std::string_view faint = "\x1b[2m";
constexpr std::string_view normal = "\x1b[0m";

std::string at(int column, int row) {
  return "\x1b[" + std::to_string(row + 1) + ";" + std::to_string(column + 1) + "H";
}

std::string rule(int columns) {
  std::string text(faint);
  for (int column = 0; column < columns; ++column) text += "─";
  return text.append(normal);
}

std::string cursors(const Picture& picture, const Braille& canvas, Paint paint) {
  std::string text;
  for (const auto& [id, person] : picture.people()) {
    if (!person.cursor || id == picture.me()) continue;
    const Braille::Cell cell = canvas.cell_of(*person.cursor);
    text += at(cell.column, cell.row) + escape(person.color, paint) + "▲" + person.name;
    text += plain(paint);
  }
  return text;
}

std::string state_line(const Session& session, Paint paint) {
  const bool is_good =
      session.status() && session.status()->state == cortado::ClientState::connected;
  std::string text = escape(is_good ? Color::GREEN : Color::ORANGE, paint) + "● " + plain(paint);
  text += connection_text(session);
  const std::string details = connection_details(session);
  if (!details.empty()) text += " · " + details;
  text += "   ";
  for (const auto& [id, person] : session.picture().people()) {
    text += escape(person.color, paint) + person.name + plain(paint) + " ";
  }
  return text + session.complaint();
}

}  // namespace

void draw(const Picture& picture, Braille& canvas) {
  for (const Stroke& stroke : picture.strokes()) canvas.draw(stroke);
  for (const Stroke& stroke : picture.own()) canvas.draw(stroke);
}

Braille canvas_on(TerminalSize size) { return {size.columns, size.rows - lines_below}; }

std::string screen(const Session& session, PenLook pen, TerminalSize size, Paint paint) {
  Braille canvas = canvas_on(size);
  draw(session.picture(), canvas);
  std::string text;
  for (int row = 0; row < canvas.rows(); ++row) {
    text += at(0, row) + canvas.row(row, paint);
    text += clear_line_end;
  }
  text += cursors(session.picture(), canvas, paint);
  text += at(0, canvas.rows()) + rule(canvas.columns());
  text += at(0, canvas.rows() + 1) + state_line(session, paint);
  text += clear_line_end;
  text += at(0, canvas.rows() + 2);
  text += faint;
  text += "mouse or arrows+space draw · 1-8 colour · w " + std::string(pen.width) +
          " line · u undo · c clear · x cut the network · q quit";
  text += normal;
  text += "\x1b[J";  // nothing else below
  const Braille::Cell cell = canvas.cell_of(pen.at);
  const bool is_down = session.picture().is_pen_down();
  text += at(cell.column, cell.row) + escape(session.me().color, paint) + (is_down ? "●" : "○");
  return text + plain(paint);
}

}  // namespace board
