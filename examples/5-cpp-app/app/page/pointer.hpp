// SPDX-License-Identifier: Apache-2.0
// Mouse, touch and keyboard on the board become what the person does in the session.
#pragma once

#include <emscripten/html5.h>

#include <cstdint>

#include "app/keyboard_pen.hpp"
#include "app/looks.hpp"
#include "app/session.hpp"

namespace board {

class Pointer {
 public:
  explicit Pointer(Session& session) : session_(session), keyboard_(session) {}
  Pointer(const Pointer&) = delete;
  Pointer& operator=(const Pointer&) = delete;

  /// From now on. It must live as long as the page.
  void listen();
  void set_pen_width(std::uint8_t pen_width) { pen_width_ = pen_width; }

 private:
  static bool on_mouse(int type, const EmscriptenMouseEvent* event, void* self);
  static bool on_touch(int type, const EmscriptenTouchEvent* event, void* self);
  static bool on_key(int type, const EmscriptenKeyboardEvent* event, void* self);

  /// From CSS pixels of the board's element.
  [[nodiscard]] static Point point_at(double x, double y);
  void move(Point to);
  [[nodiscard]] bool press(const EmscriptenKeyboardEvent& key);
  void show_keyboard_pen(bool is_shown);

  Session& session_;
  KeyboardPen keyboard_;
  std::uint8_t pen_width_ = pen_widths[pen_width_at_first].units;
};

}  // namespace board
