// SPDX-License-Identifier: Apache-2.0
// As much of JSON as the golden vectors use, for tests that also run where there is no JSON library
// (wasm): whole numbers, strings of ASCII and \u escapes, true and false. Test code only.
#pragma once

#include <charconv>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace cortado::wire::test {

/// Throws when `text` is no whole number.
inline std::uint64_t number_of(std::string_view text, int base) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::runtime_error("JSON: no whole number: " + std::string(text));
  }
  return number;
}

struct Json {
  std::string text;                     // of a string
  std::uint64_t number = 0;             // of a number; 1 of true
  std::vector<Json> elements;           // of an array
  std::map<std::string, Json> members;  // of an object

  [[nodiscard]] bool has(const std::string& name) const { return members.contains(name); }
  [[nodiscard]] const Json& operator[](const std::string& name) const { return members.at(name); }
  /// A 64-bit number, which travels as a string.
  [[nodiscard]] std::uint64_t wide() const { return number_of(text, 10); }
};

class JsonReader {
 public:
  explicit JsonReader(std::string text) : text_(std::move(text)) {}

  Json read() {
    Json json;
    switch (peek()) {
      case '{': read_object(json); break;
      case '[': read_array(json); break;
      case '"': json.text = read_string(); break;
      case 't':
        at_ += 4;
        json.number = 1;
        break;
      case 'f': at_ += 5; break;
      default: json.number = read_number(); break;
    }
    return json;
  }

 private:
  char peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    return text_.at(at_);
  }
  void expect(char character) {
    if (peek() != character) throw std::runtime_error("JSON: unexpected character");
    ++at_;
  }
  void read_object(Json& json) {
    expect('{');
    while (peek() != '}') {
      std::string name = read_string();
      expect(':');
      json.members.emplace(std::move(name), read());
      if (peek() == ',') ++at_;
    }
    ++at_;
  }
  void read_array(Json& json) {
    expect('[');
    while (peek() != ']') {
      json.elements.push_back(read());
      if (peek() == ',') ++at_;
    }
    ++at_;
  }
  std::uint64_t read_number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return number_of(std::string_view(text_).substr(begin, at_ - begin), 10);
  }
  std::string read_string() {
    expect('"');
    std::string out;
    while (text_.at(at_) != '"') {
      const char character = text_[at_++];
      if (character != '\\') {
        out.push_back(character);
        continue;
      }
      expect('u');
      const std::uint64_t code = number_of(std::string_view(text_).substr(at_, 4), 16);
      at_ += 4;
      if (code >= 0x800) throw std::runtime_error("JSON: a character beyond what is used here");
      if (code >= 0x80) out.push_back(static_cast<char>(0xc0U | code >> 6U));
      out.push_back(static_cast<char>(code >= 0x80 ? 0x80U | (code & 0x3fU) : code));
    }
    ++at_;
    return out;
  }

  std::string text_;
  std::size_t at_ = 0;
};

/// A file of the tree, by its path from the root.
inline Json read_json(const std::string& path) {
  std::ifstream file(std::string(CORTADO_SOURCE_DIR) + "/" + path);
  if (!file) throw std::runtime_error("cannot open " + path);
  return JsonReader(std::string(std::istreambuf_iterator<char>(file), {})).read();
}

}  // namespace cortado::wire::test
