// SPDX-License-Identifier: Apache-2.0
#include "app/terminal/tty.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <system_error>
#include <unistd.h>

namespace board {
namespace {

// Alternate screen, no cursor, no line wrapped, mouse with every move (1003) in decimal numbers (1006); and back.
constexpr std::string_view take_over = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?1003h\x1b[?1006h";
constexpr std::string_view give_back = "\x1b[?1006l\x1b[?1003l\x1b[?7h\x1b[?25h\x1b[?1049l";

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

TerminalSize terminal_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return {};
  return {size.ws_col, size.ws_row};
}

// Opened anew: who waits for standard input asynchronously makes it so for the shell, too.
Tty::Tty() : descriptor_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
  if (descriptor_ < 0) fail("no terminal to draw in");
  if (::tcgetattr(descriptor_, &before_) != 0) fail("tcgetattr");
  termios raw = before_;
  ::cfmakeraw(&raw);
  raw.c_lflag |= ISIG;  // Ctrl-C is a signal, as everywhere
  if (::tcsetattr(descriptor_, TCSAFLUSH, &raw) != 0) fail("tcsetattr");
  write(take_over);
}

Tty::~Tty() {
  write(give_back);
  ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
  ::close(descriptor_);
}

void Tty::write(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return;  // whoever was to see it is gone
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace board
