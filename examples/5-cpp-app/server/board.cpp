// SPDX-License-Identifier: Apache-2.0
#include "server/board.hpp"

#include <algorithm>
#include <utility>

namespace board {
namespace {

bool is_on_board(Point point) { return point.x <= width && point.y <= height; }

bool is_valid(const Ink& ink) {
  return ink.stroke.number > 0 && ink.width > 0 && ink.width <= wire::STROKE_WIDTH_MAX &&
         ink.from + std::uint64_t{ink.points.size()} <= wire::STROKE_POINTS_MAX &&
         std::ranges::all_of(ink.points, is_on_board);
}

}  // namespace

Drawn Board::draw(const Ink& ink) {
  if (!is_valid(ink)) return Drawn::invalid;
  const auto found = places_.find(ink.stroke);
  Stroke* stroke = found != places_.end() ? &strokes_.at(found->second) : nullptr;
  if (stroke == nullptr && ink.stroke.number <= last_numbers_[ink.stroke.author]) {
    note(Removed{{ink.stroke}});
    return Drawn::gone;
  }
  if (ink.from > (stroke != nullptr ? stroke->points.size() : 0)) return Drawn::invalid;
  if (stroke == nullptr) stroke = begin_stroke(ink);
  const std::size_t before = stroke->points.size();
  if (!add(*stroke, ink)) return Drawn::known;
  const std::size_t added = stroke->points.size() - before;
  point_count_ += added;
  note(Inked{ink.stroke, static_cast<std::uint32_t>(before), static_cast<std::uint32_t>(added)});
  while (strokes_.size() > limits_.strokes_max || point_count_ > limits_.points_max) {
    remove_oldest();
  }
  return Drawn::yes;
}

Stroke* Board::begin_stroke(const Ink& ink) {
  last_numbers_[ink.stroke.author] = ink.stroke.number;
  places_[ink.stroke] = ++last_place_;
  return &strokes_
              .try_emplace(last_place_,
                           Stroke{.id = ink.stroke, .color = ink.color, .width = ink.width})
              .first->second;
}

bool Board::undo(StrokeId id) {
  if (!places_.contains(id)) return false;
  remove({id});
  return true;
}

std::size_t Board::clear() {
  std::vector<StrokeId> ids;
  for (const auto& [place, stroke] : strokes_) ids.push_back(stroke.id);
  const std::size_t count = ids.size();
  if (count > 0) remove(std::move(ids));
  return count;
}

void Board::remove_oldest() { remove({strokes_.begin()->second.id}); }

void Board::remove(std::vector<StrokeId> ids) {
  for (const StrokeId id : ids) {
    const auto found = places_.find(id);
    const auto stroke = strokes_.find(found->second);
    point_count_ -= stroke->second.points.size();
    strokes_.erase(stroke);
    places_.erase(found);
  }
  note(Removed{std::move(ids)});
}

const Stroke* Board::find(StrokeId id) const {
  const auto found = places_.find(id);
  return found == places_.end() ? nullptr : &strokes_.at(found->second);
}

Board::Placed Board::next_after(std::uint64_t place) const {
  const auto next = strokes_.upper_bound(place);
  if (next == strokes_.end()) return {};
  return {next->first, &next->second};
}

void Board::note(Change change) {
  changes_.push_back(std::move(change));
  if (changes_.size() <= limits_.changes_max) return;
  changes_.pop_front();
  ++forgotten_;
}

const Change* Board::change(std::uint64_t number) const {
  if (number < forgotten_ || number >= change_count()) return nullptr;
  return &changes_[static_cast<std::size_t>(number - forgotten_)];
}

}  // namespace board
