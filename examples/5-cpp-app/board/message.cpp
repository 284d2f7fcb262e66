// SPDX-License-Identifier: Apache-2.0
#include "board/message.hpp"

#include <algorithm>

namespace board {
namespace {

/// A colour of a later version of the board is drawn as ink.
Color known(Color color) {
  return static_cast<std::size_t>(color) < color_count ? color : Color::INK;
}

void write(Point point, wire::Point::Builder message) {
  message.setX(point.x);
  message.setY(point.y);
}

Point read(wire::Point::Reader message) { return {message.getX(), message.getY()}; }

void write_points(std::span<const Point> points, wire::Ink::Builder message) {
  auto list = message.initPoints(static_cast<unsigned>(points.size()));
  for (unsigned index = 0; index < list.size(); ++index) write(points[index], list[index]);
}

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

/// C0, DEL, and C1, which UTF-8 writes as c2 80 to c2 9f.
bool is_control(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x20 || byte == 0x7f) return true;
  return byte == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0;
}

}  // namespace

void write(StrokeId id, wire::StrokeId::Builder message) {
  message.setAuthor(id.author);
  message.setNumber(id.number);
}

void write(const Ink& ink, wire::Ink::Builder message) {
  write(ink.stroke, message.initStroke());
  message.setColor(ink.color);
  message.setWidth(ink.width);
  message.setFrom(ink.from);
  message.setIsComplete(ink.is_complete);
  write_points(ink.points, message);
}

void write(const Stroke& stroke, std::size_t from, std::size_t count, wire::Ink::Builder message) {
  const auto points = std::span(stroke.points).subspan(from);
  write(stroke.id, message.initStroke());
  message.setColor(stroke.color);
  message.setWidth(stroke.width);
  message.setFrom(static_cast<std::uint32_t>(from));
  message.setIsComplete(stroke.is_complete && count >= points.size());
  write_points(points.first(std::min(count, points.size())), message);
}

void write(std::optional<Point> cursor, wire::Cursor::Builder message) {
  if (!cursor) return message.setAway();
  write(*cursor, message.initAt());
}

Ink read(wire::Ink::Reader message) {
  Ink ink{.stroke = read(message.getStroke()),
          .color = known(message.getColor()),
          .width = message.getWidth(),
          .from = message.getFrom(),
          .is_complete = message.getIsComplete()};
  const auto points = message.getPoints();
  ink.points.reserve(points.size());
  for (const auto point : points) ink.points.push_back(read(point));
  return ink;
}

std::optional<Point> read(wire::Cursor::Reader message) {
  if (!message.isAt()) return std::nullopt;
  return read(message.getAt());
}

StrokeId read(wire::StrokeId::Reader message) { return {message.getAuthor(), message.getNumber()}; }

std::string clean_name(std::string_view name) {
  std::string clean;
  for (std::size_t at = 0; at < name.size();) {
    std::size_t end = at + 1;
    while (end < name.size() && is_continuation(name[end])) ++end;
    if (clean.size() + (end - at) > wire::NAME_SIZE_MAX) break;
    if (!is_control(name, at)) clean.append(name.substr(at, end - at));
    at = end;
  }
  return clean.find_first_not_of(' ') == std::string::npos ? "Somebody" : clean;
}

}  // namespace board
