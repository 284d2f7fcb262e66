// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "app/terminal/arguments.hpp"
#include "app/terminal/braille.hpp"
#include "app/terminal/keys.hpp"

namespace board {
namespace {

/// "a", "up", "down 4,7": what came of the bytes, in words.
std::vector<std::string> words_of(std::string_view bytes, std::size_t chunk_size) {
  constexpr std::array arrows{"up", "down", "right", "left"};
  constexpr std::array mouse{"press", "drag", "move", "release"};
  Keys keys;
  std::vector<std::string> words;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(chunk_size, bytes.size()))) {
    keys.push(bytes.substr(0, chunk_size));
    while (const auto input = keys.next()) {
      if (const auto* key = std::get_if<char>(&*input)) words.emplace_back(1, *key);
      if (const auto* arrow = std::get_if<Arrow>(&*input)) {
        words.emplace_back(arrows[static_cast<std::size_t>(*arrow)]);
      }
      if (const auto* at = std::get_if<Mouse>(&*input)) {
        words.push_back(std::string(mouse[static_cast<std::size_t>(at->what)]) + " " +
                        std::to_string(at->column) + "," + std::to_string(at->row));
      }
    }
  }
  return words;
}

}  // namespace

TEST_CASE("keys and mouse are understood wherever their bytes are cut") {
  const std::string bytes =
      "a\x1b[A\x1b[D\x1b[<0;5;8M\x1b[<32;6;8M\x1b[<0;6;8m\x1b[<35;1;1M"
      "\x1b[<64;1;1M\x1b[<2;1;1M\x1b[5~q";  // the wheel, the right button, page up: nothing
  const std::vector<std::string> expected{"a",        "up",          "left",     "press 4,7",
                                          "drag 5,7", "release 5,7", "move 0,0", "q"};
  for (std::size_t chunk = 1; chunk <= bytes.size(); ++chunk) {
    CHECK(words_of(bytes, chunk) == expected);
  }
}

TEST_CASE("what is no sequence does not stop the keys behind it") {
  CHECK(words_of("\x1b[<;;Mx", 3) == std::vector<std::string>{"x"});
  CHECK(words_of("\x1b[<99999999999;1;1Mx", 3) == std::vector<std::string>{"x"});
  CHECK(words_of("\x1b[" + std::string(200, '1') + "~x", 7).back() == "x");
  CHECK(words_of("\x1bx", 1) == std::vector<std::string>{"x"});
}

TEST_CASE("the board keeps its shape, as large as the terminal lets it be") {
  const Braille wide(200, 30);
  CHECK(wide.rows() == 30);
  CHECK(wide.columns() == 80);
  const Braille narrow(40, 100);
  CHECK(narrow.columns() == 40);
  CHECK(narrow.rows() == 15);
  const Braille none(0, -3);
  CHECK(none.columns() >= 1);
}

TEST_CASE("dots are where the ink is") {
  Braille canvas(2, 1000);  // 4 dots for the whole width
  Stroke line{.id = {1, 1}, .color = Color::RED, .width = 1};
  line.points = {{0, 0}, {width, 0}};
  canvas.draw(line);
  CHECK(canvas.row(0, Paint::none) == "⠉⠉");
  Stroke dot{.id = {1, 2}, .color = Color::BLUE, .width = 1};
  dot.points = {{0, height / 2}};
  canvas.draw(dot);
  CHECK(canvas.row(0, Paint::on_dark).starts_with(escape(Color::BLUE, Paint::on_dark)));
  CHECK(canvas.row(0, Paint::on_dark).ends_with(plain(Paint::on_dark)));
}

TEST_CASE("a character is found again at its own middle") {
  const Braille canvas(64, 24);
  for (int column = 0; column < canvas.columns(); ++column) {
    const Braille::Cell cell = canvas.cell_of(canvas.point_of({column, 5}));
    CHECK(cell.column == column);
    CHECK(cell.row == 5);
  }
  CHECK(canvas.cell_of({width, height}).column == canvas.columns() - 1);
}

TEST_CASE("points are read, or refused as a whole") {
  CHECK(read_points("1,2") == std::vector<Point>{{1, 2}});
  CHECK(read_points("0,0 3200,2400") == std::vector<Point>{{0, 0}, {3200, 2400}});
  for (const char* wrong : {"", "1", "1,", "1,2 ", "1,2,3", "-1,2", "3201,0", "0,2401", "1 ,2"}) {
    CAPTURE(wrong);
    CHECK(!read_points(wrong).has_value());
  }
}

TEST_CASE("arguments are read, or refused as a whole") {
  const auto read = [](std::vector<std::string> words) {
    std::vector<char*> argv{nullptr};
    for (std::string& word : words) argv.push_back(word.data());
    return read_arguments(static_cast<int>(argv.size()), argv.data());
  };
  const auto good = read({"--name", "Ada", "--color", "teal", "--draw", "1,2 3,4", "--draw", "5,6",
                          "--watch", "2", "--render", "--size", "60x20"});
  REQUIRE(good.has_value());
  CHECK(good->me.name == "Ada");
  CHECK(good->me.color == Color::TEAL);
  CHECK(good->script.draws.size() == 2);
  CHECK(good->script.watches == 2);
  CHECK(good->script.renders);
  CHECK(good->size.columns == 60);
  CHECK(read({})->script.is_empty());
  CHECK(!read({"--color", "beige"}));
  CHECK(!read({"--watch", "0"}));
  CHECK(!read({"--size", "60"}));
  CHECK(!read({"--draw"}));
  CHECK(!read({"--fly"}));
}

}  // namespace board
