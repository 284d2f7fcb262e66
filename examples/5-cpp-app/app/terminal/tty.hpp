// SPDX-License-Identifier: Apache-2.0
// The terminal of this process, taken over: a screen of its own, keys as they are pressed, the mouse
// reported. All is given back when it is destroyed.
#pragma once

#include <optional>
#include <string_view>
#include <termios.h>

namespace board {

struct TerminalSize {
  int columns = 80;
  int rows = 24;
};

/// Of standard output; what is usual, where that is no terminal.
[[nodiscard]] TerminalSize terminal_size();

class Tty {
 public:
  /// Throws std::system_error when there is no terminal.
  Tty();
  ~Tty();
  Tty(const Tty&) = delete;
  Tty& operator=(const Tty&) = delete;

  /// For reading; this object closes it.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  void write(std::string_view text) const;

 private:
  int descriptor_;
  termios before_{};
};

}  // namespace board
