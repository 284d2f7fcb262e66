// SPDX-License-Identifier: Apache-2.0
#include "app/terminal/arguments.hpp"

#include <algorithm>
#include <charconv>

namespace board {
namespace {

bool read(std::string_view text, auto& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0;
}

bool read(std::string_view text, Color& color) {
  const auto found = std::ranges::find(looks, text, &Look::name);
  if (found == looks.end()) return false;
  color = static_cast<Color>(found - looks.begin());
  return true;
}

bool read(std::string_view text, TerminalSize& size) {
  const std::size_t cross = text.find('x');
  return cross != std::string_view::npos && read(text.substr(0, cross), size.columns) &&
         read(text.substr(cross + 1), size.rows);
}

bool read_flag(std::string_view name, Arguments& arguments) {
  if (name == "--light") return arguments.is_light = true;
  if (name == "--clear") return arguments.script.clears = true;
  if (name == "--list") return arguments.script.lists = true;
  if (name == "--render") return arguments.script.renders = true;
  return false;
}

bool read_option(std::string_view name, std::string_view value, Arguments& arguments) {
  if (name == "--url") return !(arguments.url = value).empty();
  if (name == "--name") return !(arguments.me.name = value).empty();
  if (name == "--color") return read(value, arguments.me.color);
  if (name == "--watch") return read(value, arguments.script.watches);
  if (name == "--size") return read(value, arguments.size);
  if (name != "--draw") return false;
  const auto points = read_points(value);
  if (points) arguments.script.draws.push_back(*points);
  return points.has_value();
}

}  // namespace

std::optional<Arguments> read_arguments(int argc, char** argv) {
  Arguments arguments;
  for (int index = 1; index < argc; ++index) {
    if (read_flag(argv[index], arguments)) continue;
    if (index + 1 == argc || !read_option(argv[index], argv[index + 1], arguments)) {
      return std::nullopt;
    }
    ++index;
  }
  return arguments;
}

}  // namespace board
