// SPDX-License-Identifier: Apache-2.0
#include "app/picture.hpp"

#include <doctest/doctest.h>

#include "board/message.hpp"

namespace board {
namespace {

constexpr std::uint32_t me = 7;

Picture joined() {
  Picture picture;
  picture.welcome(me);
  picture.blank();
  picture.up_to_date();
  return picture;
}

/// A stroke of two points, from number `x` on.
void draw_line(Picture& picture, std::uint16_t x) {
  picture.pen_down(Color::RED, 10, {x, 0});
  picture.pen_move({x, 100});
  picture.pen_up();
}

/// What the server tells back of ink that it was sent.
Ink echo(Ink sent) {
  sent.stroke.author = me;
  return sent;
}

}  // namespace

TEST_CASE("own ink is seen at once, and waits until the server has told it back whole") {
  Picture picture = joined();
  draw_line(picture, 1);
  CHECK(picture.own().size() == 1);
  CHECK(picture.waiting() == 1);
  const auto sent = picture.take_unsent();
  REQUIRE(sent.has_value());
  CHECK(!picture.take_unsent().has_value());
  CHECK(picture.waiting() == 1);
  picture.draw(echo(*sent));
  CHECK(picture.waiting() == 0);
  REQUIRE(picture.strokes().size() == 1);
  CHECK(picture.strokes()[0].points == std::vector<Point>{{1, 0}, {1, 100}});
}

TEST_CASE("ink leaves as it comes, each point once") {
  Picture picture = joined();
  picture.pen_down(Color::RED, 10, {0, 0});
  const auto first = picture.take_unsent();
  CHECK(first->points.size() == 1);
  CHECK(!picture.has_unsent());
  picture.pen_move({10, 0});
  picture.pen_move({11, 1});  // too near to be seen
  picture.pen_move({20, 0});
  const auto more = picture.take_unsent();
  CHECK(more->from == 1);
  CHECK(more->points == std::vector<Point>{{10, 0}, {20, 0}});
  CHECK(!more->is_complete);
  picture.pen_up();
  const auto end = picture.take_unsent();
  CHECK(end->from == 3);
  CHECK(end->points.empty());
  CHECK(end->is_complete);
}

TEST_CASE("what was not told back is sent again, whole, in order") {
  Picture picture = joined();
  for (std::uint16_t x = 1; x <= 3; ++x) draw_line(picture, x);
  picture.draw(echo(*picture.take_unsent()));
  (void)picture.take_unsent();
  picture.send_again();
  const auto second = picture.take_unsent();
  CHECK(second->stroke.number == 2);
  CHECK(second->from == 0);
  CHECK(picture.take_unsent()->stroke.number == 3);
  CHECK(!picture.take_unsent().has_value());
}

TEST_CASE("a long stroke goes on as another one") {
  Picture picture = joined();
  picture.pen_down(Color::RED, 10, {0, 0});
  for (std::uint32_t step = 0; step <= wire::STROKE_POINTS_MAX; ++step) {
    picture.pen_move({static_cast<std::uint16_t>(step % 2 * 10), 0});
    picture.pen_move({static_cast<std::uint16_t>(step % 2 * 10), 10});
  }
  REQUIRE(picture.own().size() >= 2);
  CHECK(picture.own()[0].is_complete);
  CHECK(picture.own()[0].points.size() == wire::STROKE_POINTS_MAX);
  CHECK(picture.own()[0].points.back() == picture.own()[1].points.front());
  CHECK(picture.is_pen_down());
}

TEST_CASE("undo takes the newest own stroke, and says only what the server knows of") {
  Picture picture = joined();
  picture.draw({.stroke = {me, 1}, .width = 1, .points = {{1, 1}}, .is_complete = true});
  picture.draw({.stroke = {me + 1, 1}, .width = 1, .points = {{1, 1}}, .is_complete = true});
  draw_line(picture, 1);  // its number is 1 of this picture, which was not told of the other
  CHECK(!picture.undo().has_value());
  CHECK(picture.waiting() == 0);
  CHECK(picture.undo() == 1);
  REQUIRE(picture.strokes().size() == 1);
  CHECK(picture.strokes()[0].id.author == me + 1);
  CHECK(!picture.undo().has_value());
}

TEST_CASE("what is removed is gone from the own ink, too, and lifts the pen") {
  Picture picture = joined();
  picture.pen_down(Color::RED, 10, {0, 0});
  const auto sent = picture.take_unsent();
  picture.draw(echo(*sent));
  const std::uint64_t before = picture.removals();
  picture.remove({{me, sent->stroke.number}});
  CHECK(picture.strokes().empty());
  CHECK(picture.waiting() == 0);
  CHECK(picture.removals() == before + 1);
  CHECK(!picture.is_pen_down());
  picture.pen_move({50, 50});
  CHECK(!picture.has_unsent());
}

TEST_CASE("a board told anew replaces the strokes, not the own ink that waits") {
  Picture picture = joined();
  picture.draw({.stroke = {1, 1}, .width = 1, .points = {{1, 1}}});
  picture.put(1, {.name = "Ada"});
  draw_line(picture, 1);
  picture.welcome(me + 1);
  picture.blank();
  CHECK(!picture.is_up_to_date());
  CHECK(picture.strokes().empty());
  CHECK(picture.people().empty());
  CHECK(picture.waiting() == 1);
}

TEST_CASE("names are shown as they are, but for what would move a terminal's cursor") {
  CHECK(clean_name("Zoë") == "Zoë");
  CHECK(clean_name("\x1b[2JAda\n") == "[2JAda");
  CHECK(clean_name("A\xc2\x9b"
                   "31mda") == "A31mda");
  CHECK(clean_name("  ") == "Somebody");
  const std::string cut = clean_name(std::string(31, 'x') + "ë");
  CHECK(cut == std::string(31, 'x'));
}

}  // namespace board
