// SPDX-License-Identifier: Apache-2.0
// The name of a session, and the right to resume it: random bytes that only its client is told.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>

namespace cortado::server {

/// 128 bits: as many guesses as a key of AES takes.
using SessionToken = std::array<std::byte, 16>;

struct SessionTokenHash {
  /// Its bytes are as good as any hash; nobody but us chose them.
  std::size_t operator()(const SessionToken& token) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, token.data(), sizeof hash);
    return hash;
  }
};

}  // namespace cortado::server
