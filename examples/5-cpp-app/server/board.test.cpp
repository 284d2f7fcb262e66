// SPDX-License-Identifier: Apache-2.0
#include "server/board.hpp"

#include <doctest/doctest.h>

#include "server/people.hpp"

namespace board {
namespace {

Ink ink(StrokeId stroke, std::uint32_t from, std::vector<Point> points, bool is_complete = false) {
  return {.stroke = stroke,
          .color = Color::BLUE,
          .width = 10,
          .from = from,
          .points = std::move(points),
          .is_complete = is_complete};
}

/// The strokes of the board as it would be told from the beginning.
std::vector<StrokeId> order(const Board& board) {
  std::vector<StrokeId> ids;
  for (auto next = board.next_after(0); next.stroke != nullptr;
       next = board.next_after(next.place)) {
    ids.push_back(next.stroke->id);
  }
  return ids;
}

}  // namespace

TEST_CASE("ink that is said twice is on the board once") {
  Board board;
  CHECK(board.draw(ink({1, 1}, 0, {{1, 1}, {2, 2}})) == Drawn::yes);
  CHECK(board.draw(ink({1, 1}, 0, {{1, 1}, {2, 2}})) == Drawn::known);
  CHECK(board.draw(ink({1, 1}, 1, {{2, 2}, {3, 3}}, true)) == Drawn::yes);
  CHECK(board.draw(ink({1, 1}, 0, {{1, 1}, {2, 2}, {3, 3}}, true)) == Drawn::known);
  REQUIRE(board.find({1, 1}) != nullptr);
  CHECK(board.find({1, 1})->points == std::vector<Point>{{1, 1}, {2, 2}, {3, 3}});
  CHECK(board.find({1, 1})->is_complete);
  CHECK(board.change_count() == 2);
}

TEST_CASE("changes say what was added, and nothing else") {
  Board board;
  (void)board.draw(ink({1, 1}, 0, {{1, 1}, {2, 2}}));
  (void)board.draw(ink({1, 1}, 1, {{2, 2}, {3, 3}}));
  (void)board.draw(ink({1, 1}, 3, {}, true));
  const auto& second = std::get<Inked>(*board.change(1));
  CHECK(second.from == 2);
  CHECK(second.count == 1);
  const auto& end = std::get<Inked>(*board.change(2));
  CHECK(end.from == 3);
  CHECK(end.count == 0);
}

TEST_CASE("what no honest author sends is invalid, and changes nothing") {
  Board board;
  const std::vector<Point> many(wire::STROKE_POINTS_MAX + 1);
  CHECK(board.draw(ink({1, 1}, 1, {{1, 1}})) == Drawn::invalid);
  CHECK(board.draw(ink({1, 0}, 0, {{1, 1}})) == Drawn::invalid);
  CHECK(board.draw(ink({1, 1}, 0, many)) == Drawn::invalid);
  CHECK(board.draw(ink({1, 1}, 0, {{width + 1, 0}})) == Drawn::invalid);
  CHECK(board.draw(ink({1, 1}, 0xffff'ffff, {{1, 1}})) == Drawn::invalid);
  Ink thin = ink({1, 1}, 0, {{1, 1}});
  thin.width = 0;
  CHECK(board.draw(thin) == Drawn::invalid);
  CHECK(board.size() == 0);
  CHECK(board.change_count() == 0);
}

TEST_CASE("what was removed stays away, and its author is told again") {
  Board board;
  (void)board.draw(ink({1, 1}, 0, {{1, 1}}));
  (void)board.draw(ink({1, 2}, 0, {{1, 1}}));
  CHECK(board.undo({1, 1}));
  CHECK(!board.undo({1, 1}));
  CHECK(!board.undo({2, 2}));
  CHECK(board.draw(ink({1, 1}, 0, {{1, 1}, {2, 2}})) == Drawn::gone);
  CHECK(std::get<Removed>(*board.change(3)).strokes == std::vector<StrokeId>{{1, 1}});
  CHECK(order(board) == std::vector<StrokeId>{{1, 2}});
}

TEST_CASE("clear removes all in one change; of an empty board it is none") {
  Board board;
  CHECK(board.clear() == 0);
  CHECK(board.change_count() == 0);
  (void)board.draw(ink({1, 1}, 0, {{1, 1}}));
  (void)board.draw(ink({2, 1}, 0, {{1, 1}}));
  CHECK(board.clear() == 2);
  CHECK(std::get<Removed>(*board.change(2)).strokes == std::vector<StrokeId>{{1, 1}, {2, 1}});
  CHECK(board.size() == 0);
}

TEST_CASE("the oldest strokes go when there are too many, or too many points") {
  Board board({.strokes_max = 3, .points_max = 6, .changes_max = 100});
  for (std::uint32_t number = 1; number <= 4; ++number) {
    (void)board.draw(ink({1, number}, 0, {{1, 1}}));
  }
  CHECK(order(board) == std::vector<StrokeId>{{1, 2}, {1, 3}, {1, 4}});
  (void)board.draw(ink({1, 4}, 1, {{2, 2}, {3, 3}, {4, 4}, {5, 5}}));
  CHECK(order(board) == std::vector<StrokeId>{{1, 3}, {1, 4}});
  CHECK(std::get<Removed>(*board.change(board.change_count() - 1)).strokes ==
        std::vector<StrokeId>{{1, 2}});
}

TEST_CASE("only so many changes are remembered") {
  Board board({.strokes_max = 100, .points_max = 100, .changes_max = 3});
  for (std::uint32_t number = 1; number <= 5; ++number) {
    (void)board.draw(ink({1, number}, 0, {{1, 1}}));
  }
  CHECK(board.change_count() == 5);
  CHECK(board.change(1) == nullptr);
  CHECK(board.change(2) != nullptr);
  CHECK(board.change(5) == nullptr);
}

TEST_CASE("who comes back with their key is the same person") {
  People people;
  const auto ada = people.join(77);
  const auto bob = people.join(88);
  REQUIRE(ada.has_value());
  REQUIRE(bob.has_value());
  CHECK(ada->id != bob->id);
  people.introduce(ada->id, "Ada", Color::TEAL);
  people.point(ada->id, Point{1, 2});
  // Two connections for a moment: the old one is noticed to be dead only later.
  CHECK(people.join(77)->id == ada->id);
  people.leave(ada->id);
  CHECK(people.find(ada->id)->presences == 1);
  people.leave(ada->id);
  CHECK(people.find(ada->id)->presences == 0);
  CHECK(!people.find(ada->id)->cursor);
  CHECK(people.of_key(77)->name == "Ada");
}

TEST_CASE("people are bounded: who left first is forgotten first, and the room can be full") {
  People people;
  for (std::uint64_t key = 1; key <= People::known_max; ++key) {
    people.leave(people.join(key)->id);
  }
  const auto joined = people.join(People::known_max + 1);
  REQUIRE(joined.has_value());
  CHECK(joined->forgotten == 1);
  CHECK(people.of_key(1) == nullptr);
  CHECK(people.all().size() == People::known_max);
  for (std::uint64_t key = 1; key < People::present_max; ++key) {
    REQUIRE(people.join(10'000 + key).has_value());
  }
  CHECK(!people.join(20'000).has_value());
}

}  // namespace board
