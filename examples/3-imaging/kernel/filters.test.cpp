// SPDX-License-Identifier: Apache-2.0
// The filters against the plainest code for the same formulas: whole pictures in double, each pixel
// from its neighbours, without rings, bands or separated passes.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "denoise.hpp"
#include "numbers.hpp"
#include "sharpen.hpp"
#include "shrink.hpp"
#include "test_picture.hpp"

namespace darkroom {
namespace {

struct Plane {
  std::uint32_t width;
  std::uint32_t height;
  std::vector<double> values;

  /// Goes on beyond the edges with the values there.
  [[nodiscard]] double at(std::int64_t x, std::int64_t y) const {
    return values[std::size_t{inside(y, height)} * width + inside(x, width)];
  }
};

Plane plane_of(std::uint32_t width, std::uint32_t height,
               const std::function<double(std::uint32_t, std::uint32_t)>& value) {
  Plane plane{width, height, {}};
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) plane.values.push_back(value(x, y));
  }
  return plane;
}

/// The mean over the square window of that reach, of what `of` says.
double mean(std::int64_t x, std::int64_t y, std::int64_t reach,
            const std::function<double(std::int64_t, std::int64_t)>& of) {
  double sum = 0;
  for (std::int64_t down = -reach; down <= reach; ++down) {
    for (std::int64_t aside = -reach; aside <= reach; ++aside) sum += of(x + aside, y + down);
  }
  return sum / static_cast<double>((2 * reach + 1) * (2 * reach + 1));
}

Plane guided(const Plane& plane, double epsilon) {
  constexpr std::int64_t reach = Denoise::radius;
  const auto value = [&](std::int64_t x, std::int64_t y) { return plane.at(x, y); };
  const auto square = [&](std::int64_t x, std::int64_t y) {
    return plane.at(x, y) * plane.at(x, y);
  };
  const Plane slopes = plane_of(plane.width, plane.height, [&](std::uint32_t x, std::uint32_t y) {
    const double middle = mean(x, y, reach, value);
    const double variance = mean(x, y, reach, square) - middle * middle;
    return variance / (variance + epsilon);
  });
  const Plane offsets = plane_of(plane.width, plane.height, [&](std::uint32_t x, std::uint32_t y) {
    return mean(x, y, reach, value) * (1 - slopes.at(x, y));
  });
  return plane_of(plane.width, plane.height, [&](std::uint32_t x, std::uint32_t y) {
    const auto slope = [&](std::int64_t u, std::int64_t v) { return slopes.at(u, v); };
    const auto offset = [&](std::int64_t u, std::int64_t v) { return offsets.at(u, v); };
    return mean(x, y, reach, slope) * plane.at(x, y) + mean(x, y, reach, offset);
  });
}

double blurred(const Plane& plane, std::int64_t x, std::int64_t y, double radius,
               std::int64_t reach) {
  double sum = 0;
  double weights = 0;
  for (std::int64_t down = -reach; down <= reach; ++down) {
    for (std::int64_t aside = -reach; aside <= reach; ++aside) {
      const double away = static_cast<double>(down * down + aside * aside);
      const double weight = std::exp(-away / (2 * radius * radius));
      sum += weight * plane.at(x + aside, y + down);
      weights += weight;
    }
  }
  return sum / weights;
}

Plane random_plane(std::uint32_t width, std::uint32_t height) {
  std::mt19937_64 random(7);
  return plane_of(width, height, [&](std::uint32_t x, std::uint32_t) {
    return (x < width / 2 ? 0.2 : 0.6) + static_cast<double>(random() % 1000) / 8000;
  });
}

}  // namespace

TEST_CASE("powers and logarithms") {
  for (double x = -20; x < 20; x += 0.37) CHECK(exp2(x) == doctest::Approx(std::exp2(x)));
  for (double x = 1e-6; x < 1e6; x *= 1.9) CHECK(log2(x) == doctest::Approx(std::log2(x)));
  CHECK(power(0, 2) == 0);
  for (int value = 0; value < 256; ++value) {
    CHECK(encoded(decoded(value / 255.0)) * 255 == doctest::Approx(value));
  }
}

TEST_CASE("denoise is the guided filter") {
  const Plane plane = random_plane(43, 29);
  const float strength = 0.5F;
  const Plane expected = guided(plane, double{0.08F * strength} * double{0.08F * strength});
  InScratch<RowRing, std::uint32_t, std::uint32_t> input(plane.width, Denoise::input_rows);
  InScratch<Denoise, std::uint32_t, std::uint32_t> denoise(plane.width, plane.height);
  denoise->begin(strength, 0);
  std::vector<float> row(plane.width);
  std::uint32_t read = 0;
  for (std::uint32_t y = 0; y < plane.height; ++y) {
    for (; read < plane.height && read <= y + Denoise::reach; ++read) {
      float* const values = input->row(read);
      for (std::uint32_t x = 0; x < plane.width; ++x) {
        values[x] = static_cast<float>(plane.at(x, read));
      }
      fill_margins(values, plane.width);
    }
    denoise->row(*input, y, row.data());
    for (std::uint32_t x = 0; x < plane.width; ++x) {
      CHECK(std::abs(double{row[x]} - expected.at(x, y)) < 1e-5);
    }
  }
}

TEST_CASE("sharpening adds what a Gaussian blur takes away") {
  const Plane plane = random_plane(37, 31);
  for (const float radius : {0.5F, 1.3F, 3.0F}) {
    InScratch<Sharpen, std::uint32_t, std::uint32_t> sharpen(plane.width, plane.height);
    const float amount = 0.8F;
    sharpen->begin(amount, radius);
    const auto reach = std::int64_t{sharpen->reach()};
    std::uint32_t added = 0;
    std::vector<float> row(plane.width);
    for (std::uint32_t y = 0; y < plane.height; ++y) {
      for (; added < plane.height && added <= y + sharpen->reach(); ++added) {
        for (std::uint32_t x = 0; x < plane.width; ++x) {
          row[x] = static_cast<float>(plane.at(x, added));
        }
        sharpen->add(added, row.data());
      }
      sharpen->factors(y, row.data());
      for (std::uint32_t x = 0; x < plane.width; ++x) {
        const double value = plane.at(x, y);
        const double soft = blurred(plane, x, y, double{radius}, reach);
        const double sharp = value + double{amount} * (value - soft);
        CHECK(double{row[x]} == doctest::Approx(sharp / value * sharp / value).epsilon(1e-4));
      }
    }
  }
}

TEST_CASE("a small picture has the means of squares, at the edges of what is there") {
  const TestPicture picture = random_picture(23, 14);
  for (const std::uint32_t factor : {1U, 2U, 3U, 5U, 16U}) {
    const std::uint32_t width = shrunk(picture.width, factor);
    const std::uint32_t height = shrunk(picture.height, factor);
    Bytes small(std::size_t{width} * height * pixel_size);
    std::vector<std::uint32_t> sums(std::size_t{picture.width} * pixel_size);
    shrink(picture.pixels.data(), picture.width, picture.height, factor, sums.data(), small.data());
    for (std::uint32_t y = 0; y < height; ++y) {
      for (std::size_t x = 0; x < width * pixel_size; ++x) {
        double sum = 0;
        double area = 0;
        for (std::uint32_t v = y * factor; v < std::min((y + 1) * factor, picture.height); ++v) {
          const auto left = static_cast<std::uint32_t>(x / pixel_size * factor);
          for (std::uint32_t u = left; u < std::min(left + factor, picture.width); ++u) {
            sum += picture.at(u, v)[x % pixel_size];
            area += 1;
          }
        }
        CHECK(std::abs(small[y * width * pixel_size + x] - sum / area) <= 0.5);
      }
    }
  }
}

TEST_CASE("levels count each pixel once for each channel") {
  const TestPicture picture{2, 1, {1, 2, 3, 255, 1, 5, 3, 255}};
  std::vector<std::uint32_t> bins(3 * histogram_bins);
  count(picture.pixels.data(), 2, bins.data());
  CHECK(bins[1] == 2);
  CHECK(bins[histogram_bins + 2] == 1);
  CHECK(bins[histogram_bins + 5] == 1);
  CHECK(bins[2 * histogram_bins + 3] == 2);
}

}  // namespace darkroom
