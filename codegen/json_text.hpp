// SPDX-License-Identifier: Apache-2.0
// Writes JSON, on one line or for people. The caller sees to the order of calls: what it writes
// is what it asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace cortado::codegen {

class JsonText {
 public:
  enum class Layout : std::uint8_t { one_line, indented };

  explicit JsonText(Layout layout) : layout_(layout) {}

  void begin_object() { open('{'); }
  void begin_array() { open('['); }
  void end_object() { close('}'); }
  void end_array() { close(']'); }

  /// Of an object; a value must follow.
  void key(std::string_view name);

  void string(std::string_view text);
  void boolean(bool value) { literal(value ? "true" : "false"); }
  void null() { literal("null"); }
  void number(std::int64_t value) { literal(std::to_string(value)); }
  void number(std::uint64_t value) { literal(std::to_string(value)); }
  /// The shortest that reads back the same; NaN and infinities as strings, as in rpc/json.hpp.
  void float64(double value);
  void float32(float value);

  // Members of one line.
  void member(std::string_view name, std::string_view text) { key(name), string(text); }
  void member(std::string_view name, const char* text) { key(name), string(text); }
  void member(std::string_view name, bool value) { key(name), boolean(value); }
  void member(std::string_view name, std::uint64_t value) { key(name), number(value); }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void open(char bracket);
  void close(char bracket);
  void literal(std::string_view text);
  /// The comma and line break before a value or key.
  void separate();

  std::string text_;
  std::size_t depth_ = 0;
  bool is_first_ = true;  // nothing was written in this array or object
  bool follows_key_ = false;
  Layout layout_;
};

}  // namespace cortado::codegen
