// SPDX-License-Identifier: Apache-2.0
#include "develop.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "imaging.cortado.hpp"
#include "numbers.hpp"
#include "test_picture.hpp"

namespace darkroom {

static_assert(imaging::DEVELOP_REACH == develop_reach);

namespace {

constexpr Settings everything{.exposure = 0.4F,
                              .contrast = 0.3F,
                              .warmth = -0.2F,
                              .saturation = 0.25F,
                              .denoise = 0.6F,
                              .sharpness = 1.2F,
                              .radius = 3,
                              .vignette = 0.5F};

/// How far two pictures are apart, at most and in the mean, in steps of a byte.
struct Distance {
  int most = 0;
  double mean = 0;
};

Distance distance(const Bytes& a, const Bytes& b) {
  Distance found;
  for (std::size_t index = 0; index < a.size(); ++index) {
    const int apart = std::abs(int{a[index]} - int{b[index]});
    found.most = std::max(found.most, apart);
    found.mean += apart / static_cast<double>(a.size());
  }
  return found;
}

/// Rough and flat parts, edges and noise.
TestPicture scene() {
  TestPicture picture = random_picture(61, 53);
  for (std::uint32_t y = 0; y < picture.height; ++y) {
    for (std::uint32_t x = 0; x < picture.width; ++x) {
      const int base = x < 30 ? 60 : 180;
      for (int channel = 0; channel < 3; ++channel) {
        std::uint8_t& value = picture.at(x, y)[channel];
        value = static_cast<std::uint8_t>(base + value % 12 + (y > 26 ? 30 : 0));
      }
    }
  }
  return picture;
}

}  // namespace

TEST_CASE("nothing set leaves every colour as it is") {
  TestPicture picture{256, 3, Bytes(std::size_t{256} * 3 * pixel_size, 255)};
  for (std::uint32_t value = 0; value < 256; ++value) {
    for (std::uint32_t channel = 0; channel < 3; ++channel) {
      picture.at(value, channel)[channel] = static_cast<std::uint8_t>(value);
    }
  }
  CHECK(developed(picture, {}) == picture.pixels);
  const TestPicture any = random_picture(97, 41);
  CHECK(developed(any, {}) == any.pixels);
}

TEST_CASE("a picture is the same however it is cut into jobs and bands") {
  const TestPicture picture = random_picture(67, 90);
  for (const Settings& settings :
       {everything, Settings{.denoise = 1}, Settings{.sharpness = 2, .radius = 0.5F},
        Settings{.sharpness = 1, .radius = 3}, Settings{.exposure = -1, .vignette = -1}}) {
    const Bytes whole = developed(picture, settings);
    for (const std::uint32_t job : {1U, 7U, 30U, 64U}) {
      CHECK(developed(picture, settings, job, job) == whole);
      CHECK(developed(picture, settings, job, 3) == whole);
    }
  }
}

TEST_CASE("pictures smaller than what filters look at") {
  for (const auto& [width, height] : {std::pair{1U, 1U}, {1U, 9U}, {9U, 1U}, {3U, 2U}}) {
    TestPicture picture = random_picture(width, height);
    std::ranges::fill(picture.pixels, 120);
    for (std::size_t index = 3; index < picture.pixels.size(); index += 4) {
      picture.pixels[index] = 255;
    }
    // A plain surface has no edges and no noise.
    const Settings settings{.denoise = 1, .sharpness = 2, .radius = 3};
    CHECK(distance(developed(picture, settings), picture.pixels).most <= 1);
  }
}

TEST_CASE("a stop more is twice the light") {
  const TestPicture picture = random_picture(40, 10);
  const Bytes brighter = developed(picture, {.exposure = 1});
  for (std::size_t index = 0; index < brighter.size(); ++index) {
    if (index % 4 == 3) continue;
    const double light = std::min(1.0, 2 * decoded(picture.pixels[index] / 255.0));
    CHECK(std::abs(brighter[index] - encoded(light) * 255) < 0.6);
  }
}

TEST_CASE("no saturation is grey, as bright as before") {
  const TestPicture picture = random_picture(40, 10);
  const Bytes grey = developed(picture, {.saturation = -1});
  for (std::size_t index = 0; index < grey.size(); index += 4) {
    CHECK(std::max({grey[index], grey[index + 1], grey[index + 2]}) -
              std::min({grey[index], grey[index + 1], grey[index + 2]}) <=
          1);
    const double light = 0.2126 * decoded(picture.pixels[index] / 255.0) +
                         0.7152 * decoded(picture.pixels[index + 1] / 255.0) +
                         0.0722 * decoded(picture.pixels[index + 2] / 255.0);
    CHECK(std::abs(grey[index] - encoded(light) * 255) < 0.6);
  }
}

TEST_CASE("contrast turns about middle grey") {
  TestPicture picture{3, 1, {40, 40, 40, 255, 118, 118, 118, 255, 220, 220, 220, 255}};
  const Bytes harder = developed(picture, {.contrast = 0.5F});
  CHECK(harder[0] < 40);
  CHECK(std::abs(int{harder[4]} - 118) <= 1);
  CHECK(harder[8] > 220);
}

TEST_CASE("warmth keeps grey as bright, and moves it to amber or blue") {
  TestPicture picture{1, 1, {118, 118, 118, 255}};
  for (const float warmth : {-1.0F, 1.0F}) {
    const Bytes tinted = developed(picture, {.warmth = warmth});
    const double light = 0.2126 * decoded(tinted[0] / 255.0) + 0.7152 * decoded(tinted[1] / 255.0) +
                         0.0722 * decoded(tinted[2] / 255.0);
    CHECK(std::abs(encoded(light) * 255 - 118) < 1);
    CHECK((warmth > 0) == (tinted[0] > tinted[2]));
  }
}

TEST_CASE("the vignette darkens corners, not the middle") {
  TestPicture picture{41, 31, Bytes(std::size_t{41} * 31 * pixel_size, 128)};
  const Bytes result = developed(picture, {.vignette = 1});
  const TestPicture dark{41, 31, result};
  CHECK(dark.at(20, 15)[0] == 128);
  CHECK(dark.at(0, 0)[0] < 70);
  CHECK(dark.at(0, 0)[0] == dark.at(40, 30)[0]);
  CHECK(dark.at(0, 15)[0] > dark.at(0, 0)[0]);
}

TEST_CASE("all together stays within a byte's range and differs from the original") {
  const TestPicture picture = scene();
  const Distance found = distance(developed(picture, everything), picture.pixels);
  CHECK(found.most > 10);
  CHECK(found.mean > 5);
}

}  // namespace darkroom
