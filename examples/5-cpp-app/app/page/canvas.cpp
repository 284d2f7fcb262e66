// SPDX-License-Identifier: Apache-2.0
#include "app/page/canvas.hpp"

#include <emscripten/em_js.h>
#include <emscripten/html5.h>

#include <cmath>

static_assert(sizeof(board::Point) == 4, "JavaScript reads points as pairs of 16 bits");

// JavaScript: clang-format would break it.
// clang-format off
EM_JS_DEPS(board_canvas, "$UTF8ToString")
// Smooth: the points pull the line, which goes through the middles between them.
EM_JS(void, board_draw_stroke, (const char* selector, const void* points, int count, double scale,
                                double width, int rgb), {
  const context = document.querySelector(UTF8ToString(selector)).getContext("2d");
  const x = (index) => HEAPU16[(points >> 1) + 2 * index] * scale;
  const y = (index) => HEAPU16[(points >> 1) + 2 * index + 1] * scale;
  context.strokeStyle = "#" + rgb.toString(16).padStart(6, "0");
  context.lineWidth = width;
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  context.moveTo(x(0), y(0));
  for (let index = 1; index + 1 < count; ++index) {
    context.quadraticCurveTo(x(index), y(index), (x(index) + x(index + 1)) / 2,
                             (y(index) + y(index + 1)) / 2);
  }
  context.lineTo(x(count - 1), y(count - 1));
  context.stroke();
})
EM_JS(void, board_clear_canvas, (const char* selector), {
  const canvas = document.querySelector(UTF8ToString(selector));
  canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
})
// clang-format on

namespace board {

bool Canvas::fit() {
  double css_width = 0;
  double css_height = 0;
  emscripten_get_element_css_size(selector_, &css_width, &css_height);
  const double pixel_ratio = emscripten_get_device_pixel_ratio();
  const double wide = std::round(css_width * pixel_ratio);
  const double high = std::round(css_height * pixel_ratio);
  if (wide == pixels_wide_ && high == pixels_high_) return false;
  pixels_wide_ = wide;
  pixels_high_ = high;
  emscripten_set_canvas_element_size(selector_, static_cast<int>(wide), static_cast<int>(high));
  return true;
}

void Canvas::clear() { board_clear_canvas(selector_); }

void Canvas::draw(const Stroke& stroke, Rgb color) {
  if (stroke.points.empty()) return;
  const double scale = pixels_wide_ / width;
  board_draw_stroke(selector_, stroke.points.data(), static_cast<int>(stroke.points.size()), scale,
                    stroke.width * scale, color.red << 16 | color.green << 8 | color.blue);
}

}  // namespace board
