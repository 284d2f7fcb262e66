// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/url.hpp"

#include <doctest/doctest.h>

using namespace cortado::proxy;

TEST_CASE("the parts of an address") {
  const UrlParts parts = split_url("https://a.example:8080/b/c?d=/e#f");
  CHECK(parts.scheme == "https");
  CHECK(parts.authority == "a.example:8080");
  CHECK(parts.path == "/b/c");
  CHECK(parts.query == "?d=/e");
  CHECK(split_url("https://a.example?x").authority == "a.example");
  CHECK(split_url("https://a.example?x").query == "?x");
  CHECK(split_url("data:text/plain,x").scheme.empty());
}

TEST_CASE("http and https") {
  CHECK(is_http("https://a.example/"));
  CHECK(is_http("HTTP://a.example/"));
  CHECK_FALSE(is_http("chrome-extension://a/b"));
  CHECK_FALSE(is_http("https:///b"));
  CHECK_FALSE(is_http(""));
}

TEST_CASE("origins") {
  CHECK(same_origin("https://a.example/b", "https://A.example/c?d"));
  CHECK_FALSE(same_origin("https://a.example/", "http://a.example/"));
  CHECK_FALSE(same_origin("https://a.example/", "https://a.example:8443/"));
  CHECK_FALSE(same_origin("https://a.example/", "https://b.example/"));
}

TEST_CASE("RFC 3986, 5.4: references in relation to an address") {
  constexpr std::string_view base = "http://a/b/c/d;p?q";
  const struct {
    std::string_view reference;
    std::string_view target;
  } all[] = {{"g:h", "g:h"},
             {"g", "http://a/b/c/g"},
             {"./g", "http://a/b/c/g"},
             {"g/", "http://a/b/c/g/"},
             {"/g", "http://a/g"},
             {"//g", "http://g"},
             {"?y", "http://a/b/c/d;p?y"},
             {"g?y", "http://a/b/c/g?y"},
             {"#s", "http://a/b/c/d;p?q"},
             {"g?y#s", "http://a/b/c/g?y"},
             {";x", "http://a/b/c/;x"},
             {"", "http://a/b/c/d;p?q"},
             {".", "http://a/b/c/"},
             {"./", "http://a/b/c/"},
             {"..", "http://a/b/"},
             {"../g", "http://a/b/g"},
             {"../..", "http://a/"},
             {"../../g", "http://a/g"},
             {"../../../g", "http://a/g"},
             {"/./g", "http://a/g"},
             {"/../g", "http://a/g"},
             {"g.", "http://a/b/c/g."},
             {"..g", "http://a/b/c/..g"},
             {"./g/.", "http://a/b/c/g/"},
             {"g/./h", "http://a/b/c/g/h"},
             {"g/../h", "http://a/b/c/h"},
             {"g?y/./x", "http://a/b/c/g?y/./x"}};
  for (const auto& [reference, target] : all) {
    CAPTURE(reference);
    CHECK(resolve_url(base, reference) == target);
  }
  CHECK(resolve_url("http://a", "g") == "http://a/g");
  CHECK(resolve_url("http://a?x", "?y") == "http://a/?y");
}
