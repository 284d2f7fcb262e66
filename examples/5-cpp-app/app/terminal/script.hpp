// SPDX-License-Identifier: Apache-2.0
// Taking part without anybody at the keyboard: for scripts, and for tests.
#pragma once

#include <cortado/client.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/session.hpp"
#include "app/terminal/braille.hpp"
#include "app/terminal/tty.hpp"

namespace board {

/// What to do, in this order.
struct Script {
  bool clears = false;
  /// Strokes, each point by point.
  std::vector<std::vector<Point>> draws{};
  /// How many strokes of others to wait for, from the moment the board is here; each is printed.
  std::size_t watches = 0;
  /// Prints all strokes, oldest first, a line each; prints the board.
  bool lists = false;
  bool renders = false;

  [[nodiscard]] bool is_empty() const {
    return !clears && draws.empty() && watches == 0 && !lists && !renders;
  }
};

/// "10,20 30,40"; nullopt: that is no such text, or a point is off the board.
[[nodiscard]] std::optional<std::vector<Point>> read_points(std::string_view text);

/// Returns when it is done, or the session has ended.
[[nodiscard]] cortado::Task<void> run(const Script& script, Session& session, TerminalSize size,
                                      Paint paint);

}  // namespace board
