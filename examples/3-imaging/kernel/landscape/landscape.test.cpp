// SPDX-License-Identifier: Apache-2.0
#include "landscape.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "../test_picture.hpp"
#include "noise.hpp"

namespace darkroom {
namespace {

using Job = InScratch<Landscape, std::uint32_t, std::uint32_t, std::uint32_t>;

Bytes landscape(std::uint32_t width, std::uint32_t height, std::uint32_t job, std::uint32_t band) {
  Bytes result(std::size_t{width} * height * pixel_size);
  for (std::uint32_t first = 0; first < height; first += job) {
    const std::uint32_t end = std::min(first + job, height);
    Job rows(width, height, end - first);
    rows->survey(first);
    for (std::uint32_t y = first; y < end; y += band) {
      rows->rows(std::min(band, end - y), &result[std::size_t{y} * width * pixel_size]);
    }
  }
  return result;
}

double mean(const Bytes& pixels, std::size_t begin, std::size_t end, std::size_t channel) {
  double sum = 0;
  for (std::size_t index = begin + channel; index < end; index += 4) sum += pixels[index];
  return sum / (static_cast<double>(end - begin) / 4);
}

}  // namespace

TEST_CASE("the landscape is the same however it is cut") {
  const Bytes whole = landscape(90, 60, 60, 60);
  CHECK(landscape(90, 60, 7, 3) == whole);
  CHECK(landscape(90, 60, 16, 16) == whole);
  // Peaks that reach far up, from below as from above.
  CHECK(landscape(600, 400, 8, 8) == landscape(600, 400, 400, 400));
}

TEST_CASE("it has a blue sky, light fog below, and all pixels are opaque") {
  const Bytes picture = landscape(93, 62, 62, 62);
  const std::size_t row = 93 * 4;
  CHECK(mean(picture, 0, 8 * row, 2) > mean(picture, 0, 8 * row, 0) + 20);
  CHECK(mean(picture, 56 * row, 62 * row, 1) > 120);
  for (std::size_t index = 3; index < picture.size(); index += 4) CHECK(picture[index] == 255);
}

TEST_CASE("noise goes from 0 to 1, and its slopes are its slopes") {
  constexpr float step = 1e-3F;
  for (float at = -30; at < 30; at += 0.77F) {
    const Floats x = Floats{0, 0.3F, 0.6F, 0.9F} + at;
    const Floats y = all(at * 0.7F + 0.13F);
    const Sloped here = noise(x, y);
    const Sloped right = noise(x + step, y);
    const Sloped above = noise(x, y + step);
    for (int lane = 0; lane < 4; ++lane) {
      CHECK(here.value[lane] >= 0);
      CHECK(here.value[lane] <= 1);
      CHECK(std::abs((right.value[lane] - here.value[lane]) / step - here.along_x[lane]) < 0.03);
      CHECK(std::abs((above.value[lane] - here.value[lane]) / step - here.along_y[lane]) < 0.03);
    }
  }
}

}  // namespace darkroom
