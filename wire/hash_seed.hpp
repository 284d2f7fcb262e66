// SPDX-License-Identifier: Apache-2.0
// The secret of a hash table whose keys a stranger chooses.
#pragma once

#include <cstdint>

namespace cortado::wire {

/// An odd factor for multiplicative hashing, from a seed of which perhaps few bits are unknown
/// (the finish of splitmix64).
[[nodiscard]] constexpr std::uint64_t hash_factor(std::uint64_t seed) {
  seed += 0x9e3779b97f4a7c15U;
  seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9U;
  seed = (seed ^ (seed >> 27)) * 0x94d049bb133111ebU;
  return (seed ^ (seed >> 31)) | 1;
}

}  // namespace cortado::wire
