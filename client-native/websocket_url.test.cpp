// SPDX-License-Identifier: Apache-2.0
#include "client-native/websocket_url.hpp"

#include <doctest/doctest.h>

namespace cortado::client {
namespace {

std::string shown(std::string_view url) {
  const auto parsed = parse_websocket_url(url);
  if (!parsed) return "refused";
  return parsed->host + " " + parsed->port + " " + parsed->path + " " + parsed->authority;
}

TEST_CASE("the forms of a server's address") {
  CHECK(shown("ws://localhost") == "localhost 80 /rpc localhost");
  CHECK(shown("ws://localhost:8080/") == "localhost 8080 /rpc localhost:8080");
  CHECK(shown("http://10.0.0.1:8080/api/rpc?x=1#y") == "10.0.0.1 8080 /api/rpc?x=1 10.0.0.1:8080");
  CHECK(shown("ws://localhost:8080?x=1") == "localhost 8080 /rpc?x=1 localhost:8080");
  CHECK(shown("ws://[::1]:8080/rpc") == "::1 8080 /rpc [::1]:8080");
  CHECK(shown("ws://[::1]") == "::1 80 /rpc [::1]");
}

TEST_CASE("what is no address is refused") {
  for (const char* url :
       {"", "localhost:8080", "ftp://x", "ws://", "ws://:80", "ws://x:0", "ws://x:99999",
        "ws://x:8o80", "ws://[::1", "ws://me@x/", "ws://x/a b", "ws://x/\r\nHost: y", "wss://x"}) {
    CAPTURE(url);
    CHECK(shown(url) == "refused");
  }
}

}  // namespace
}  // namespace cortado::client
