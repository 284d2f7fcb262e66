// SPDX-License-Identifier: Apache-2.0
// From values to messages and back, the same at both ends.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "board/stroke.hpp"

namespace board {

void write(const Ink& ink, wire::Ink::Builder message);
/// The points of `stroke` from the one of number `from` on, at most `count`.
void write(const Stroke& stroke, std::size_t from, std::size_t count, wire::Ink::Builder message);
void write(std::optional<Point> cursor, wire::Cursor::Builder message);
void write(StrokeId id, wire::StrokeId::Builder message);

[[nodiscard]] Ink read(wire::Ink::Reader message);
[[nodiscard]] std::optional<Point> read(wire::Cursor::Reader message);
[[nodiscard]] StrokeId read(wire::StrokeId::Reader message);

/// A name as it may be shown, in a terminal too: without control characters, cut at nameSizeMax
/// bytes between two characters, "Somebody" if nothing is left. Each end makes sure for itself.
[[nodiscard]] std::string clean_name(std::string_view name);

}  // namespace board
