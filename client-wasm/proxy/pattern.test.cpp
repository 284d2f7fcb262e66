// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/pattern.hpp"

#include <doctest/doctest.h>

using namespace cortado::proxy;

namespace {

constexpr std::string_view origin = "https://app.example";

bool matches(std::string_view pattern, std::string_view url) {
  REQUIRE(UrlPattern::complaint(pattern, origin).empty());
  return UrlPattern(pattern, origin).matches(url);
}

}  // namespace

TEST_CASE("what is literal is compared") {
  CHECK(matches("https://a.example/b", "https://a.example/b"));
  CHECK_FALSE(matches("https://a.example/b", "https://a.example/bc"));
  CHECK_FALSE(matches("https://a.example/b", "https://a.example/"));
  CHECK_FALSE(matches("https://a.example/b", "http://a.example/b"));
  CHECK(matches("HTTPS://A.Example/b", "https://a.example/b"));
  CHECK_FALSE(matches("https://a.example/b", "https://a.example/B"));
}

TEST_CASE("a name is one segment, and not empty") {
  CHECK(matches("/api/:id", "https://app.example/api/7"));
  CHECK_FALSE(matches("/api/:id", "https://app.example/api/"));
  CHECK_FALSE(matches("/api/:id", "https://app.example/api/7/8"));
  CHECK(matches("/api/:id/x-:part.json", "https://app.example/api/7/x-8.json"));
  CHECK(matches("/:a.:b", "https://app.example/x.y.z"));
  CHECK_FALSE(matches("/:a.:b", "https://app.example/xyz"));
  CHECK(matches("https://:name.example/", "https://a.example/"));
  CHECK_FALSE(matches("https://:name.example/", "https://a.b.example/"));
}

TEST_CASE("a star is anything, slashes too") {
  CHECK(matches("/*", "https://app.example/"));
  CHECK(matches("/*", "https://app.example/a/b"));
  CHECK(matches("/*.js", "https://app.example/a/b.js"));
  CHECK(matches("/*/x/*", "https://app.example/a/x/x/b"));
  CHECK_FALSE(matches("/*/x/*", "https://app.example/a/y/b"));
  CHECK(matches("*://*", "http://b.example:81/a?b"));
  CHECK(matches("https://*.example/*", "https://a.b.example/c"));
  CHECK_FALSE(matches("https://*.example/*", "https://example/c"));
}

TEST_CASE("the query is anything until the pattern has one") {
  CHECK(matches("/a", "https://app.example/a?b=c"));
  CHECK(matches("/a?b=:c", "https://app.example/a?b=c"));
  CHECK_FALSE(matches("/a?b=:c", "https://app.example/a?b=c&d"));
  CHECK(matches("/a?*b=1*", "https://app.example/a?x&b=1&y"));
  CHECK_FALSE(matches("/a?b", "https://app.example/a"));
  CHECK(matches("https://a.example?b", "https://a.example/x?b"));
}

TEST_CASE("a colon that names nothing is a colon, as before a port") {
  CHECK(matches("https://a.example:8443/x", "https://a.example:8443/x") == true);
  CHECK(matches("/a:", "https://app.example/a:"));
}

TEST_CASE("a pattern of stars and a long address take no time") {
  std::string pattern = "/";
  for (int times = 0; times < 100; ++times) pattern += "*a:x";
  CHECK_FALSE(matches(pattern, "https://app.example/" + std::string(5000, 'a') + "/b!/"));
}

TEST_CASE("patterns that are none say what to do") {
  CHECK(UrlPattern::complaint("/a", "").find("origin") != std::string_view::npos);
  CHECK(UrlPattern::complaint("a", origin).find("https://") != std::string_view::npos);
  CHECK_FALSE(UrlPattern::complaint("/a(b|c)", origin).empty());
  CHECK_FALSE(UrlPattern::complaint("/a{b}?", origin).empty());
}
