// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/text.hpp"

#include <algorithm>
#include <iterator>

#include "client-wasm/proxy/proxy.hpp"

namespace cortado::proxy {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Behind the quoted string that begins at `at`; `at` itself if it does not end.
std::size_t behind_quoted(std::string_view text, std::size_t at) {
  for (std::size_t end = at + 1; end < text.size(); ++end) {
    if (text[end] == '\\') {
      ++end;
    } else if (text[end] == '"') {
      return end + 1;
    }
  }
  return at;
}

}  // namespace

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool same(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, to_lower, to_lower);
}

// By hand: std::from_chars and std::to_chars would be a tenth of the module.
std::optional<std::uint64_t> to_number(std::string_view digits, std::uint32_t base) {
  std::uint64_t number = 0;
  for (const char c : digits) {
    const char lower = to_lower(c);
    const std::uint32_t digit = is_digit(c) ? static_cast<std::uint32_t>(c - '0')
                                : lower >= 'a' && lower <= 'f'
                                    ? static_cast<std::uint32_t>(lower - 'a' + 10)
                                    : base;
    if (digit >= base || number > (UINT64_MAX - digit) / base) return std::nullopt;
    number = number * base + digit;
  }
  return digits.empty() ? std::nullopt : std::optional(number);
}

std::optional<Seconds> to_delta_seconds(std::string_view digits) {
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
  Seconds seconds = 0;
  for (const char digit : digits) {
    seconds = std::min<Seconds>(seconds * 10 + (digit - '0'), delta_seconds_max);
  }
  return seconds;
}

void append_number(std::string& text, std::uint64_t number) {
  char digits[20];
  char* begin = std::end(digits);
  do {
    *--begin = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  text.append(begin, std::end(digits));
}

std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t at = std::min(rest.find(separator), rest.size());
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return taken;
}

std::string_view take_word(std::string_view& rest) {
  rest = trim(rest);
  return take_until(rest, ' ');
}

std::optional<std::string_view> take_member(std::string_view& rest) {
  while (!rest.empty()) {
    std::size_t end = 0;
    while (end < rest.size() && rest[end] != ',') {
      end = std::max(rest[end] == '"' ? behind_quoted(rest, end) : end, end + 1);
    }
    const std::string_view member = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!member.empty()) return member;
  }
  return std::nullopt;
}

bool has_member(std::string_view list, std::string_view member) {
  while (const auto each = take_member(list)) {
    if (same(*each, member)) return true;
  }
  return false;
}

void append_base64url(std::string& text, std::string_view bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6) text += letters[bits >> (count - 6) & 63];
  }
  if (count > 0) text += letters[bits << (6 - count) & 63];
}

}  // namespace cortado::proxy
