// SPDX-License-Identifier: Apache-2.0
// What a terminal shows: the board, the cursors of the others, and two lines about it.
#pragma once

#include <string>
#include <string_view>

#include "app/session.hpp"
#include "app/terminal/braille.hpp"
#include "app/terminal/tty.hpp"

namespace board {

void draw(const Picture& picture, Braille& canvas);

/// Where the board is on a screen of that size, at its upper left; still empty.
[[nodiscard]] Braille canvas_on(TerminalSize size);

struct PenLook {
  Point at;
  std::string_view width;
};

/// All that is written to show the session in a terminal of that size.
[[nodiscard]] std::string screen(const Session& session, PenLook pen, TerminalSize size,
                                 Paint paint);

}  // namespace board
