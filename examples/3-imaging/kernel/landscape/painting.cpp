// SPDX-License-Identifier: Apache-2.0
#include "painting.hpp"

namespace darkroom {
namespace {

constexpr float grain = 0.022F;

Colour operator*(const Colour& colour, Floats part) {
  return {colour.red * part, colour.green * part, colour.blue * part};
}
Colour operator*(const Colour& a, const Colour& b) {
  return {a.red * b.red, a.green * b.green, a.blue * b.blue};
}
Colour operator+(const Colour& a, const Colour& b) {
  return {a.red + b.red, a.green + b.green, a.blue + b.blue};
}
Colour mixed(const Colour& a, const Colour& b, Floats part) { return a * (1 - part) + b * part; }
Colour colour(float red, float green, float blue) { return {all(red), all(green), all(blue)}; }

struct Direction {
  Floats x;
  Floats y;
  Floats z;
};

Floats product(const Direction& a, const Direction& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
Direction normal(const Direction& a) {
  const Floats scale = 1 / root(product(a, a));
  return {a.x * scale, a.y * scale, a.z * scale};
}

/// Towards the sun: low, at the right, and a little behind what one sees.
Direction sun() { return {all(0.74F), all(0.30F), all(0.60F)}; }

/// Air between, and the sky behind: warm towards the sun.
Colour air(Floats aside, Floats slope) {
  const Floats warm = smooth_step(-0.75F, 0.8F, aside);
  const Colour low = mixed(colour(0.46F, 0.46F, 0.56F), colour(1.12F, 0.74F, 0.46F), warm);
  const Colour high = mixed(colour(0.075F, 0.13F, 0.30F), colour(0.16F, 0.20F, 0.36F), warm);
  const Floats up = between(slope * 2.6F, 0, 1);
  const Floats part = 1 - (1 - up) * (1 - up);
  return mixed(low, high, part);
}

Colour sky(Floats aside, Floats slope) {
  const Colour clear = air(aside, slope);
  const Floats plane = 1 / (higher(slope, all(0)) + 0.07F);
  const Floats x = aside * plane * 1.1F + 4;
  const Floats z = plane * 0.75F;
  const Floats bend = rough(x * 0.6F + 9, z * 0.6F, 3);
  const Floats veil = rough(x * 0.9F + 1.8F * bend, z * 2.4F + 1.2F * bend, 6);
  const Floats cover = smooth_step(0.47F, 0.78F, veil) * smooth_step(0.0F, 0.09F, slope) * 0.85F;
  const Floats warm = smooth_step(-0.7F, 0.7F, aside);
  const Floats low = 1 - between(slope * 2.2F, 0, 1);
  const Colour lit = mixed(colour(0.62F, 0.56F, 0.62F), colour(1.25F, 0.78F, 0.50F), warm * low);
  const Colour shade = mixed(colour(0.24F, 0.26F, 0.37F), colour(0.55F, 0.40F, 0.38F), warm);
  return mixed(clear, mixed(shade, lit, smooth_step(0.5F, 0.74F, veil)), cover);
}

/// How much of the sun reaches a point: 1 where nothing is between.
Floats sunlight(Floats x, Floats y, Floats z) {
  const Direction to_sun = sun();
  Floats clear = all(1);
  Floats away = all(0.05F);
  for (int step = 0; step < 9; ++step) {
    const Floats below = rock_height(x + to_sun.x * away, z + to_sun.z * away, 4);
    const Floats gap = y + to_sun.y * away - below;
    clear = lower(clear, 0.5F + 9.0F * gap / away);
    away *= 1.72F;
  }
  return smooth_step(0, 1, clear);
}

/// Rock or fog, whichever is higher, and which way it faces.
struct Surface {
  Floats rock;
  Floats fog;
  Direction up;
};

constexpr int fog_octaves = 4;

/// Upwards from the heights here and `reach` to the right and behind.
Direction facing(Floats here, Floats right, Floats behind, Floats reach) {
  return normal({here - right, reach, here - behind});
}

bool all_of(Ints condition) {
  return (condition[0] & condition[1] & condition[2] & condition[3]) != 0;
}

Surface surface(Floats x, Floats z, Floats reach, int octaves) {
  const Floats fog = fog_height(x, z, fog_octaves);
  const Floats rough_rock = rock_height(x, z, 6);
  const Ints deep = fog - rough_rock > 0.12F;
  Direction fog_up{};
  if (const Ints bare = rough_rock - fog > 0.05F; !all_of(bare)) {
    fog_up = facing(fog, fog_height(x + reach, z, fog_octaves),
                    fog_height(x, z + reach, fog_octaves), reach);
    if (all_of(deep)) return {rough_rock, fog, fog_up};
  }
  const Floats rock = rock_height(x, z, octaves);
  const Direction rock_up =
      facing(rock, rock_height(x + reach, z, octaves), rock_height(x, z + reach, octaves), reach);
  const Ints is_fog = fog > rock;
  return {rock,
          fog,
          {is_fog ? fog_up.x : rock_up.x, is_fog ? fog_up.y : rock_up.y,
           is_fog ? fog_up.z : rock_up.z}};
}

Colour rock_colour(const Surface& surface, Floats x, Floats z) {
  const Floats speckle = rough(x * 23, z * 23, 4);
  const Floats layers = rough(x * 3 + 50, surface.rock * 31 + z, 3);
  const Colour stone = mixed(colour(0.105F, 0.090F, 0.082F), colour(0.235F, 0.205F, 0.185F),
                             between(0.55F * speckle + 0.6F * layers, 0, 1));
  const Colour woods =
      mixed(colour(0.030F, 0.042F, 0.028F), colour(0.085F, 0.088F, 0.045F), speckle);
  const Floats high = smooth_step(0.95F, 1.5F, surface.rock + 0.5F * speckle - 0.25F);
  const Colour bare = mixed(woods, stone, high);
  const Floats flat = smooth_step(0.50F, 0.80F, surface.up.y + 0.25F * (speckle - 0.5F));
  const Floats cold = smooth_step(1.15F, 1.9F, surface.rock + 0.7F * (layers - 0.5F));
  return mixed(bare, colour(0.86F, 0.88F, 0.93F), flat * cold);
}

Colour ground_colour(Floats aside, Floats slope, Floats distance, float pixel) {
  const Floats x = aside * distance;
  const Floats y = eye_height + slope * distance;
  const Floats near = distance;
  const float closest = [&] {
    float least = near[0];
    for (int lane = 1; lane < 4; ++lane) least = near[lane] < least ? near[lane] : least;
    return least;
  }();
  const int octaves = closest < 8 ? 12 : (closest < 22 ? 11 : 10);
  const Surface found = surface(x, distance, distance * pixel * 1.5F + 0.0008F, octaves);
  const Direction to_sun = sun();
  const Floats open = sunlight(x, y + 0.012F, distance);
  const Floats lit = between(product(found.up, to_sun), 0, 1) * open;
  const Floats above = 0.55F + 0.45F * found.up.y;
  const Floats depth = found.fog - found.rock;

  const Colour warm_light = colour(3.05F, 1.92F, 1.02F);
  const Colour blue_light = colour(0.26F, 0.35F, 0.58F);
  const Colour light = warm_light * lit + blue_light * above;
  const Colour stone = rock_colour(found, x, distance) * light;
  // Light goes some way through fog, so it has no hard shade of its own.
  const Floats through =
      between(0.35F + 0.65F * product(found.up, to_sun), 0, 1) * (0.3F + 0.7F * open);
  const Colour fog =
      colour(0.60F, 0.60F, 0.62F) * (warm_light * (through * 0.50F) + blue_light * all(1.0F));
  const Floats in_fog = smooth_step(-0.16F, 0.05F, depth);
  const Colour near_colour = mixed(stone, fog, in_fog);

  const Floats haze =
      1 - fading(distance * 0.021F * (0.45F + 0.8F * fading(higher(y, all(0)) * 0.9F)));
  return mixed(near_colour, air(aside, all(0)) * all(0.86F), haze);
}

/// Bright light saturates slowly: no channel is cut off.
Floats on_film(Floats light) {
  const Floats bright = light * 0.95F;
  return bright * (1 + bright * 0.20F) / (1 + bright * 0.55F);
}

}  // namespace

Colour colour_of(Floats aside, Floats slope, Floats distance, float pixel) {
  const auto is_ground = distance > 0;
  bool any_ground = false;
  bool any_sky = false;
  for (int lane = 0; lane < 4; ++lane) (is_ground[lane] != 0 ? any_ground : any_sky) = true;
  if (!any_ground) return sky(aside, slope);
  const Floats valid = is_ground ? distance : all(nearest_ground);
  const Colour below = ground_colour(aside, slope, valid, pixel);
  if (!any_sky) return below;
  const Colour above = sky(aside, slope);
  return {is_ground ? below.red : above.red, is_ground ? below.green : above.green,
          is_ground ? below.blue : above.blue};
}

Colour with_grain(const Colour& light, std::uint32_t x, std::uint32_t y) {
  const Words column = Words{x, x + 1, x + 2, x + 3} * mixer_x;
  const Words row = Words{y, y, y, y} * mixer_y;
  const auto grained = [&](Floats value, std::uint32_t channel) {
    const Floats first = random(column, row + channel);
    const Floats second = random(column, row + channel + 8);
    return between(root(on_film(value)) + (first + second - 1) * grain, 0, 1);
  };
  return {grained(light.red, 0), grained(light.green, 1), grained(light.blue, 2)};
}

}  // namespace darkroom
