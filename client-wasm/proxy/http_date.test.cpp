// SPDX-License-Identifier: Apache-2.0
// RFC 9110, 5.6.7.
#include "client-wasm/proxy/http_date.hpp"

#include <doctest/doctest.h>

using namespace cortado::proxy;

namespace {

constexpr Milliseconds now = 1'800'000'000'000;  // in 2027

std::string text_of(Milliseconds time) {
  std::string text;
  append_date(text, time);
  return text;
}

}  // namespace

TEST_CASE("RFC 9110, 5.6.7: the three forms of one moment") {
  constexpr Milliseconds moment = 784'111'777'000;
  CHECK(to_date("Sun, 06 Nov 1994 08:49:37 GMT", now) == moment);
  CHECK(to_date("Sunday, 06-Nov-94 08:49:37 GMT", now) == moment);
  CHECK(to_date("Sun Nov  6 08:49:37 1994", now) == moment);
  CHECK(text_of(moment) == "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_CASE("RFC 9110, 5.6.7: two digits more than fifty years ahead are of the past") {
  CHECK(to_date("Thursday, 18-Aug-50 02:01:18 GMT", now) ==
        to_date("Thu, 18 Aug 2050 02:01:18 GMT", now));
  CHECK(to_date("Thursday, 18-Aug-77 02:01:18 GMT", now) ==
        to_date("Thu, 18 Aug 2077 02:01:18 GMT", now));
  CHECK(to_date("Thursday, 18-Aug-78 02:01:18 GMT", now) ==
        to_date("Thu, 18 Aug 1978 02:01:18 GMT", now));
}

TEST_CASE("names may be in any case, as the tests of HTTP caches have them") {
  for (const std::string_view good :
       {"THU, 18 Aug 2050 02:01:18 GMT", "Thu, 18 AUG 2050 02:01:18 GMT",
        "Thu, 18 Aug 2050 02:01:18 gMT", "Tue, 19 Jan 2038 14:14:08 GMT",
        "Sun, 21 Nov 2286 04:46:39 GMT", "Thu, 29 Feb 2024 23:59:60 GMT"}) {
    CAPTURE(good);
    CHECK(to_date(good, now));
  }
}

TEST_CASE("what is not as the grammar says is no date, as the tests of HTTP caches have it") {
  for (const std::string_view bad : {"",
                                     "0",
                                     "-1",
                                     "now",
                                     "Thu, 18 Aug 2050 02:01:18 UTC",
                                     "Thu, 18 Aug 2050 02:01:18 AEST",
                                     "Thu, 18 Aug 50 02:01:18 GMT",
                                     "Thu 18 Aug 2050 02:01:18 GMT",
                                     "Thu, 18  Aug  2050 02:01:18 GMT",
                                     "Thu, 18-Aug-2050 02:01:18 GMT",
                                     "Thu, 18 Aug 2050 02.01.18 GMT",
                                     "Thu, 18 Aug 2050 2:01:18 GMT",
                                     "Thu, 18 Aug 2050 02:01:18 GMT, Thu, 18 Aug 2050 02:01:19 GMT",
                                     "Thu, 18 Aug 2050 24:01:18 GMT",
                                     "Thu, 18 Aug 2050 02:60:18 GMT",
                                     "Thu, 18 Aug 2050 02:01:61 GMT",
                                     "Thu, 32 Aug 2050 02:01:18 GMT",
                                     "Thu, 31 Jun 2050 02:01:18 GMT",
                                     "Thu, 00 Aug 2050 02:01:18 GMT",
                                     "Xxx, 18 Aug 2050 02:01:18 GMT",
                                     "Thu, 18 Xxx 2050 02:01:18 GMT",
                                     "Thu, 18 Aug 2050 02:01:18",
                                     "Thu, 18 Aug 2050 02:01:18 GMT ",
                                     "Thu, -8 Aug 2050 02:01:18 GMT",
                                     "Xxxday, 06-Nov-94 08:49:37 GMT",
                                     "Sunday, 06 Nov 94 08:49:37 GMT",
                                     "Sun Nov 6 08:49:37 1994",
                                     "Sun Nov  6 08:49:37 94",
                                     "Sun,"}) {
    CAPTURE(bad);
    CHECK_FALSE(to_date(bad, now));
  }
}

TEST_CASE("each day from 1970 to 2105 is written and read") {
  for (Milliseconds time = 0; time < 4'260'000'000'000; time += 86'400'000 + 3'601'000) {
    const std::string text = text_of(time);
    if (to_date(text, now) != time) FAIL(text);
  }
  CHECK(text_of(-5) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(text_of(INT64_MAX) == "Fri, 31 Dec 9999 23:59:59 GMT");
}
