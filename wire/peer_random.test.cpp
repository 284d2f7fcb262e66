// SPDX-License-Identifier: Apache-2.0
// Two peers under random schedules: whatever happens in whatever order, each call settles exactly
// once. A failure prints the broken rule; the seed that leads to it is the last one printed.
#include <doctest/doctest.h>

#include <random>

#include "wire/conversation.hpp"

namespace cortado::wire::test {

namespace {

constexpr std::uint32_t seeds = 300;
constexpr int steps = 1500;

void converse(std::uint32_t seed, const PeerOptions& connector, const PeerOptions& acceptor,
              bool is_closed_midway) {
  INFO("seed ", seed);
  std::mt19937 random(seed);
  Choose choose = [&random](std::uint32_t bound) {
    return static_cast<std::uint32_t>(random() % bound);
  };
  Conversation conversation(choose, connector, acceptor);
  for (int step = 0; step < steps; ++step) conversation.step();
  if (is_closed_midway) {
    conversation.close();
  } else {
    conversation.finish();
  }
}

}  // namespace

TEST_CASE("random conversations settle every call once") {
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    converse(seed, {.role = Role::connector}, {.role = Role::acceptor}, seed % 4 == 0);
  }
}

TEST_CASE("random conversations at their limits do too") {
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    converse(seed,
             {.role = Role::connector, .payload_size_max = 80, .calls_in_flight_max = 3, .seed = 9},
             {.role = Role::acceptor, .payload_size_max = 70, .calls_in_flight_max = 2},
             seed % 4 == 0);
  }
}

}  // namespace cortado::wire::test
