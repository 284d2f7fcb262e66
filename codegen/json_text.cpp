// SPDX-License-Identifier: Apache-2.0
#include "codegen/json_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "codegen/writer.hpp"

namespace cortado::codegen {
namespace {

template <class Float>
std::string shortest(Float value) {
  std::array<char, 64> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

std::string_view name_of_infinite(double value) {
  if (std::isnan(value)) return "NaN";
  return value > 0 ? "Infinity" : "-Infinity";
}

}  // namespace

void JsonText::separate() {
  if (std::exchange(follows_key_, false)) return;
  if (!is_first_) text_ += ',';
  is_first_ = false;
  if (depth_ == 0 || layout_ == Layout::one_line) return;
  text_ += '\n';
  text_.append(depth_ * 2, ' ');
}

void JsonText::open(char bracket) {
  separate();
  text_ += bracket;
  ++depth_;
  is_first_ = true;
}

void JsonText::close(char bracket) {
  --depth_;
  if (layout_ == Layout::indented && !is_first_) {
    text_ += '\n';
    text_.append(depth_ * 2, ' ');
  }
  text_ += bracket;
  is_first_ = false;
}

void JsonText::key(std::string_view name) {
  separate();
  text_ += string_literal(name, Language::ts);
  text_ += layout_ == Layout::indented ? ": " : ":";
  follows_key_ = true;
}

void JsonText::literal(std::string_view text) {
  separate();
  text_ += text;
}

void JsonText::string(std::string_view text) { literal(string_literal(text, Language::ts)); }

void JsonText::float64(double value) {
  std::isfinite(value) ? literal(shortest(value)) : string(name_of_infinite(value));
}

void JsonText::float32(float value) {
  std::isfinite(value) ? literal(shortest(value))
                       : string(name_of_infinite(static_cast<double>(value)));
}

}  // namespace cortado::codegen
