// SPDX-License-Identifier: Apache-2.0
// The board itself: the strokes, oldest first, and what happened to them lately. Knows no network
// and no clock.
//
// It is bounded: when there are too many strokes or points the oldest strokes go, for everybody.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <variant>
#include <vector>

#include "board/stroke.hpp"

namespace board {

struct Limits {
  /// Strokes and points that are kept: about 1.2 MB, an afternoon of several people.
  std::size_t strokes_max = 4'000;
  std::size_t points_max = 200'000;
  /// Changes that are remembered for those who read slowly: some seconds of many busy pens.
  std::size_t changes_max = 10'000;
};

/// `count` points of a stroke from number `from` on, or, with none, its end.
struct Inked {
  StrokeId stroke;
  std::uint32_t from = 0;
  std::uint32_t count = 0;
};
struct Removed {
  std::vector<StrokeId> strokes;
};
using Change = std::variant<Inked, Removed>;

enum class Drawn : std::uint8_t {
  yes,
  /// The board had all of it.
  known,
  /// Its stroke was removed; that is a change again, so that its author hears of it.
  gone,
  /// Nothing that an honest author sends: a gap, a point off the board, too many points, no width.
  invalid,
};

class Board {
 public:
  explicit Board(Limits limits = {}) : limits_(limits) {}

  [[nodiscard]] Drawn draw(const Ink& ink);
  /// False when there is no such stroke.
  bool undo(StrokeId id);
  /// How many there were.
  std::size_t clear();
  /// The author will not come back: a number of theirs is never used again.
  void forget(std::uint32_t author) { last_numbers_.erase(author); }

  [[nodiscard]] const Stroke* find(StrokeId id) const;
  /// The oldest stroke that is newer than the one of that place; null: there is none. Places are
  /// given in order, from 1 on, and never again: who goes through them may pause.
  struct Placed {
    std::uint64_t place = 0;
    const Stroke* stroke = nullptr;
  };
  [[nodiscard]] Placed next_after(std::uint64_t place) const;
  [[nodiscard]] std::size_t size() const { return strokes_.size(); }

  /// Changes are numbered from 0 on.
  [[nodiscard]] std::uint64_t change_count() const { return forgotten_ + changes_.size(); }
  /// Null: forgotten.
  [[nodiscard]] const Change* change(std::uint64_t number) const;

 private:
  [[nodiscard]] Stroke* begin_stroke(const Ink& ink);
  void remove(std::vector<StrokeId> ids);
  void remove_oldest();
  void note(Change change);

  Limits limits_;
  std::map<std::uint64_t, Stroke> strokes_;  // by place
  std::map<StrokeId, std::uint64_t> places_;
  std::map<std::uint32_t, std::uint32_t> last_numbers_;  // by author
  std::uint64_t last_place_ = 0;
  std::size_t point_count_ = 0;
  std::deque<Change> changes_;
  std::uint64_t forgotten_ = 0;
};

}  // namespace board
