// SPDX-License-Identifier: Apache-2.0
#include "develop.hpp"

namespace darkroom {
namespace {

constexpr std::uint32_t light_rows_max = Sharpen::reach_max + 1;

constexpr std::uint32_t before(std::uint32_t y, std::uint32_t reach) {
  return y > reach ? y - reach : 0;
}

/// The step of a tone curve, from light.
std::int32_t step_of(float light) {
  const float most = light < 1 ? light : 1;
  return static_cast<std::int32_t>(__builtin_sqrtf(most) * tone_scale + 0.5F);
}

void multiply(float* __restrict row, const float* __restrict factors, std::uint32_t width) {
  for (std::uint32_t x = 0; x < width; ++x) row[x] *= factors[x];
}

}  // namespace

Develop::Develop(Arena& arena, std::uint32_t width, std::uint32_t height)
    : width_(width),
      height_(height),
      roots_table_(arena),
      curve_(arena),
      root_rings_{RowRing(arena, width, Denoise::input_rows),
                  RowRing(arena, width, Denoise::input_rows),
                  RowRing(arena, width, Denoise::input_rows)},
      light_rings_{RowRing(arena, width, light_rows_max), RowRing(arena, width, light_rows_max),
                   RowRing(arena, width, light_rows_max)},
      denoise_{Denoise(arena, width, height), Denoise(arena, width, height),
               Denoise(arena, width, height)},
      sharpen_(arena, width, height),
      denoised_{take_row(arena, width), take_row(arena, width), take_row(arena, width)},
      row_(take_row(arena, width)) {}

void Develop::begin(const Source& source, const Settings& settings, std::uint32_t first) {
  source_ = source;
  next_ = first;
  is_denoised_ = settings.denoise > 0;
  is_sharpened_ = settings.sharpness > 0;
  roots_table_.fill();
  curve_.fill(settings.contrast);
  light_.begin(settings, width_, height_);
  if (is_sharpened_) sharpen_.begin(settings.sharpness, settings.radius);
  next_light_ = is_sharpened_ ? before(first, sharpen_.reach()) : first;
  next_read_ = is_denoised_ ? before(next_light_, Denoise::reach) : next_light_;
  if (!is_denoised_) return;
  for (Denoise& each : denoise_) each.begin(settings.denoise, next_light_);
}

void Develop::rows(std::uint32_t rows, std::uint8_t* result) {
  for (std::uint32_t index = 0; index < rows; ++index) {
    const std::int64_t last = std::int64_t{next_} + (is_sharpened_ ? sharpen_.reach() : 0);
    for (const std::uint32_t end = inside(last, height_) + 1; next_light_ < end; ++next_light_) {
      light(next_light_);
    }
    write(next_, result);
    result += std::size_t{width_} * pixel_size;
    next_ += 1;
  }
}

/// The square roots of light of row `y` of the source.
void Develop::read(std::uint32_t y) {
  const std::uint8_t* pixel = source_.row(y);
  float* const red = root_rings_[0].row(y);
  float* const green = root_rings_[1].row(y);
  float* const blue = root_rings_[2].row(y);
  for (std::uint32_t x = 0; x < width_; ++x, pixel += pixel_size) {
    red[x] = roots_table_[pixel[0]];
    green[x] = roots_table_[pixel[1]];
    blue[x] = roots_table_[pixel[2]];
  }
  if (!is_denoised_) return;
  fill_margins(red, width_);
  fill_margins(green, width_);
  fill_margins(blue, width_);
}

/// Row `y` as far as it does not depend on its neighbours' light.
void Develop::light(std::uint32_t y) {
  const std::int64_t last = std::int64_t{y} + (is_denoised_ ? Denoise::reach : 0);
  for (const std::uint32_t end = inside(last, height_) + 1; next_read_ < end; ++next_read_) {
    read(next_read_);
  }
  Row3 roots{root_rings_[0].row(y), root_rings_[1].row(y), root_rings_[2].row(y)};
  if (is_denoised_) {
    for (std::uint32_t channel = 0; channel < 3; ++channel) {
      denoise_[channel].row(root_rings_[channel], y, denoised_[channel]);
    }
    roots = {denoised_[0], denoised_[1], denoised_[2]};
  }
  const Row3 lit = light_rows(y);
  light_.row(y, roots, lit);
  if (!is_sharpened_) return;
  float* __restrict brightness = row_;
  for (std::uint32_t x = 0; x < width_; ++x) {
    brightness[x] = __builtin_sqrtf(red_part * lit.red[x] + green_part * lit.green[x] +
                                    blue_part * lit.blue[x]);
  }
  sharpen_.add(y, brightness);
}

/// Row `y`, finished.
void Develop::write(std::uint32_t y, std::uint8_t* result) {
  const Row3 lit = light_rows(y);
  if (is_sharpened_) {
    sharpen_.factors(y, row_);
    multiply(lit.red, row_, width_);
    multiply(lit.green, row_, width_);
    multiply(lit.blue, row_, width_);
  }
  for (std::uint32_t x = 0; x < width_; ++x, result += pixel_size) {
    result[0] = curve_[step_of(lit.red[x])];
    result[1] = curve_[step_of(lit.green[x])];
    result[2] = curve_[step_of(lit.blue[x])];
    result[3] = 255;
  }
}

Row3 Develop::light_rows(std::uint32_t y) {
  return {light_rings_[0].row(y), light_rings_[1].row(y), light_rings_[2].row(y)};
}

}  // namespace darkroom
