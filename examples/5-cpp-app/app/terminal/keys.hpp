// SPDX-License-Identifier: Apache-2.0
// What a terminal sends, taken apart: keys, and the mouse as SGR 1006 reports it. Bytes come as they
// come; a sequence may be cut anywhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace board {

enum class Arrow : unsigned char { up, down, right, left };

struct Mouse {
  enum class What : unsigned char { down, drag, move, up };
  What what = What::move;
  /// Of the screen, from 0 on.
  int column = 0;
  int row = 0;
};

/// A character is a key of its own; Escape alone is none, as it begins what others send.
using Input = std::variant<char, Arrow, Mouse>;

class Keys {
 public:
  void push(std::string_view bytes) { waiting_ += bytes; }
  /// nullopt: more bytes are needed.
  [[nodiscard]] std::optional<Input> next();

 private:
  std::string waiting_;
};

}  // namespace board
