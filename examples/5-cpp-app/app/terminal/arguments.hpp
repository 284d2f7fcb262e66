// SPDX-License-Identifier: Apache-2.0
// What the terminal's program can be told.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/looks.hpp"
#include "app/terminal/script.hpp"

namespace board {

inline constexpr std::string_view usage =
    R"(example-5-board-terminal: joins the board of example-5-cpp-app from a terminal

  --url URL        of its server (ws://127.0.0.1:8080)
  --name NAME      what the others see
  --color COLOR    ink, red, orange, green, teal, blue, violet or pink
  --light          this terminal is light

Without a person at the keyboard, in this order:
  --clear          removes all strokes
  --draw "X,Y …"   draws a stroke, of points from 0,0 to 3200,2400; may be given again
  --watch N        prints the next N strokes of others as they are completed
  --list           prints all strokes, oldest first
  --render         prints the board as characters
  --size COLUMNSxROWS  of --render (the terminal's)
)";

struct Arguments {
  std::string url = "ws://127.0.0.1:8080";
  Person me = some_guest();
  bool is_light = false;
  Script script{};
  TerminalSize size = terminal_size();
};

/// nullopt when they make no sense.
[[nodiscard]] std::optional<Arguments> read_arguments(int argc, char** argv);

}  // namespace board
