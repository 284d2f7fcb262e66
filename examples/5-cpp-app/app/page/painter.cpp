// SPDX-License-Identifier: Apache-2.0
#include "app/page/painter.hpp"

#include "app/page/dom.hpp"

namespace board {

void Painter::paint(const Picture& picture) {
  const bool is_dark = dom::prefers_dark();
  const auto draw = [is_dark](Canvas& canvas, const Stroke& stroke) {
    const Look& of = look(stroke.color);
    canvas.draw(stroke, is_dark ? of.on_dark : of.on_light);
  };
  const std::vector<Stroke>& strokes = picture.strokes();
  const bool is_resized = paper_.fit();
  if (is_resized || settled_ == nothing || removals_ != picture.removals()) {
    paper_.clear();
    settled_ = 0;
    removals_ = picture.removals();
  }
  // In order: the first that may still grow holds up those above it.
  for (; settled_ < strokes.size() && strokes[settled_].is_complete; ++settled_) {
    draw(paper_, strokes[settled_]);
  }
  if (!ink_.fit()) ink_.clear();
  for (std::size_t index = settled_; index < strokes.size(); ++index) draw(ink_, strokes[index]);
  for (const Stroke& stroke : picture.own()) draw(ink_, stroke);
}

}  // namespace board
