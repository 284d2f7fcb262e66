// SPDX-License-Identifier: Apache-2.0
#include "board/stroke.hpp"

namespace board {

bool add(Stroke& stroke, const Ink& ink) {
  const std::size_t known = stroke.points.size();
  if (ink.from > known) return false;
  const bool completes = ink.is_complete && !stroke.is_complete;
  if (ink.from + ink.points.size() <= known) {
    stroke.is_complete |= ink.is_complete;
    return completes;
  }
  const auto fresh = std::span(ink.points).subspan(known - ink.from);
  stroke.points.insert(stroke.points.end(), fresh.begin(), fresh.end());
  stroke.is_complete |= ink.is_complete;
  return true;
}

}  // namespace board
