// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_key.hpp"

#include <doctest/doctest.h>

namespace cortado::net {

TEST_CASE("the example of RFC 6455, section 1.3") {
  CHECK(accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("a new key is one, and no two are alike") {
  const std::string key = new_websocket_key();
  CHECK(is_websocket_key(key));
  CHECK(key != new_websocket_key());
}

TEST_CASE("what is no key") {
  CHECK(!is_websocket_key(""));
  CHECK(!is_websocket_key("dGhlIHNhbXBsZSBub25jZQ"));
  CHECK(!is_websocket_key("dGhlIHNhbXBsZSBub25jZ\r=="));
  CHECK(!is_websocket_key("dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ=="));
}

TEST_CASE("masks differ") {
  MaskKeys keys;
  const MaskKey first = keys.next();
  bool all_alike = true;
  for (int i = 0; i < 100; ++i) all_alike = all_alike && keys.next() == first;
  CHECK(!all_alike);
}

}  // namespace cortado::net
