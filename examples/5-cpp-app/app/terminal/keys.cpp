// SPDX-License-Identifier: Apache-2.0
#include "app/terminal/keys.hpp"

#include <charconv>
#include <cstddef>

namespace board {
namespace {

constexpr std::string_view introducer = "\x1b[";
constexpr std::size_t sequence_size_max = 64;  // longer than any that is known

constexpr int button_bits = 0x43;  // which one, or the wheel
constexpr int motion_bit = 0x20;
constexpr int no_button = 3;

bool is_final(char byte) { return byte >= 0x40 && byte <= 0x7e; }

/// Takes a number off the front of `text`, and the separator behind it; -1: there is none.
int take_number(std::string_view& text) {
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with(';')) text.remove_prefix(1);
  return error == std::errc() ? number : -1;
}

/// "<0;12;5" and M for down, m for up; only the left button counts.
std::optional<Mouse> read_mouse(std::string_view text, char final) {
  text.remove_prefix(1);
  const int button = take_number(text);
  const int column = take_number(text);
  const int row = take_number(text);
  if (button < 0 || column < 1 || row < 1) return std::nullopt;
  const int which = button & button_bits;
  if (which != 0 && which != no_button) return std::nullopt;
  Mouse mouse{.column = column - 1, .row = row - 1};
  if (button & motion_bit) {
    mouse.what = which == no_button ? Mouse::What::move : Mouse::What::drag;
  } else {
    mouse.what = final == 'M' ? Mouse::What::down : Mouse::What::up;
  }
  return mouse;
}

std::optional<Input> read_sequence(std::string_view parameters, char final) {
  if (parameters.starts_with('<') && (final == 'M' || final == 'm')) {
    const std::optional<Mouse> mouse = read_mouse(parameters, final);
    return mouse ? std::optional<Input>(*mouse) : std::nullopt;
  }
  if (final >= 'A' && final <= 'D') return static_cast<Arrow>(final - 'A');
  return std::nullopt;
}

}  // namespace

std::optional<Input> Keys::next() {
  while (!waiting_.empty()) {
    if (waiting_[0] != '\x1b') {
      const char key = waiting_[0];
      waiting_.erase(0, 1);
      return key;
    }
    if (waiting_.size() == 1) return std::nullopt;
    if (!waiting_.starts_with(introducer)) {
      waiting_.erase(0, 1);
      continue;
    }
    std::size_t end = introducer.size();
    while (end < waiting_.size() && !is_final(waiting_[end])) ++end;
    if (end == waiting_.size() && end < sequence_size_max) return std::nullopt;
    const std::string sequence = waiting_.substr(0, end + 1);
    waiting_.erase(0, end + 1);
    if (const auto input = read_sequence(
            std::string_view(sequence).substr(introducer.size(), end - introducer.size()),
            sequence.back())) {
      return input;
    }
  }
  return std::nullopt;
}

}  // namespace board
