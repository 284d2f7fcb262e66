// SPDX-License-Identifier: Apache-2.0
// How the board looks and is talked of, wherever it is shown.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/session.hpp"

namespace board {

struct Rgb {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
};

/// A colour, on light paper and on dark.
struct Look {
  std::string_view name;
  Rgb on_light;
  Rgb on_dark;
};

/// In the order of `Color`.
inline constexpr std::array<Look, color_count> looks{{
    {"ink", {0x26, 0x22, 0x2e}, {0xee, 0xea, 0xf4}},
    {"red", {0xd9, 0x36, 0x3e}, {0xff, 0x6b, 0x6b}},
    {"orange", {0xe0, 0x7a, 0x10}, {0xff, 0xa9, 0x4d}},
    {"green", {0x2f, 0x8f, 0x3e}, {0x69, 0xdb, 0x7c}},
    {"teal", {0x0b, 0x8a, 0x8f}, {0x3b, 0xc9, 0xc9}},
    {"blue", {0x2b, 0x63, 0xd9}, {0x74, 0xa9, 0xff}},
    {"violet", {0x7a, 0x3f, 0xd0}, {0xb1, 0x97, 0xfc}},
    {"pink", {0xd1, 0x2f, 0x84}, {0xff, 0x86, 0xc0}},
}};

[[nodiscard]] inline const Look& look(Color color) {
  const auto index = static_cast<std::size_t>(color);
  return looks[index < looks.size() ? index : 0];
}

struct PenWidth {
  std::string_view name;
  std::uint8_t units;  // of the board
};
inline constexpr std::array<PenWidth, 3> pen_widths{{{"thin", 8}, {"medium", 18}, {"thick", 44}}};
inline constexpr std::size_t pen_width_at_first = 1;

/// "#d9363e".
[[nodiscard]] std::string css(Rgb color);
/// "1 stroke", "2 strokes".
[[nodiscard]] std::string counted(std::size_t count, std::string_view one, std::string_view many);

/// A guest's name and colour, by chance.
[[nodiscard]] Person some_guest();

/// What there is to say about the connection, in a few words: "Connected", "Connecting again…".
[[nodiscard]] std::string connection_text(const Session& session);
/// "resumed 2 times · 3 strokes wait"; empty when there is nothing to say.
[[nodiscard]] std::string connection_details(const Session& session);

}  // namespace board
