// SPDX-License-Identifier: Apache-2.0
// Base64 into Data: RFC 4648, section 4, with padding and without anything between.
#include <array>

#include "rpc/json_support.hpp"

namespace cortado::json_support {

namespace {

constexpr std::uint8_t no_digit = 64;

constexpr std::array<std::uint8_t, 256> make_values() {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  for (std::size_t value = 0; value < digits.size(); ++value) {
    values[static_cast<unsigned char>(digits[value])] = static_cast<std::uint8_t>(value);
  }
  return values;
}

constexpr std::array<std::uint8_t, 256> values = make_values();

std::uint8_t value_of(char character) { return values[static_cast<unsigned char>(character)]; }

/// The digits without their padding; nullopt when this is no base64.
std::optional<std::string_view> digits_of(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string_view digits = text;
  for (int padding = 0; padding < 2 && digits.ends_with('='); ++padding) digits.remove_suffix(1);
  for (const char character : digits) {
    if (value_of(character) == no_digit) return std::nullopt;
  }
  // The bits of the last digit that are beyond the data are zero, so that each data has one form.
  const std::size_t last = digits.size() % 4;
  if (last == 1) return std::nullopt;
  if (last == 2 && (value_of(digits.back()) & 15U) != 0) return std::nullopt;
  if (last == 3 && (value_of(digits.back()) & 3U) != 0) return std::nullopt;
  return digits;
}

}  // namespace

bool read_data_size(const boost::json::value& json, const Place& at, unsigned& out) {
  const boost::json::string* const text = json.if_string();
  const auto digits = text == nullptr ? std::nullopt : digits_of(*text);
  if (!digits) return at.fail("a base64 string", json);
  const std::size_t size = digits->size() * 3 / 4;
  if (!at.take_words(size / 8 + 1)) return false;
  out = static_cast<unsigned>(size);
  return true;
}

void decode_data(const boost::json::value& json, capnp::Data::Builder out) {
  const std::string_view text = json.get_string();
  for (std::size_t at = 0; at < out.size(); ++at) {
    // Each byte lies in two neighbouring digits.
    const std::size_t digit = at / 3 * 4 + at % 3;
    const std::size_t shift = at % 3 * 2 + 2;
    const unsigned bits = static_cast<unsigned>(value_of(text[digit])) << shift |
                          static_cast<unsigned>(value_of(text[digit + 1])) >> (6 - shift);
    out[at] = static_cast<capnp::byte>(bits & 0xffU);
  }
}

}  // namespace cortado::json_support
