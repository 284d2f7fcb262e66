// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/key.hpp"

#include <doctest/doctest.h>

using namespace cortado::proxy;

namespace {

std::string key(const Route& route, std::string_view head, std::string_view identity = "",
                std::string_view params = "") {
  const auto request = RequestHead::read(head);
  REQUIRE(request);
  return key_of(route, *request, identity, params);
}

}  // namespace

TEST_CASE("RFC 9111, 2: the key of a response is its address; HEAD has that of GET") {
  const Route route;
  CHECK(key(route, "GET - default https://a.example/b?c#d\n") ==
        "default i u https://a.example/b?c");
  CHECK(key(route, "HEAD - default https://a.example/b?c\n") ==
        "default i u https://a.example/b?c");
}

TEST_CASE("identities and caches do not share, unless the scope is public") {
  Route route;
  route.cache = "pictures";
  constexpr std::string_view head = "GET - default https://a.example/\n";
  CHECK(key(route, head, "alice") == "pictures iYWxpY2U u https://a.example/");
  CHECK(key(route, head, "alice") != key(route, head, "bob"));
  route.is_public = true;
  CHECK(key(route, head, "alice") == "pictures p u https://a.example/");
}

TEST_CASE("parameters that are ignored are not in the key") {
  Route route;
  route.ignored_query = {"b", "d"};
  CHECK(key(route, "GET - default https://a/?a=1&b=2&c&d\n") == "default i u https://a/?a=1&c");
  CHECK(key(route, "GET - default https://a/?b=1\n") == "default i u https://a/");
  route.ignored_query = {"*"};
  CHECK(key(route, "GET - default https://a/x?a=1&b=2\n") == "default i u https://a/x");
}

TEST_CASE("the key of an RPC is interface, ordinal, params and identity") {
  const Route route;
  constexpr std::string_view head = "RPC d5a3c0f7e1b94206 3 60000 identity\n";
  CHECK(key(route, head, "alice", "foo") == "default iYWxpY2U r d5a3c0f7e1b94206.3 Zm9v");
  CHECK(key(route, "RPC a 3 1 public\n", "alice", "") == "default p r 000000000000000a.3 ");
  CHECK(key(route, head, "", std::string_view("\0", 1)) != key(route, head, "", ""));
}

TEST_CASE("the keys of an address are those of all routes that may have stored it") {
  const auto configuration = Configuration::read(
      "proxy 1\nroute a\nurl https://a/*\ndestination image\ncache images\nscope public\n"
      "route b\nurl https://a/*\nheader x\nignore-query *\n"
      "route c\nmethod HEAD\nurl https://a/*\nignore-query *\nroute d\nurl https://b/*\n");
  REQUIRE(configuration);
  CHECK(keys_of_url(*configuration, "", "https://a/?b") ==
        std::vector<std::string>{"images p u https://a/?b", "default i u https://a/"});
  CHECK(keys_of_url(*configuration, "", "https://c/").empty());
}
