// SPDX-License-Identifier: Apache-2.0
// What a request says of the answers it takes: RFC 9111, 5.2.1 and 5.4; the cache modes of fetch().
#include <doctest/doctest.h>

#include "client-wasm/proxy/test_host.hpp"

using namespace cortado::proxy;
using namespace cortado::proxy::test;

namespace {

Result asked_with(std::string_view control, std::string stored, std::int64_t later = 3) {
  return second_fetch(std::move(stored), later, 200,
                      {.headers = std::string("cache-control: ").append(control).append("\n")});
}

Result asked_as(std::string_view mode, std::string stored, std::int64_t later = 3) {
  return second_fetch(std::move(stored), later, 200, {.mode = mode});
}

const std::string fresh = "cache-control: max-age=3600\n";
const std::string stale = "cache-control: max-age=1\n";
const std::string tagged = "etag: \"1\"\n";

}  // namespace

TEST_CASE("RFC 9111, 5.2.1.1: max-age of a request") {
  CHECK(asked_with("max-age=0", fresh).reason == Reason::request_max_age);
  CHECK(asked_with("max-age=0", fresh, 0).reason == Reason::request_max_age);
  CHECK(asked_with("max-age=2", fresh).reason == Reason::request_max_age);
  CHECK(asked_with("max-age=2", fresh).seconds == 3);
  CHECK(asked_with("max-age=3", fresh).is_from_cache);
  CHECK(asked_with("max-age=600", fresh + "age: 1800\n").asked_network);
  CHECK(asked_with("max-age=x", fresh).asked_network);
  CHECK(asked_with("max-age=99999999999", fresh).is_from_cache);
  CHECK(asked_with("max-age=3600", stale).asked_network);
}

TEST_CASE("RFC 9111, 5.2.1.2: max-stale of a request") {
  CHECK(asked_with("max-stale=1000", stale).reason == Reason::stale_by_request);
  CHECK(asked_with("max-stale=1000", stale).seconds == 2);
  CHECK(asked_with("max-stale=2", stale).is_from_cache);
  CHECK(asked_with("max-stale=1", stale).asked_network);
  CHECK(asked_with("max-stale", stale, 1'000'000).is_from_cache);
  CHECK(asked_with("max-stale=x", stale).asked_network);
  CHECK(asked_with("max-stale=1000", "cache-control: max-age=1500\nage: 2000\n").is_from_cache);
  CHECK(asked_with("max-stale=1000, max-age=2", stale).asked_network);
  CHECK(asked_with("max-stale=1000", "cache-control: max-age=1, must-revalidate\n").asked_network);
  CHECK(asked_with("max-stale=1000", "cache-control: max-age=1, no-cache\n").asked_network);
  // proxy-revalidate and s-maxage are for shared caches.
  CHECK(asked_with("max-stale=1000", "cache-control: max-age=1, proxy-revalidate\n").is_from_cache);
  CHECK(asked_with("max-stale=1000", "cache-control: max-age=1, s-maxage=1\n").is_from_cache);
}

TEST_CASE("RFC 9111, 5.2.1.3: min-fresh of a request") {
  CHECK(asked_with("min-fresh=2000", "cache-control: max-age=1500\n").reason ==
        Reason::request_min_fresh);
  CHECK(asked_with("min-fresh=1000", "cache-control: max-age=1500\nage: 1000\n").asked_network);
  CHECK(asked_with("min-fresh=1000", "cache-control: max-age=1500\n").is_from_cache);
  CHECK(asked_with("min-fresh=1497", "cache-control: max-age=1500\n").is_from_cache);
  CHECK(asked_with("min-fresh=1498", "cache-control: max-age=1500\n").asked_network);
  CHECK(asked_with("min-fresh=x", fresh).asked_network);
}

TEST_CASE("RFC 9111, 5.2.1.4: no-cache of a request validates") {
  const Result tag = asked_with("no-cache", fresh + tagged);
  CHECK(tag.reason == Reason::request_no_cache);
  CHECK(tag.sent.find("if-none-match: \"1\"") != std::string::npos);
  const Result modified = asked_with("no-cache", fresh + "last-modified: " + date(-9) + "\n");
  CHECK(modified.sent.find("if-modified-since: " + date(-9)) != std::string::npos);
  CHECK(asked_with("no-cache", fresh).asked_network);
}

TEST_CASE("RFC 9111, 5.2.1.7: only-if-cached is answered from the cache, or by 504") {
  Host empty;
  const Result nothing = empty.fetch({.headers = "cache-control: only-if-cached\n"}, {});
  CHECK(nothing.status == 504);
  CHECK_FALSE(nothing.asked_network);
  CHECK(nothing.reason == Reason::not_stored);
  CHECK(asked_with("only-if-cached", fresh).status == 200);
  CHECK(asked_with("only-if-cached", stale).status == 504);
  CHECK(asked_with("only-if-cached", stale).reason == Reason::only_if_cached);
  CHECK(asked_with("only-if-cached, max-stale", stale).status == 200);
}

TEST_CASE("RFC 9111, 5.4: Pragma counts in requests that have no Cache-Control") {
  const auto with_pragma = [](std::string headers) {
    return second_fetch(fresh, 3, 200, {.headers = std::move(headers)});
  };
  CHECK(with_pragma("pragma: no-cache\n").reason == Reason::request_no_cache);
  CHECK(with_pragma("pragma: x\n").is_from_cache);
  CHECK(with_pragma("pragma: no-cache\ncache-control: max-age=9\n").is_from_cache);
  CHECK(is_reused(fresh + "pragma: no-cache\n"));
  CHECK(is_reused("last-modified: " + date(-10'000) + "\npragma: no-cache\n"));
}

TEST_CASE("the cache modes of fetch()") {
  CHECK(asked_as("default", fresh).is_from_cache);
  CHECK(asked_as("no-cache", fresh).reason == Reason::request_no_cache);
  CHECK(asked_as("no-cache", fresh + tagged).sent.find("\"1\"") != std::string::npos);
  CHECK(asked_as("reload", fresh + tagged).reason == Reason::request_no_cache);
  CHECK(asked_as("reload", fresh + tagged).sent.empty());
  CHECK(asked_as("force-cache", stale).reason == Reason::stale_by_request);
  CHECK(asked_as("force-cache", "cache-control: max-age=1, must-revalidate\n").asked_network);
  CHECK(asked_as("only-if-cached", stale).is_from_cache);
  CHECK(Host().fetch({.mode = "only-if-cached"}, {}).status == 504);
  CHECK(Host().fetch({.mode = "force-cache"}, {}).asked_network);
}

TEST_CASE("a reload replaces what is stored") {
  Host host;
  host.fetch({.headers = fresh + "a: 1\n"});
  host.fetch({.mode = "reload"}, {.headers = fresh + "a: 2\n"});
  CHECK(host.stored_count() == 1);
  CHECK(host.fetch({}).header("a") == "2");
}

TEST_CASE("RFC 8246, 2: a reload does not ask for what is immutable and fresh") {
  const std::string immutable = "cache-control: max-age=100, immutable\netag: \"1\"\n";
  CHECK(asked_as("no-cache", immutable).reason == Reason::immutable);
  CHECK(asked_with("max-age=0", immutable).reason == Reason::immutable);
  CHECK(asked_as("no-cache", immutable, 100).sent.find("\"1\"") != std::string::npos);
  CHECK(asked_as("reload", immutable).asked_network);
  CHECK(asked_with("no-cache", immutable).asked_network);
}

TEST_CASE("RFC 9111, 4.3.2: conditions for the origin go to the origin") {
  for (const std::string_view header : {"if-match", "if-unmodified-since"}) {
    CAPTURE(header);
    const Result result =
        second_fetch(fresh + tagged, 3, 200, {.headers = std::string(header).append(": \"1\"\n")});
    CHECK(result.reason == Reason::preconditions);
    CHECK(result.asked_network);
  }
}
