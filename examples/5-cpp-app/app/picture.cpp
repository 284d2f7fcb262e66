// SPDX-License-Identifier: Apache-2.0
#include "app/picture.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace board {
namespace {

/// In the board's units; nobody sees a shorter line.
constexpr int line_min = 3;

bool is_near(Point a, Point b) {
  return std::abs(a.x - b.x) < line_min && std::abs(a.y - b.y) < line_min;
}

std::uint32_t number_of(const Stroke& stroke) { return stroke.id.number; }

}  // namespace

// --- the own pen ---------------------------------------------------------------------------------

void Picture::pen_down(Color color, std::uint8_t pen_width, Point at) {
  pen_up();
  own_.push_back({.id = {me_, ++last_number_}, .color = color, .width = pen_width, .points = {at}});
}

void Picture::pen_move(Point to) {
  if (!is_pen_down()) return;
  Stroke& stroke = own_.back();
  const Point from = stroke.points.back();
  if (is_near(from, to)) return;
  if (stroke.points.size() < wire::STROKE_POINTS_MAX) return stroke.points.push_back(to);
  pen_down(stroke.color, stroke.width, from);
  own_.back().points.push_back(to);
}

void Picture::pen_up() {
  if (is_pen_down()) own_.back().is_complete = true;
}

std::optional<std::uint32_t> Picture::undo() {
  if (!own_.empty()) {
    const std::uint32_t number = number_of(own_.back());
    own_.pop_back();
    ++removals_;
    return number <= sent_.number ? std::optional(number) : std::nullopt;
  }
  const auto newest = std::ranges::find(strokes_.rbegin(), strokes_.rend(), me_,
                                        [](const Stroke& stroke) { return stroke.id.author; });
  if (newest == strokes_.rend()) return std::nullopt;
  const StrokeId id = newest->id;
  remove({id});
  return id.number;
}

// --- what the server is to be told ---------------------------------------------------------------

const Stroke* Picture::first_unsent() const {
  for (const Stroke& stroke : own_) {
    if (stroke.id.number < sent_.number) continue;
    if (stroke.id.number > sent_.number || stroke.points.size() > sent_.points ||
        (stroke.is_complete && !sent_.end)) {
      return &stroke;
    }
  }
  return nullptr;
}

bool Picture::has_unsent() const { return first_unsent() != nullptr; }

std::optional<Ink> Picture::take_unsent() {
  const Stroke* stroke = first_unsent();
  if (stroke == nullptr) return std::nullopt;
  const std::uint32_t from = stroke->id.number == sent_.number ? sent_.points : 0;
  const auto unsent = std::span(stroke->points).subspan(from);
  sent_ = {.number = stroke->id.number,
           .points = static_cast<std::uint32_t>(stroke->points.size()),
           .end = stroke->is_complete};
  return Ink{.stroke = stroke->id,
             .color = stroke->color,
             .width = stroke->width,
             .from = from,
             .points = {unsent.begin(), unsent.end()},
             .is_complete = stroke->is_complete};
}

// --- what the server tells -----------------------------------------------------------------------

void Picture::welcome(std::uint32_t me) {
  me_ = me;
  people_.clear();
  is_up_to_date_ = false;
}

void Picture::blank() {
  strokes_.clear();
  is_up_to_date_ = false;
  ++removals_;
}

void Picture::draw(const Ink& ink) {
  // Ink is told of new strokes mostly.
  auto found = std::ranges::find(strokes_.rbegin(), strokes_.rend(), ink.stroke, &Stroke::id);
  if (found == strokes_.rend()) {
    strokes_.push_back({.id = ink.stroke, .color = ink.color, .width = ink.width});
    found = strokes_.rbegin();
  }
  add(*found, ink);
  if (ink.stroke.author != me_) return;
  const auto own = std::ranges::find(own_, ink.stroke.number, number_of);
  if (own != own_.end() && found->is_complete && own->is_complete) own_.erase(own);
}

void Picture::remove(std::vector<StrokeId> ids) {
  if (ids.empty()) return;
  std::ranges::sort(ids);
  const auto is_named = [&](StrokeId id) { return std::ranges::binary_search(ids, id); };
  std::erase_if(strokes_, [&](const Stroke& stroke) { return is_named(stroke.id); });
  std::erase_if(own_, [&](const Stroke& stroke) { return is_named({me_, stroke.id.number}); });
  ++removals_;
}

}  // namespace board
