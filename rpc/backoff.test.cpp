// SPDX-License-Identifier: Apache-2.0
#include "rpc/backoff.hpp"

#include <doctest/doctest.h>

namespace cortado {
namespace {

constexpr std::uint32_t largest = ~std::uint32_t{0};

TEST_CASE("the bound doubles up to the last one, and begins again after a success") {
  Backoff backoff(100, 1'000);
  for (const std::uint32_t bound_ms : {100U, 200U, 400U, 800U, 1'000U, 1'000U}) {
    CHECK(backoff.next_ms(largest) == bound_ms);
  }
  backoff.reset();
  CHECK(backoff.next_ms(largest) == 100);
}

TEST_CASE("the whole range up to the bound is used") {
  CHECK(Backoff(1'000, 1'000).next_ms(0) == 0);
  CHECK(Backoff(1'000, 1'000).next_ms(largest / 2) == 500);
  CHECK(Backoff(5'000, 1'000).next_ms(largest) == 1'000);
}

TEST_CASE("bounds at the ends of the range") {
  CHECK(Backoff(0, 0).next_ms(largest) == 0);
  Backoff backoff(largest, largest);
  CHECK(backoff.next_ms(largest) == largest);
  CHECK(backoff.next_ms(largest) == largest);
}

}  // namespace
}  // namespace cortado
