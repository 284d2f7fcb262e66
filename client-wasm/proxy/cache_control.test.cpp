// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/cache_control.hpp"

#include <doctest/doctest.h>

using namespace cortado::proxy;

namespace {

CacheControl control(std::string_view lines) {
  Headers headers;
  headers.read(lines);
  return CacheControl(headers);
}

}  // namespace

TEST_CASE("RFC 9111, 5.2: names in any case, arguments as tokens or quoted") {
  CHECK(control("cache-control: MaX-aGe=3600\n").max_age.value == 3600);
  CHECK(control("Cache-Control: max-age=\"3600\"\n").max_age.value == 3600);
  CHECK(control("cache-control: No-StOrE\n").no_store);
  CHECK(control("cache-control: foobar, max-age=60, x=y\n").max_age.value == 60);
}

TEST_CASE("RFC 9111, 4.2.1: of several the first counts, on one line or more") {
  CHECK(control("cache-control: max-age=1800, max-age=1\n").max_age.value == 1800);
  CHECK(control("cache-control: max-age=1\ncache-control: max-age=1800\n").max_age.value == 1);
}

TEST_CASE("RFC 9111, 4.2.1: an argument that is no number is there, and no number") {
  for (const std::string_view bad :
       {"max-age=a3600", "max-age=3600a", "max-age='3600'", "max-age=-100", "max-age=3600.0",
        "max-age=3600.5", "max-age =3600", "max-age= 3600", "max-age=", "max-age",
        "max-age=\"\""}) {
    CAPTURE(bad);
    const CacheControl read = control(std::string("cache-control: ").append(bad).append("\n"));
    CHECK(read.max_age);
    CHECK_FALSE(read.max_age.value);
  }
}

TEST_CASE("what is in a quoted string is no directive") {
  CHECK(control("cache-control: x=\"max-age=3600\", max-age=1\n").max_age.value == 1);
  CHECK(control("cache-control: max-age=1, x=\"max-age=3600, no-store\"\n").max_age.value == 1);
  CHECK_FALSE(control("cache-control: x=\"no-store\"\n").no_store);
}

TEST_CASE("RFC 9111, 5.2.2.4: no-cache of some fields, or of all") {
  const CacheControl some = control("cache-control: no-cache=\"a, B\", max-age=1\n");
  CHECK_FALSE(some.no_cache.is_all);
  CHECK(some.no_cache.has("A"));
  CHECK(some.no_cache.has("b"));
  CHECK_FALSE(some.no_cache.has("c"));
  CHECK(control("cache-control: no-cache=a\n").no_cache.has("a"));
  CHECK(control("cache-control: no-cache=\"\"\n").no_cache.is_all);
  CHECK(control("cache-control: no-cache\n").no_cache.is_all);
  const CacheControl both = control("cache-control: no-cache=a, no-cache=\"b\"\n");
  CHECK(both.no_cache.has("a"));
  CHECK(both.no_cache.has("b"));
}

TEST_CASE("RFC 9111, 5.2.1.2: max-stale alone takes any") {
  CHECK(control("cache-control: max-stale\n").max_stale.value == 2147483648);
  CHECK(control("cache-control: max-stale=5\n").max_stale.value == 5);
  CHECK_FALSE(control("cache-control: max-stale=x\n").max_stale.value);
  CHECK_FALSE(control("cache-control: max-stale=x, max-stale\n").max_stale.value);
}

TEST_CASE("without the header nothing is said") {
  const CacheControl nothing = control("date: x\n");
  CHECK_FALSE(nothing.is_given);
  CHECK_FALSE(nothing.max_age);
  CHECK(control("cache-control:\n").is_given);
}
