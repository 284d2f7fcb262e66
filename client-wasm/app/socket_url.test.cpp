// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/app/socket_url.hpp"

#include <doctest/doctest.h>

namespace cortado::browser {

TEST_CASE("addresses of servers become addresses of sockets") {
  CHECK(socket_url("ws://host") == "ws://host/rpc");
  CHECK(socket_url("ws://host:8080/") == "ws://host:8080/rpc");
  CHECK(socket_url("http://[::1]:8080") == "ws://[::1]:8080/rpc");
  CHECK(socket_url("https://host/rpc") == "wss://host/rpc");
  CHECK(socket_url("wss://host/other/place?a=b") == "wss://host/other/place?a=b");
}

TEST_CASE("other things do not") {
  for (const char* const url : {"", "host", "ftp://host", "ws://", "ws:///rpc", "ws://a b",
                                "ws:host", "ws://user@host", "ws://host?query"}) {
    CAPTURE(url);
    CHECK(!socket_url(url));
  }
}

}  // namespace cortado::browser
