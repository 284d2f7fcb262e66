// SPDX-License-Identifier: Apache-2.0
// Values as JSON text.
#include <array>
#include <charconv>
#include <cmath>

#include "rpc/json_support.hpp"

namespace cortado::json_support {

namespace {

template <class Number>
void write_digits(Number value, std::string& out) {
  std::array<char, 32> digits;  // a double takes 24 at most
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

template <class Integer>
void write_quoted(Integer value, std::string& out) {
  out.push_back('"');
  write_digits(value, out);
  out.push_back('"');
}

template <class Float>
void write_float(Float value, std::string& out) {
  if (value == 0 && std::signbit(value)) {
    out += "-0.0";  // parsers take "-0" for an integer, which has no sign
  } else if (std::isfinite(value)) {
    write_digits(value, out);
  } else if (std::isnan(value)) {
    out += "\"NaN\"";
  } else {
    out += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  }
}

/// Bytes of the UTF-8 character at the beginning of `text`; 0 when it is none (an encoding that is
/// too long, half of a surrogate pair, or beyond Unicode is none).
std::size_t character_size(std::string_view text) {
  const auto byte = [text](std::size_t at) -> unsigned {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
  };
  const auto continues = [&byte](std::size_t at) { return (byte(at) & 0xc0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned second_min = first == 0xe0 ? 0xa0 : 0x80;
    const unsigned second_max = first == 0xed ? 0x9f : 0xbf;
    return byte(1) >= second_min && byte(1) <= second_max && continues(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned second_min = first == 0xf0 ? 0x90 : 0x80;
    const unsigned second_max = first == 0xf4 ? 0x8f : 0xbf;
    return byte(1) >= second_min && byte(1) <= second_max && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

void write_escape(char character, std::string& out) {
  switch (character) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(character);
  out += "\\u00";
  out.push_back(digits[code >> 4U]);
  out.push_back(digits[code & 15U]);
}

/// What needs neither escaping nor checking.
bool is_plain(char character) {
  const auto code = static_cast<unsigned char>(character);
  return code >= 0x20 && code < 0x80 && character != '"' && character != '\\';
}

}  // namespace

void write_bool(bool value, std::string& out) { out += value ? "true" : "false"; }
void write_void(std::string& out) { out += "null"; }
void write_int64_number(std::int64_t value, std::string& out) { write_digits(value, out); }
void write_uint64_number(std::uint64_t value, std::string& out) { write_digits(value, out); }
void write_int64(std::int64_t value, std::string& out) { write_quoted(value, out); }
void write_uint64(std::uint64_t value, std::string& out) { write_quoted(value, out); }
void write_float32(float value, std::string& out) { write_float(value, out); }
void write_float64(double value, std::string& out) { write_float(value, out); }

void write_text(std::string_view value, std::string& out) {
  out.push_back('"');
  while (!value.empty()) {
    std::size_t plain = 0;
    while (plain < value.size() && is_plain(value[plain])) ++plain;
    out.append(value.substr(0, plain));
    value.remove_prefix(plain);
    if (value.empty()) break;
    if (static_cast<unsigned char>(value.front()) < 0x80) {
      write_escape(value.front(), out);
      value.remove_prefix(1);
      continue;
    }
    const std::size_t size = character_size(value);
    if (size == 0) {
      out += "\xef\xbf\xbd";  // U+FFFD
      value.remove_prefix(1);
    } else {
      out.append(value.substr(0, size));
      value.remove_prefix(size);
    }
  }
  out.push_back('"');
}

void write_data(capnp::Data::Reader value, std::string& out) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  out.reserve(out.size() + (value.size() + 2) / 3 * 4 + 2);
  out.push_back('"');
  for (std::size_t at = 0; at < value.size(); at += 3) {
    const std::size_t size = value.size() - at;
    const std::uint32_t group = static_cast<std::uint32_t>(value[at]) << 16U |
                                (size > 1 ? static_cast<std::uint32_t>(value[at + 1]) << 8U : 0U) |
                                (size > 2 ? static_cast<std::uint32_t>(value[at + 2]) : 0U);
    out.push_back(digits[group >> 18U]);
    out.push_back(digits[group >> 12U & 63U]);
    out.push_back(size > 1 ? digits[group >> 6U & 63U] : '=');
    out.push_back(size > 2 ? digits[group & 63U] : '=');
  }
  out.push_back('"');
}

void write_enum(std::uint16_t value, std::span<const std::string_view> names, std::string& out) {
  if (value >= names.size()) return write_digits(value, out);
  out.push_back('"');
  out += names[value];
  out.push_back('"');
}

void ObjectWriter::member(std::string_view name) {
  if (!first_) out_.push_back(',');
  first_ = false;
  out_.push_back('"');
  out_ += name;
  out_ += "\":";
}

}  // namespace cortado::json_support
