// SPDX-License-Identifier: Apache-2.0
// RFC 9111, 4.2, with the cases of the published tests of HTTP caches.
#include "client-wasm/proxy/freshness.hpp"

#include <doctest/doctest.h>

#include "client-wasm/proxy/test_host.hpp"

using namespace cortado::proxy;
using namespace cortado::proxy::test;

namespace {

constexpr std::int64_t day = 86'400;

std::string line(std::string_view header, std::string_view value) {
  return std::string(header).append(": ").append(value).append("\n");
}

bool is_reused_with(std::string_view control) { return is_reused(line("cache-control", control)); }

}  // namespace

TEST_CASE("RFC 9111, 4.2.1: nothing said, nothing reused") {
  CHECK_FALSE(is_reused(""));
  CHECK_FALSE(is_reused(line("date", date(0))));
}

TEST_CASE("RFC 9111, 5.2.2.1: max-age") {
  for (const std::string_view fresh :
       {"max-age=3600", "MaX-aGe=3600", "max-age=003600", "max-age=2147483647",
        "max-age=2147483648", "max-age=2147483649", "max-age=99999999999", "foobar, max-age=3600",
        "max-age=3600, foobar=x", "max-age=\"3600\"", "private, max-age=3600",
        "max-age=1800, max-age=1"}) {
    CAPTURE(fresh);
    CHECK(is_reused_with(fresh));
  }
  for (const std::string_view stale :
       {"max-age=0", "max-age=1", "max-age=3", "max-age='3600'", "max-age =3600", "max-age= 3600",
        "max-age=3600.0", "max-age=3600.5", "max-age=a3600", "max-age=3600a", "max-age=-3600",
        "max-age", "max-age=", "extension=\"max-age=3600\", max-age=1",
        "max-age=1, extension=\"max-age=3600\"", "extension=\"max-age=3600\", max-age=\"1\"",
        "max-age=1, max-age=1800"}) {
    CAPTURE(stale);
    CHECK_FALSE(is_reused_with(stale));
  }
  CHECK(is_reused_with("max-age=4"));
}

TEST_CASE("RFC 9111, 5.2.2.10: a private cache does not know s-maxage") {
  CHECK_FALSE(is_reused_with("s-maxage=3600"));
  CHECK_FALSE(is_reused_with("s-maxage=3600, max-age=1"));
  CHECK_FALSE(is_reused("cache-control: s-maxage=3600\ncache-control: max-age=1\n"));
  CHECK(is_reused_with("s-maxage=1, max-age=3600"));
}

TEST_CASE("RFC 9111, 5.3: Expires, if there is no max-age") {
  CHECK(is_reused(line("expires", date(30 * day)) + line("date", date(0))));
  CHECK_FALSE(is_reused(line("expires", date(-30 * day)) + line("date", date(0))));
  CHECK_FALSE(is_reused(line("expires", date(0)) + line("date", date(0)), 0));
  CHECK_FALSE(is_reused(line("expires", date(300)) + line("date", date(400))));
  CHECK(is_reused(line("expires", date(10)) + line("date", "foo")));
  CHECK(is_reused(line("expires", date(10))));
  CHECK(is_reused(line("cache-control", "max-age=3600") + line("expires", date(-9)) +
                  line("date", date(0))));
  CHECK(is_reused(line("cache-control", "max-age=3600") + line("expires", "0")));
  CHECK_FALSE(is_reused(line("cache-control", "max-age=0") + line("expires", date(9)), 0));
  CHECK_FALSE(is_reused(line("cache-control", "max-age=x") + line("expires", date(9)), 0));
}

TEST_CASE("RFC 9111, 5.3: Expires that is no date is in the past") {
  for (const std::string_view good :
       {"Thu, 18 Aug 2050 02:01:18 GMT", "Thursday, 18-Aug-50 02:01:18 GMT",
        "Thu Aug  8 02:01:18 2050", "THU, 18 Aug 2050 02:01:18 gMT"}) {
    CAPTURE(good);
    CHECK(is_reused(line("expires", good)));
  }
  for (const std::string_view bad :
       {"0", "-1", "", "Thu, 18 Aug 2050 02:01:18 UTC", "Thu, 18 Aug 50 02:01:18 GMT",
        "Thu 18 Aug 2050 02:01:18 GMT", "Thu, 18-Aug-2050 02:01:18 GMT"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_reused(line("expires", bad)));
    // Nor is there a heuristic where a lifetime was meant.
    CHECK_FALSE(is_reused(line("expires", bad) + line("last-modified", date(-30 * day))));
  }
  CHECK_FALSE(is_reused(line("expires", date(100)) + line("expires", date(101))));
}

TEST_CASE("RFC 9111, 5.1: Age is a number, of a list the first") {
  const std::string fresh = line("date", date(0)) + line("cache-control", "max-age=3600");
  for (const std::string_view ignored :
       {"abc", "-7200", "7200.0", "0, 7200", "0, 0", "3595, 9", "7200;foo=bar", ""}) {
    CAPTURE(ignored);
    CHECK(is_reused(fresh + line("age", ignored)));
  }
  for (const std::string_view old : {"3600", "7200", "7200, 0", "2147483647", "2147483648",
                                     "2147483649", "99999999999999999999"}) {
    CAPTURE(old);
    CHECK_FALSE(is_reused(fresh + line("age", old)));
  }
  CHECK(is_reused(fresh + line("age", "0") + line("age", "7200")));
  CHECK_FALSE(is_reused(fresh + line("age", "7200") + line("age", "0")));
}

TEST_CASE("RFC 9111, 4.2.3: the larger of Age and of the time since Date") {
  CHECK_FALSE(
      is_reused(line("date", date(0)) + line("cache-control", "max-age=10") + line("age", "15")));
  CHECK_FALSE(is_reused(line("date", date(-10)) + line("expires", date(10)) + line("age", "25")));
  CHECK_FALSE(is_reused(line("date", date(10)) + line("expires", date(20)) + line("age", "15")));
  CHECK_FALSE(is_reused(line("date", date(-100)) + line("cache-control", "max-age=60")));
  // A Date that is ahead of us makes nothing younger than 0.
  CHECK(is_reused(line("date", date(100)) + line("cache-control", "max-age=60"), 59));
  CHECK_FALSE(is_reused(line("date", date(100)) + line("cache-control", "max-age=60"), 60));
}

TEST_CASE("RFC 9111, 4.2.3: the time on the way counts as age") {
  Host host;
  host.delay_ms = 5 * second;
  host.fetch({.headers = "cache-control: max-age=10\nage: 2\n"});
  host.wait(2);
  const Result second_one = host.fetch({});
  CHECK(second_one.is_from_cache);
  CHECK(second_one.header("age") == "9");
  CHECK(second_one.seconds == 1);
}

TEST_CASE("RFC 9111, 4.2.2: a tenth of the time since it was modified, for some statuses") {
  const std::string modified = line("last-modified", date(-day)) + line("date", date(0));
  for (const int status : {200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501}) {
    CAPTURE(status);
    CHECK(is_reused(modified, day / 10 - 1, status));
    CHECK_FALSE(is_reused(modified, day / 10, status));
  }
  for (const int status : {201, 202, 302, 303, 307, 400, 403, 500, 502, 503, 504, 599}) {
    CAPTURE(status);
    CHECK_FALSE(is_reused(modified, 3, status));
  }
  CHECK(is_reused(modified + line("cache-control", "public"), 3, 599));
  CHECK_FALSE(is_reused(line("last-modified", date(5)) + line("date", date(0)), 0));
  CHECK(second_fetch(modified, 3).reason == Reason::fresh_heuristic);
}

TEST_CASE("a TTL of the route replaces what the response says, and nothing else of it") {
  const auto with_ttl = [](std::string headers, std::int64_t wait, int status = 200) {
    Host host("ttl 60000");
    host.fetch({.status = status, .headers = std::move(headers)});
    host.wait(wait);
    return host.fetch({});
  };
  CHECK(with_ttl("", 59).reason == Reason::fresh_by_ttl);
  CHECK(with_ttl("", 59).seconds == 1);
  CHECK(with_ttl("", 60).reason == Reason::expired);
  CHECK(with_ttl("cache-control: max-age=1\n", 59).is_from_cache);
  CHECK_FALSE(with_ttl("cache-control: max-age=600\n", 60).is_from_cache);
  CHECK_FALSE(with_ttl("cache-control: no-store\n", 1).is_from_cache);
  CHECK_FALSE(with_ttl("cache-control: no-cache\n", 1).is_from_cache);
  CHECK_FALSE(with_ttl("vary: *\n", 1).is_from_cache);
  CHECK_FALSE(with_ttl("", 1, 500).is_from_cache);
}

TEST_CASE("a clock that was set back makes nothing younger than it came") {
  Host host;
  host.fetch({.headers = "cache-control: max-age=60\nage: 50\n"});
  host.wait(-1'000'000);
  const Result second_one = host.fetch({});
  CHECK(second_one.is_from_cache);
  CHECK(second_one.header("age") == "50");
}
