// SPDX-License-Identifier: Apache-2.0
// Words of header fields. All views are of the text that was given.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cortado::proxy {

/// Seconds of a header; milliseconds of a clock since 1970.
using Seconds = std::int64_t;
using Milliseconds = std::int64_t;

constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Without the spaces and tabs around it.
[[nodiscard]] std::string_view trim(std::string_view text);

/// The same in lower and upper case.
[[nodiscard]] bool same(std::string_view one, std::string_view other);

/// A whole number without a sign; nullopt for anything else, and for one that does not fit.
[[nodiscard]] std::optional<std::uint64_t> to_number(std::string_view digits,
                                                     std::uint32_t base = 10);

/// What RFC 9111, 1.2.2 calls delta-seconds: digits alone, and too many of them are delta_seconds_max.
[[nodiscard]] std::optional<Seconds> to_delta_seconds(std::string_view digits);

void append_number(std::string& text, std::uint64_t number);

/// What is before `separator`, which is taken off `rest` together with it; all of it if there is none.
std::string_view take_until(std::string_view& rest, char separator);

/// The next word between spaces, taken off `rest`; empty at its end.
std::string_view take_word(std::string_view& rest);

/// The next member of a list between commas, taken off `rest`: trimmed, never empty; nullopt at its
/// end. Commas in quoted strings separate nothing. A quote that is not closed is a letter.
std::optional<std::string_view> take_member(std::string_view& rest);

/// Whether a list between commas has that member.
[[nodiscard]] bool has_member(std::string_view list, std::string_view member);

/// RFC 4648, 5, without padding.
void append_base64url(std::string& text, std::string_view bytes);

}  // namespace cortado::proxy
