// SPDX-License-Identifier: Apache-2.0
// Little-endian numbers and zero padding in raw bytes: what frame.cpp and envelope.cpp are written
// in. Any alignment will do.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "wire/protocol.hpp"

namespace cortado::wire {

// WebAssembly, x86 and ARM all are; a swap here would never be tested.
static_assert(std::endian::native == std::endian::little);

/// `size` rounded up to where the next part of a payload or message starts.
[[nodiscard]] constexpr std::size_t padded(std::size_t size) {
  return (size + frame_alignment - 1) / frame_alignment * frame_alignment;
}

template <std::unsigned_integral Number>
[[nodiscard]] Number load(std::span<const std::byte> bytes, std::size_t offset) {
  Number number;
  std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

template <std::unsigned_integral Number>
void store(std::span<std::byte> bytes, std::size_t offset, Number number) {
  std::memcpy(bytes.data() + offset, &number, sizeof number);
}

/// Puts `part` at `offset` and zeros behind it up to a multiple of 8; gives where the next begins.
inline std::size_t store_padded(std::span<std::byte> bytes, std::size_t offset,
                                std::span<const std::byte> part) {
  if (!part.empty()) std::memcpy(bytes.data() + offset, part.data(), part.size());
  const std::size_t end = offset + padded(part.size());
  std::memset(bytes.data() + offset + part.size(), 0, end - offset - part.size());
  return end;
}

[[nodiscard]] inline bool all_zero(std::span<const std::byte> bytes) {
  for (const std::byte byte : bytes) {
    if (byte != std::byte{0}) return false;
  }
  return true;
}

}  // namespace cortado::wire
