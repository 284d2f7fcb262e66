// SPDX-License-Identifier: Apache-2.0
// What each strategy does with what is stored: nothing, fresh, stale, or not to be used without the
// origin's word.
#include <doctest/doctest.h>

#include "client-wasm/proxy/test_host.hpp"

using namespace cortado::proxy;
using namespace cortado::proxy::test;

namespace {

struct Expected {
  Action action;
  Reason reason;
};

/// The decision of a route with that strategy about what was stored so, 10 s ago.
Result decided(std::string_view strategy, std::string_view stored, const Answer& answer = {}) {
  Host host(std::string("strategy ").append(strategy));
  REQUIRE(host.complaint.empty());
  // Stored by a route that stores in any case.
  host.configure("proxy 1\norigin https://app.example\nroute all\nurl *://*\n");
  if (!stored.empty()) {
    host.fetch(
        {.headers = std::string("etag: \"1\"\ncache-control: ").append(stored).append("\n")});
  }
  host.configure(std::string("proxy 1\norigin https://app.example\nroute all\nurl *://*\nstrategy ")
                     .append(strategy)
                     .append("\n"));
  host.wait(10);
  return host.fetch(answer);
}

void check(std::string_view strategy, std::string_view stored, const Expected& expected) {
  CAPTURE(strategy);
  CAPTURE(stored);
  const Result result = decided(strategy, stored);
  CHECK(name(result.actions.at(1)) == name(expected.action));
  CHECK(name(result.reason) == name(expected.reason));
}

constexpr std::string_view nothing;
constexpr std::string_view fresh = "max-age=60";
constexpr std::string_view stale = "max-age=1";
constexpr std::string_view strict = "max-age=1, must-revalidate";
constexpr std::string_view no_cache = "no-cache";

}  // namespace

TEST_CASE("cache first, as RFC 9111 says") {
  check("cache-first", nothing, {Action::fetch, Reason::not_stored});
  check("cache-first", fresh, {Action::serve, Reason::fresh});
  check("cache-first", stale, {Action::fetch, Reason::expired});
  check("cache-first", strict, {Action::fetch, Reason::expired});
  check("cache-first", no_cache, {Action::fetch, Reason::response_no_cache});
}

TEST_CASE("stale while revalidate") {
  check("stale-while-revalidate", nothing, {Action::fetch, Reason::not_stored});
  check("stale-while-revalidate", fresh, {Action::serve, Reason::fresh});
  check("stale-while-revalidate", stale, {Action::serve_and_revalidate, Reason::stale_by_strategy});
  check("stale-while-revalidate", strict, {Action::fetch, Reason::expired});
  check("stale-while-revalidate", no_cache, {Action::fetch, Reason::response_no_cache});
}

TEST_CASE("cache only: as if there were no network") {
  check("cache-only", nothing, {Action::fail, Reason::not_stored});
  check("cache-only", fresh, {Action::serve, Reason::fresh});
  check("cache-only", stale, {Action::serve, Reason::stale_by_strategy});
  check("cache-only", strict, {Action::fail, Reason::must_revalidate});
  check("cache-only", no_cache, {Action::fail, Reason::must_revalidate});
}

TEST_CASE("race") {
  check("race", nothing, {Action::fetch, Reason::not_stored});
  check("race", fresh, {Action::race, Reason::fresh});
  check("race", stale, {Action::race, Reason::stale_by_strategy});
  check("race", strict, {Action::fetch, Reason::expired});
  check("race", no_cache, {Action::fetch, Reason::response_no_cache});
}

TEST_CASE("network first asks in any case, and validates") {
  for (const std::string_view stored : {fresh, stale, strict, no_cache}) {
    check("network-first", stored, {Action::fetch, Reason::network_first});
    CHECK(decided("network-first", stored).sent.find("\"1\"") != std::string::npos);
  }
  check("network-first", nothing, {Action::fetch, Reason::not_stored});
  CHECK(decided("network-first", fresh, {.is_failure = true}).last_reason == Reason::fresh);
  CHECK(decided("network-first", stale, {.is_failure = true}).last_reason ==
        Reason::stale_disconnected);
  CHECK(decided("network-first", strict, {.is_failure = true}).status == 504);
}

TEST_CASE("network only: nothing is answered and nothing stored") {
  const Result result = decided("network-only", fresh);
  CHECK(result.actions == std::vector{Action::bypass});
  CHECK(result.reason == Reason::network_only);
  Host host("strategy network-only");
  host.fetch({.headers = "cache-control: max-age=60\n"});
  CHECK(host.stored_count() == 0);
}

TEST_CASE("network first gives up after its time-out, if there is something else") {
  Host host("strategy network-first\ntimeout 3000");
  const std::string head = Request{}.head();
  const auto decision = host.engine.decide(0, head + "5\n1 200 1 2\n\n", start);
  REQUIRE(decision);
  CHECK(decision->timeout_ms == 3000);
  const auto late = host.engine.failed(0, head + "5\n1 200 1 2\n\n", true, start);
  REQUIRE(late);
  CHECK(late->action == Action::serve);
  CHECK(late->reason == Reason::stale_after_timeout);
  const auto wait = host.engine.failed(0, head, true, start);
  REQUIRE(wait);
  CHECK(wait->action == Action::fail);
  CHECK(wait->reason == Reason::too_slow);
}

TEST_CASE("who takes anything stored does not wait for the network") {
  Host host("strategy network-first");
  host.fetch({.headers = "cache-control: max-age=1\n"});
  host.wait(9);
  CHECK(host.fetch({.mode = "force-cache"}, {}).reason == Reason::stale_by_request);
  CHECK(host.fetch({.mode = "only-if-cached"}, {}).reason == Reason::stale_by_request);
}

TEST_CASE("a race is not run against what the request wants") {
  Host host("strategy race");
  host.fetch({.headers = "cache-control: max-age=100\n"});
  CHECK(host.fetch({.mode = "reload"}, {}).reason == Reason::request_no_cache);
  CHECK(host.fetch({.headers = "cache-control: max-age=0\n"}, {}).reason ==
        Reason::request_max_age);
}

TEST_CASE("what no route is about is none of the proxy's") {
  Host host;
  host.configure("proxy 1\nroute a\nurl https://b.example/*\n");
  CHECK(host.fetch({}).reason == Reason::no_route);
  CHECK(Host().fetch({.url = "chrome-extension://a/b"}, {}).reason == Reason::not_http);
}
