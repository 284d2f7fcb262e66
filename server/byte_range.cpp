// SPDX-License-Identifier: Apache-2.0
#include "server/byte_range.hpp"

#include <algorithm>
#include <charconv>

namespace cortado::server {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || stop != end || error != std::errc{}) return std::nullopt;
  return number;
}

}  // namespace

std::expected<std::optional<ByteRange>, RangeError> parse_range(std::string_view header,
                                                                std::uint64_t file_size) {
  constexpr std::string_view unit = "bytes=";
  if (!header.starts_with(unit)) return std::nullopt;
  header.remove_prefix(unit.size());
  const std::size_t dash = header.find('-');
  if (dash == std::string_view::npos) return std::nullopt;  // several ranges fail as numbers
  const std::string_view first_text = header.substr(0, dash);
  const std::string_view last_text = header.substr(dash + 1);

  if (first_text.empty()) {  // "-500": the last 500 bytes
    const std::optional<std::uint64_t> size = parse_number(last_text);
    if (!size) return std::nullopt;
    if (*size == 0 || file_size == 0) return std::unexpected(RangeError::beyond_end);
    const std::uint64_t taken = std::min(*size, file_size);
    return ByteRange{file_size - taken, taken};
  }
  const std::optional<std::uint64_t> first = parse_number(first_text);
  if (!first) return std::nullopt;
  std::uint64_t last = file_size - 1;
  if (!last_text.empty()) {
    const std::optional<std::uint64_t> given = parse_number(last_text);
    if (!given || *given < *first) return std::nullopt;
    last = std::min(*given, last);
  }
  if (*first >= file_size) return std::unexpected(RangeError::beyond_end);
  return ByteRange{*first, last - *first + 1};
}

}  // namespace cortado::server
