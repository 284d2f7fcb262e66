// SPDX-License-Identifier: Apache-2.0
// One looks along each column from near to far. What rises above all before it is seen: the rows of
// the column from the bottom up to there show it. So each column needs one walk, not one for each pixel.
#include "landscape.hpp"

#include "painting.hpp"

namespace darkroom {
namespace {

constexpr float farthest = 90.0F;
/// Each step is so much farther away than the one before.
constexpr float stride = 1.008F;
constexpr int rock_octaves = 7;
constexpr int fog_octaves = 3;
constexpr float share_below_horizon = 0.44F;

}  // namespace

Landscape::Landscape(Arena& arena, std::uint32_t width, std::uint32_t height, std::uint32_t rows)
    : width_(width),
      rows_(rows),
      curve_(arena),
      distances_(arena.take<float>(std::size_t{width + 3} * rows)),
      slopes_(arena.take<float>(width + 3)),
      lowest_(arena.take<std::uint32_t>(width + 3)) {
  scale_ = 2 * view_aside / static_cast<float>(width);
  horizon_ = static_cast<float>(height) * (1 - share_below_horizon);
}

float Landscape::slope_of(std::uint32_t y) const {
  return (horizon_ - static_cast<float>(y)) * scale_;
}

float Landscape::aside_of(std::uint32_t x) const {
  return static_cast<float>(x) * scale_ - view_aside;
}

void Landscape::survey(std::uint32_t first) {
  first_ = first;
  next_ = first;
  curve_.fill(0);
  for (std::size_t index = 0; index < std::size_t{width_} * rows_; ++index) distances_[index] = 0;
  for (std::uint32_t x = 0; x < width_; ++x) {
    slopes_[x] = -1e9F;
    lowest_[x] = first + rows_;
  }
  float before = nearest_ground;
  for (float distance = nearest_ground; distance < farthest; distance *= stride) {
    // From here on nothing reaches up to the lowest row.
    if ((ground_max - eye_height) / distance < slope_of(first + rows_)) break;
    look_along(distance, before);
    before = distance;
  }
}

/// What of the ground at that distance is above all before it.
void Landscape::look_along(float distance, float before) {
  for (std::uint32_t x = 0; x < width_; x += 4) {
    Floats aside{};
    for (std::uint32_t lane = 0; lane < 4; ++lane) aside[lane] = aside_of(x + lane);
    const Floats rock = rock_height(aside * distance, all(distance), rock_octaves);
    const Floats fog = fog_height(aside * distance, all(distance), fog_octaves);
    const Floats slope = (higher(rock, fog) - eye_height) * (1 / distance);
    const std::uint32_t lanes = width_ - x < 4 ? width_ - x : 4;
    for (std::uint32_t lane = 0; lane < lanes; ++lane) {
      const std::uint32_t column = x + lane;
      const float old = slopes_[column];
      if (slope[lane] <= old) continue;
      slopes_[column] = slope[lane];
      std::uint32_t& lowest = lowest_[column];
      while (lowest > first_ && slope_of(lowest - 1) <= slope[lane]) {
        lowest -= 1;
        const float part = (slope_of(lowest) - old) / (slope[lane] - old);
        distances_[std::size_t{lowest - first_} * width_ + column] =
            before + (distance - before) * clamped(part, 0, 1);
      }
    }
  }
}

void Landscape::rows(std::uint32_t rows, std::uint8_t* result) {
  const std::size_t row_size = std::size_t{width_} * 4;
  for (std::uint32_t index = 0; index < rows; ++index, ++next_, result += row_size) {
    paint(next_, distances_ + std::size_t{next_ - first_} * width_, result);
  }
}

void Landscape::paint(std::uint32_t y, const float* distances, std::uint8_t* result) const {
  const Floats slope = all(slope_of(y));
  for (std::uint32_t x = 0; x < width_; x += 4) {
    Floats aside{};
    Floats distance{};
    const std::uint32_t lanes = width_ - x < 4 ? width_ - x : 4;
    for (std::uint32_t lane = 0; lane < 4; ++lane) {
      aside[lane] = aside_of(x + lane);
      distance[lane] = lane < lanes ? distances[x + lane] : 0;
    }
    const Colour seen = with_grain(colour_of(aside, slope, distance, scale_), x, y);
    for (std::uint32_t lane = 0; lane < lanes; ++lane, result += 4) {
      result[0] = curve_[static_cast<std::int32_t>(seen.red[lane] * tone_scale)];
      result[1] = curve_[static_cast<std::int32_t>(seen.green[lane] * tone_scale)];
      result[2] = curve_[static_cast<std::int32_t>(seen.blue[lane] * tone_scale)];
      result[3] = 255;
    }
  }
}

}  // namespace darkroom
