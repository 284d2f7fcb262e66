// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

namespace cortado::server {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t size = 0;  // > 0
};

enum class RangeError : std::uint8_t {
  beyond_end,  // answer 416
};

/// Reads a Range header for `file_size` bytes. nullopt: there is none that we serve (no header,
/// another unit, several ranges, or not understood): send the whole file, as RFC 9110 allows.
[[nodiscard]] std::expected<std::optional<ByteRange>, RangeError> parse_range(
    std::string_view header, std::uint64_t file_size);

}  // namespace cortado::server
