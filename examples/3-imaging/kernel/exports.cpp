// SPDX-License-Identifier: Apache-2.0
// What a worker calls. All memory is the caller's: an address is one in the memory that the module is
// instantiated on, be that the bus's segment, which others use at the same time, or one of its own.
// So the module has no data; and its stack is where the caller puts it (`__stack_pointer`).
#include <new>

#include "develop.hpp"
#include "landscape/landscape.hpp"
#include "shrink.hpp"

#define DARKROOM_EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace {

using darkroom::Arena;

/// An object at the beginning of its scratch memory, which it deals itself the rest of.
template <typename Object, typename... Arguments>
std::size_t make_in(void* scratch, Arguments... arguments) {
  Arena arena(scratch);
  void* const place = arena.take<Object>(1);
  if (place != nullptr) {
    ::new (place) Object(arena, arguments...);
  } else {
    const Object counted(arena, arguments...);
  }
  return arena.size();
}

}  // namespace

/// Bytes of scratch memory for develop_begin(); for all heights.
DARKROOM_EXPORT(develop_size) std::size_t develop_size(std::uint32_t width) {
  return make_in<darkroom::Develop>(nullptr, width, 1U);
}

/// `pixels`: where row `first_there` begins. The rest as Settings and Develop::begin() say.
DARKROOM_EXPORT(develop_begin)
void develop_begin(void* scratch, const std::uint8_t* pixels, std::uint32_t first_there,
                   std::uint32_t width, std::uint32_t height, std::uint32_t first, float exposure,
                   float contrast, float warmth, float saturation, float denoise, float sharpness,
                   float radius, float vignette) {
  make_in<darkroom::Develop>(scratch, width, height);
  static_cast<darkroom::Develop*>(scratch)->begin(
      {.pixels = pixels, .first = first_there, .width = width, .height = height},
      {.exposure = exposure,
       .contrast = contrast,
       .warmth = warmth,
       .saturation = saturation,
       .denoise = denoise,
       .sharpness = sharpness,
       .radius = radius,
       .vignette = vignette},
      first);
}

DARKROOM_EXPORT(develop_rows)
void develop_rows(void* scratch, std::uint32_t rows, std::uint8_t* result) {
  static_cast<darkroom::Develop*>(scratch)->rows(rows, result);
}

/// Bytes of scratch memory for landscape_begin().
DARKROOM_EXPORT(landscape_size)
std::size_t landscape_size(std::uint32_t width, std::uint32_t rows) {
  return make_in<darkroom::Landscape>(nullptr, width, 1U, rows);
}

DARKROOM_EXPORT(landscape_begin)
void landscape_begin(void* scratch, std::uint32_t width, std::uint32_t height, std::uint32_t rows,
                     std::uint32_t first) {
  make_in<darkroom::Landscape>(scratch, width, height, rows);
  static_cast<darkroom::Landscape*>(scratch)->survey(first);
}

DARKROOM_EXPORT(landscape_rows)
void landscape_rows(void* scratch, std::uint32_t rows, std::uint8_t* result) {
  static_cast<darkroom::Landscape*>(scratch)->rows(rows, result);
}

DARKROOM_EXPORT(shrink)
void shrink(const std::uint8_t* pixels, std::uint32_t width, std::uint32_t rows,
            std::uint32_t factor, std::uint32_t* sums, std::uint8_t* result) {
  darkroom::shrink(pixels, width, rows, factor, sums, result);
}

/// `bins`: three times 256, which begin at 0.
DARKROOM_EXPORT(count)
void count(const std::uint8_t* pixels, std::size_t pixel_count, std::uint32_t* bins) {
  for (std::uint32_t bin = 0; bin < 3 * darkroom::histogram_bins; ++bin) bins[bin] = 0;
  darkroom::count(pixels, pixel_count, bins);
}
