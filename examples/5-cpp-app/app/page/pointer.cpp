// SPDX-License-Identifier: Apache-2.0
#include "app/page/pointer.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "app/page/dom.hpp"

namespace board {
namespace {

constexpr const char* element = "#board";
constexpr int left_button = 0;
// In the board's units.
constexpr int key_step = 20;
constexpr int key_stride = 100;  // with the shift key

std::uint16_t scaled(double at, double size, std::uint16_t units) {
  return static_cast<std::uint16_t>(std::clamp(at / size, 0.0, 1.0) * units);
}

std::string percent(int part, int whole) { return std::to_string(100.0 * part / whole) + "%"; }

}  // namespace

void Pointer::listen() {
  emscripten_set_mousedown_callback(element, this, false, on_mouse);
  emscripten_set_mousemove_callback(element, this, false, on_mouse);
  emscripten_set_mouseleave_callback(element, this, false, on_mouse);
  emscripten_set_mouseup_callback(element, this, false, on_mouse);
  emscripten_set_touchstart_callback(element, this, false, on_touch);
  emscripten_set_touchmove_callback(element, this, false, on_touch);
  emscripten_set_touchend_callback(element, this, false, on_touch);
  emscripten_set_touchcancel_callback(element, this, false, on_touch);
  emscripten_set_keydown_callback(element, this, false, on_key);
}

Point Pointer::point_at(double x, double y) {
  double wide = 1;
  double high = 1;
  emscripten_get_element_css_size(element, &wide, &high);
  return {scaled(x, wide, width), scaled(y, high, height)};
}

void Pointer::move(Point to) {
  session_.point(to);
  session_.pen_move(to);
  keyboard_.put(to);
  show_keyboard_pen(false);
}

bool Pointer::on_mouse(int type, const EmscriptenMouseEvent* event, void* self) {
  auto& pointer = *static_cast<Pointer*>(self);
  const Point at =
      point_at(static_cast<double>(event->targetX), static_cast<double>(event->targetY));
  switch (type) {
    case EMSCRIPTEN_EVENT_MOUSEDOWN:
      if (event->button != left_button) return false;
      pointer.move(at);
      pointer.session_.pen_down(pointer.pen_width_, at);
      return false;  // the browser gives the board the focus
    case EMSCRIPTEN_EVENT_MOUSEMOVE: pointer.move(at); return false;
    case EMSCRIPTEN_EVENT_MOUSELEAVE:
      pointer.session_.pen_up();
      pointer.session_.point(std::nullopt);
      return false;
    default: pointer.session_.pen_up(); return false;
  }
}

/// One finger draws; what the others do is left to the browser.
bool Pointer::on_touch(int type, const EmscriptenTouchEvent* event, void* self) {
  auto& pointer = *static_cast<Pointer*>(self);
  if (type == EMSCRIPTEN_EVENT_TOUCHEND || type == EMSCRIPTEN_EVENT_TOUCHCANCEL) {
    pointer.session_.pen_up();
    pointer.session_.point(std::nullopt);
    return true;
  }
  if (event->numTouches != 1) {
    pointer.session_.pen_up();
    return false;
  }
  const EmscriptenTouchPoint& touch = event->touches[0];
  const Point at = point_at(static_cast<double>(touch.targetX), static_cast<double>(touch.targetY));
  pointer.move(at);
  if (type == EMSCRIPTEN_EVENT_TOUCHSTART) pointer.session_.pen_down(pointer.pen_width_, at);
  return true;
}

bool Pointer::on_key(int, const EmscriptenKeyboardEvent* event, void* self) {
  return static_cast<Pointer*>(self)->press(*event);
}

bool Pointer::press(const EmscriptenKeyboardEvent& event) {
  const std::string_view key = event.key;
  if (key == "z" && (event.ctrlKey || event.metaKey)) {
    session_.undo();
    return true;
  }
  const int step = event.shiftKey ? key_stride : key_step;
  if (key == "ArrowLeft") {
    keyboard_.move(-step, 0);
  } else if (key == "ArrowRight") {
    keyboard_.move(step, 0);
  } else if (key == "ArrowUp") {
    keyboard_.move(0, -step);
  } else if (key == "ArrowDown") {
    keyboard_.move(0, step);
  } else if (key == " ") {
    keyboard_.toggle(pen_width_);
  } else {
    return false;
  }
  show_keyboard_pen(true);
  return true;
}

void Pointer::show_keyboard_pen(bool is_shown) {
  dom::set_attribute("#pen", "data-shown", is_shown ? "yes" : "no");
  dom::set_attribute("#pen", "data-down", session_.picture().is_pen_down() ? "yes" : "no");
  dom::set_style("#pen", "left", percent(keyboard_.at().x, width));
  dom::set_style("#pen", "top", percent(keyboard_.at().y, height));
}

}  // namespace board
