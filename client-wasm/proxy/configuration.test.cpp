// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/configuration.hpp"

#include <doctest/doctest.h>

using namespace cortado::proxy;

namespace {

Configuration read(std::string_view lines) {
  auto configuration = Configuration::read(std::string("proxy 1\n").append(lines));
  if (!configuration) FAIL(configuration.error());
  return std::move(*configuration);
}

std::string complaint(std::string_view lines) {
  const auto configuration = Configuration::read(std::string("proxy 1\n").append(lines));
  return configuration ? "" : configuration.error();
}

std::uint32_t route_of(const Configuration& configuration, std::string_view head) {
  const auto request = RequestHead::read(head);
  REQUIRE(request);
  return configuration.route_of(*request);
}

}  // namespace

TEST_CASE("each word of a configuration") {
  const Configuration all = read(
      "origin https://app.example\n"
      "cache pictures 200 50000000\n"
      "\n"
      "route one\n  method GET\n  url /a/:b\n  destination image font\n  header accept *json*\n"
      "  strategy network-first\n  timeout 3000\n  ttl 60000\n  cache pictures\n  tag x y\n  tag "
      "z\n"
      "  ignore-query utm_source fbclid\n  scope public\n  cross-origin-conditions\n"
      "route two\n  rpc d5a3c0f7e1b94206 3\n");
  CHECK(all.origin == "https://app.example");
  REQUIRE(all.caches.size() == 1);
  CHECK(all.caches[0].name == "pictures");
  CHECK(all.caches[0].entries_max == 200);
  CHECK(all.caches[0].bytes_max == 50'000'000);
  REQUIRE(all.routes.size() == 2);
  const Route& one = all.routes[0];
  CHECK(one.name == "one");
  CHECK(one.strategy == Strategy::network_first);
  CHECK(one.timeout_ms == 3000);
  CHECK(one.ttl_ms == 60'000);
  CHECK(one.cache == "pictures");
  CHECK(one.tags == std::vector<std::string>{"x y", "z"});
  CHECK(one.ignored_query == std::vector<std::string>{"utm_source", "fbclid"});
  CHECK(one.is_public);
  CHECK(one.has_cross_origin_conditions);
  const Route& two = all.routes[1];
  CHECK(two.interface_id == 0xd5a3c0f7e1b94206);
  CHECK(two.ordinal == 3);
  CHECK(two.strategy == Strategy::cache_first);
  CHECK(two.cache == "default");
  CHECK_FALSE(two.is_public);
}

TEST_CASE("the first route that matches in everything decides") {
  const Configuration all = read(
      "origin https://app.example\n"
      "route posts\nmethod POST\nurl /*\n"
      "route pictures\nurl /*\ndestination image\n"
      "route json\nurl /a\nurl /b\nheader accept *json*\nheader x\n"
      "route rest\nurl /*\n");
  CHECK(route_of(all, "POST - default https://app.example/a\n") == 0);
  CHECK(route_of(all, "GET image default https://app.example/a\n") == 1);
  CHECK(route_of(all, "GET - default https://app.example/a\naccept: a/json;q=1\nx: 1\n") == 2);
  CHECK(route_of(all, "HEAD - default https://app.example/b\naccept: json\nx: 1\n") == 2);
  CHECK(route_of(all, "GET - default https://app.example/b\naccept: json\n") == 3);
  CHECK(route_of(all, "GET - default https://app.example/c\naccept: json\nx: 1\n") == 3);
  CHECK(route_of(all, "GET - default https://b.example/a\n") == no_index);
  CHECK(route_of(all, "PUT - default https://app.example/a\n") == no_index);
}

TEST_CASE("routes of RPCs are by interface and ordinal, and match nothing of HTTP") {
  const Configuration all =
      read("route one\nrpc aa 3\nroute two\nrpc aa\nroute three\nurl *://*\n");
  CHECK(route_of(all, "RPC aa 3 1 identity\n") == 0);
  CHECK(route_of(all, "RPC aa 4 1 identity\n") == 1);
  CHECK(route_of(all, "RPC ab 3 1 identity\n") == no_index);
  CHECK(route_of(all, "GET - default https://app.example/c\n") == 2);
}

TEST_CASE("method * is all methods, also unsafe ones") {
  const Configuration all = read("route one\nmethod *\n");
  CHECK(route_of(all, "DELETE - default https://app.example/c\n") == 0);
}

TEST_CASE("a mistake is named with its place and its cure") {
  const std::string typo = complaint("\nroute prices\nurl *://*\nstrategy cache-frist\n");
  CHECK(
      typo ==
      "route 1 \"prices\", line 5: strategy cache-frist: is no strategy: network-only, cache-only, "
      "cache-first, network-first, stale-while-revalidate and race are");
  CHECK(complaint("route a\nurl /x\n").find("route 1 \"a\", line 3: url /x: has no host") == 0);
}

TEST_CASE("all mistakes are found") {
  const char* const good = "route a\nurl *://*\n";
  for (const std::string_view bad :
       {"route\n", "url /x\n", "origin https://a.example/\n", "origin a\n", "cache\n", "cache a\n",
        "cache a 1\n", "cache a 1 x\n", "cache a 1 -1\n", "cache a 1 2\ncache a 1 2\n", "route a\n",
        "route a\nroute b\nurl *://*\n"}) {
    CAPTURE(bad);
    CHECK_FALSE(complaint(bad).empty());
  }
  for (const std::string_view bad : {"method\n",
                                     "destination\n",
                                     "header\n",
                                     "rpc\n",
                                     "rpc xyz\n",
                                     "rpc aa 65536\n",
                                     "rpc aa\n",
                                     "strategy\n",
                                     "timeout 5\n",
                                     "strategy network-first\ntimeout 0\n",
                                     "ttl\n",
                                     "ttl -1\n",
                                     "ttl 99999999999999999\n",
                                     "cache\n",
                                     "cache a b\n",
                                     "tag\n",
                                     "ignore-query\n",
                                     "scope all\n",
                                     "url (a)\n",
                                     "chache a\n",
                                     "origin https://a.example\n"}) {
    CAPTURE(bad);
    CHECK_FALSE(complaint(std::string(good).append(bad)).empty());
  }
  CHECK(complaint(good).empty());
  CHECK(complaint("").empty());
}

TEST_CASE("a configuration of another version is refused, and none at all is fine") {
  CHECK_FALSE(Configuration::read("proxy 2\n"));
  CHECK_FALSE(Configuration::read("{}"));
  CHECK(Configuration::read(""));
}

TEST_CASE("routes are bounded") {
  std::string lines;
  for (std::uint32_t count = 0; count < routes_max; ++count) lines += "route a\nurl *://*\n";
  CHECK(complaint(lines).empty());
  CHECK(complaint(lines + "route a\n").find("one too many") != std::string::npos);
}
