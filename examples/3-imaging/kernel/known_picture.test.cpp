// SPDX-License-Identifier: Apache-2.0
// One picture whose bytes are known: the page must get the same ones (e2e/tests/imaging.spec.ts),
// from the same numbers in kernel/testdata/known-picture.json.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "landscape/landscape.hpp"
#include "test_picture.hpp"

namespace darkroom {
namespace {

/// FNV-1a, of 32 bits.
std::uint32_t fingerprint(const Bytes& bytes) {
  std::uint32_t hash = 2166136261U;
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 16777619U;
  return hash;
}

/// The number of that name in the file.
double known(const std::string& name) {
  std::ifstream file(CORTADO_SOURCE_DIR "/examples/3-imaging/kernel/testdata/known-picture.json");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t at = text.find('"' + name + "\":");
  REQUIRE(at != std::string::npos);
  return std::stod(text.substr(at + name.size() + 3));
}

float setting(const std::string& name) { return static_cast<float>(known(name)); }

}  // namespace

TEST_CASE("the known picture, before and after") {
  const auto width = static_cast<std::uint32_t>(known("width"));
  const auto height = static_cast<std::uint32_t>(known("height"));
  TestPicture picture{width, height, Bytes(std::size_t{width} * height * pixel_size)};
  InScratch<Landscape, std::uint32_t, std::uint32_t, std::uint32_t> sample(width, height, height);
  sample->survey(0);
  sample->rows(height, picture.pixels.data());
  CHECK(fingerprint(picture.pixels) == static_cast<std::uint32_t>(known("original")));
  const Settings settings{.exposure = setting("exposure"),
                          .contrast = setting("contrast"),
                          .warmth = setting("warmth"),
                          .saturation = setting("saturation"),
                          .denoise = setting("denoise"),
                          .sharpness = setting("sharpness"),
                          .radius = setting("radius"),
                          .vignette = setting("vignette")};
  CHECK(fingerprint(developed(picture, settings)) == static_cast<std::uint32_t>(known("result")));
}

}  // namespace darkroom
