// SPDX-License-Identifier: Apache-2.0
// Pictures for tests, and the kernel as its callers use it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <random>
#include <utility>
#include <vector>

#include "develop.hpp"

namespace darkroom {

using Bytes = std::vector<std::uint8_t>;

struct TestPicture {
  std::uint32_t width;
  std::uint32_t height;
  Bytes pixels;

  [[nodiscard]] const std::uint8_t* at(std::uint32_t x, std::uint32_t y) const {
    return &pixels[(std::size_t{y} * width + x) * pixel_size];
  }
  [[nodiscard]] std::uint8_t* at(std::uint32_t x, std::uint32_t y) {
    return const_cast<std::uint8_t*>(std::as_const(*this).at(x, y));
  }
};

/// All pixels random, opaque.
inline TestPicture random_picture(std::uint32_t width, std::uint32_t height) {
  std::mt19937_64 random(width * 1000 + height);
  TestPicture picture{width, height, Bytes(std::size_t{width} * height * pixel_size)};
  for (std::size_t index = 0; index < picture.pixels.size(); ++index) {
    picture.pixels[index] = index % 4 == 3 ? 255 : static_cast<std::uint8_t>(random());
  }
  return picture;
}

/// Scratch memory of exactly the size that is asked for, so that sanitizers see who leaves it.
template <typename Object, typename... Arguments>
class InScratch {
 public:
  explicit InScratch(Arguments... arguments) {
    Arena counting(nullptr);
    const Object counted(counting, arguments...);
    memory_.reset(static_cast<std::byte*>(std::aligned_alloc(Arena::alignment, counting.size())));
    Arena arena(memory_.get());
    object_ = std::make_unique<Object>(arena, arguments...);
  }
  Object* operator->() { return object_.get(); }
  Object& operator*() { return *object_; }

 private:
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  std::unique_ptr<std::byte, Free> memory_;
  std::unique_ptr<Object> object_;
};

/// The whole picture, in jobs of `job` rows, each with just as many rows of the source as it says
/// that it needs, and in bands of `band` rows.
inline Bytes developed(const TestPicture& picture, const Settings& settings, std::uint32_t job,
                       std::uint32_t band) {
  const std::size_t row_size = std::size_t{picture.width} * pixel_size;
  Bytes result(picture.pixels.size());
  for (std::uint32_t first = 0; first < picture.height; first += job) {
    const std::uint32_t end = std::min(first + job, picture.height);
    const std::uint32_t top = first - std::min(first, develop_reach);
    const std::uint32_t bottom = std::min(end + develop_reach, picture.height);
    const auto offset = [row_size](std::uint32_t row) {
      return static_cast<std::ptrdiff_t>(row * row_size);
    };
    const Bytes there(picture.pixels.begin() + offset(top),
                      picture.pixels.begin() + offset(bottom));
    InScratch<Develop, std::uint32_t, std::uint32_t> develop(picture.width, picture.height);
    develop->begin({there.data(), top, picture.width, picture.height}, settings, first);
    for (std::uint32_t y = first; y < end; y += band) {
      develop->rows(std::min(band, end - y), &result[y * row_size]);
    }
  }
  return result;
}

inline Bytes developed(const TestPicture& picture, const Settings& settings) {
  return developed(picture, settings, picture.height, picture.height);
}

}  // namespace darkroom
