// SPDX-License-Identifier: Apache-2.0
// Vectors that no JSON makes: messages of several segments, of other writers, and such that a
// reader must refuse. Made by hand, word by word.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cortado::vectors {

struct Special {
  std::string name;
  std::vector<std::byte> bytes;
};

[[nodiscard]] std::vector<Special> special_vectors();

}  // namespace cortado::vectors
