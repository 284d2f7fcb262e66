// SPDX-License-Identifier: Apache-2.0
// Between bytes and light. In between, light is kept as its square root: near to how the eye sees it,
// and exact where it is dark.
#pragma once

#include <cstdint>

#include "arena.hpp"

namespace darkroom {

/// The steps of a tone curve: some 14 for each step of a byte where it is brightest.
constexpr std::uint32_t tone_steps = 4096;
constexpr float tone_scale = tone_steps - 1;

/// The square root of the light that each byte stands for.
class RootTable {
 public:
  explicit RootTable(Arena& arena) : roots_(arena.take<float>(256)) {}
  void fill();
  float operator[](std::uint8_t value) const { return roots_[value]; }

 private:
  float* roots_;
};

/// The byte for each step of the square root of light.
class ToneCurve {
 public:
  explicit ToneCurve(Arena& arena) : bytes_(arena.take<std::uint8_t>(tone_steps)) {}

  /// `contrast` from -1 to 1; 0: what RootTable undoes.
  void fill(float contrast);

  /// `step` is below tone_steps.
  std::uint8_t operator[](std::int32_t step) const { return bytes_[step]; }

 private:
  std::uint8_t* bytes_;
};

}  // namespace darkroom
