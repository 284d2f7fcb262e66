// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/bus/doorbell.hpp"

#include <doctest/doctest.h>

namespace cortado::bus {
namespace {

TEST_CASE("who has something to look at does not sleep") {
  Doorbell doorbell{};
  doorbell.ring(1U << 5);
  CHECK(doorbell.prepare_to_wait() == do_not_wait);
  CHECK(doorbell.look() == 1U << 5);
  CHECK(doorbell.look() == 0);
}

TEST_CASE("a ring changes what a sleeper waits with, and nobody else's rings cost that") {
  Doorbell doorbell{};
  doorbell.ring(1);
  doorbell.ring(2);
  CHECK(doorbell.bell.load() == 0);  // nobody slept
  CHECK(doorbell.look() == 3);
  const std::uint32_t seen = doorbell.prepare_to_wait();
  CHECK(seen % 2 == 0);
  doorbell.ring(4);
  CHECK(doorbell.bell.load() != seen);
  wait_while(doorbell.bell, seen);  // returns at once
  CHECK(doorbell.look() == 4);
}

TEST_CASE("the number of rings may wrap around") {
  Doorbell doorbell{};
  doorbell.bell.store(0xffff'fffe);
  const std::uint32_t seen = doorbell.prepare_to_wait();
  CHECK(seen == 0xffff'fffe);
  doorbell.ring(1);
  CHECK(doorbell.bell.load() == 0);
}

}  // namespace
}  // namespace cortado::bus
