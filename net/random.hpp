// SPDX-License-Identifier: Apache-2.0
// Bytes that nobody can guess: session tokens, masks, seeds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace cortado::net {

/// Throws std::runtime_error where the system has none, with which no secret can be made.
void fill_with_random(std::span<std::byte> bytes);
/// The same for a seed.
[[nodiscard]] std::uint64_t random_number();

}  // namespace cortado::net
