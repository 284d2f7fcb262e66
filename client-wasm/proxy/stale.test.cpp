// SPDX-License-Identifier: Apache-2.0
// RFC 9111, 4.2.4, and RFC 5861: answers that are stale.
#include <doctest/doctest.h>

#include "client-wasm/proxy/test_host.hpp"

using namespace cortado::proxy;
using namespace cortado::proxy::test;

namespace {

/// Stored with that Cache-Control, and asked for later, which the network answers so.
Result asked(std::string_view control, std::int64_t later, const Answer& answer,
             const Request& request = {}) {
  Host host;
  host.fetch({.headers = std::string("cache-control: ").append(control).append("\netag: \"1\"\n")});
  host.wait(later);
  return host.fetch(request, answer);
}

const Answer failure{.is_failure = true};

}  // namespace

TEST_CASE("RFC 9111, 4.2.4: who is disconnected uses what is stored, and says so") {
  const Result offline = asked("max-age=2", 5, failure);
  CHECK(offline.is_from_cache);
  CHECK(offline.last_reason == Reason::stale_disconnected);
  CHECK(offline.decision.seconds == 3);
  CHECK(offline.header("age") == "5");
  CHECK(asked("x", 1'000'000, failure).is_from_cache);
  CHECK(asked("max-age=2, proxy-revalidate", 5, failure).is_from_cache);
  CHECK(asked("max-age=2, s-maxage=2", 5, failure).is_from_cache);
}

TEST_CASE("RFC 9111, 5.2.2.2 and 5.2.2.4: but not what must be validated") {
  for (const std::string_view control : {"max-age=2, must-revalidate", "max-age=100, no-cache"}) {
    CAPTURE(control);
    const Result offline = asked(control, 5, failure);
    CHECK(offline.status == 504);
    CHECK(offline.last_reason == Reason::must_revalidate);
  }
}

TEST_CASE("nothing stored, nothing answered") {
  const Result nothing = Host().fetch(failure);
  CHECK(nothing.status == 504);
  CHECK(nothing.last_reason == Reason::network_failed);
}

TEST_CASE("RFC 5861, 4: stale-if-error") {
  for (const int status : {500, 502, 503, 504}) {
    CAPTURE(status);
    const Result instead = asked("max-age=0, stale-if-error=60", 60, {.status = status});
    CHECK(instead.status == 200);
    CHECK(instead.last_reason == Reason::stale_if_error);
    CHECK(asked("max-age=0, stale-if-error=60", 61, {.status = status}).status == status);
    CHECK(asked("max-age=0", 1, {.status = status}).status == status);
    CHECK(asked("max-age=0, stale-if-error=60, must-revalidate", 1, {.status = status}).status ==
          status);
    CHECK(asked("max-age=0, stale-if-error=60, no-cache", 1, {.status = status}).status == status);
    CHECK(asked("max-age=0, stale-if-error=x", 1, {.status = status}).status == status);
  }
  for (const int status : {404, 501, 505, 429}) {
    CAPTURE(status);
    CHECK(asked("max-age=0, stale-if-error=60", 1, {.status = status}).status == status);
  }
}

TEST_CASE("RFC 5861, 4: stale-if-error of a request") {
  const Request request{.headers = "cache-control: stale-if-error=60\n"};
  CHECK(asked("max-age=0", 60, {.status = 500}, request).status == 200);
  CHECK(asked("max-age=0", 61, {.status = 500}, request).status == 500);
}

TEST_CASE("RFC 5861, 4: it bounds what is used when nobody answers, too") {
  CHECK(asked("max-age=0, stale-if-error=60", 60, failure).last_reason == Reason::stale_if_error);
  const Result over = asked("max-age=0, stale-if-error=60", 61, failure);
  CHECK(over.status == 504);
  CHECK(over.last_reason == Reason::error_window_over);
}

TEST_CASE("RFC 5861, 3: stale-while-revalidate answers at once, and validates behind") {
  Host host;
  const std::string control = "cache-control: max-age=0, stale-while-revalidate=60\n";
  host.fetch({.headers = control + "etag: \"1\"\n"});
  host.wait(60);
  const Result at_once = host.fetch({.headers = "cache-control: max-age=3600\netag: \"2\"\n"});
  CHECK(at_once.is_from_cache);
  CHECK(at_once.header("etag") == "\"1\"");
  CHECK(at_once.reason == Reason::stale_while_revalidate);
  CHECK(at_once.seconds == 60);
  CHECK(at_once.decision.request_headers.find("if-none-match: \"1\"") != std::string::npos);
  const Result next = host.fetch({});
  CHECK(next.header("etag") == "\"2\"");
  CHECK_FALSE(next.asked_network);
}

TEST_CASE("RFC 5861, 3: not for longer, and not against what else is said") {
  CHECK(asked("max-age=0, stale-while-revalidate=60", 61, {}).asked_network);
  CHECK(asked("max-age=0, stale-while-revalidate=x", 1, {}).asked_network);
  CHECK(asked("max-age=0, stale-while-revalidate=60, must-revalidate", 1, {}).asked_network);
  CHECK(asked("max-age=0, stale-while-revalidate=60, no-cache", 1, {}).asked_network);
  CHECK(asked("max-age=0, stale-while-revalidate=60", 1, {},
              {.headers = "cache-control: max-age=60\n"})
            .asked_network);
  CHECK(asked("max-age=9, stale-while-revalidate=60", 1, {}).reason == Reason::fresh);
}
