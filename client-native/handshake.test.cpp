// SPDX-License-Identifier: Apache-2.0
#include "client-native/handshake.hpp"

#include <doctest/doctest.h>

namespace cortado::client {
namespace {

// Key and answer of RFC 6455, section 1.3.
constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
const std::string good =
    "HTTP/1.1 101 Switching Protocols\r\n"
    "Upgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    "Sec-WebSocket-Protocol: cortado.v1\r\n\r\n";

TEST_CASE("the answer is read once it is whole, and what follows is left") {
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    const auto answer = read_handshake(good.substr(0, cut), key);
    REQUIRE(answer.has_value());
    CHECK(!answer->has_value());
  }
  const auto answer = read_handshake(good + "frames", key);
  REQUIRE(answer.has_value());
  CHECK(*answer == good.size());
}

StatusCode refused(const std::string& text) {
  const auto answer = read_handshake(text, key);
  return answer ? StatusCode::ok : answer.error().code;
}

std::string with(std::string text, std::string_view old, std::string_view fresh) {
  return text.replace(text.find(old), old.size(), fresh);
}

TEST_CASE("a server of another kind is told apart from one that is busy") {
  CHECK(refused(with(good, "cortado.v1", "chat")) == StatusCode::failed_precondition);
  CHECK(refused(with(good, "s3pP", "aaaa")) == StatusCode::failed_precondition);
  CHECK(refused(with(good, "Upgrade: websocket", "Upgrade: h2c")) ==
        StatusCode::failed_precondition);
  CHECK(refused("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") ==
        StatusCode::failed_precondition);
  CHECK(refused("SSH-2.0-OpenSSH_9.2\r\n") == StatusCode::failed_precondition);
  CHECK(refused("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n") ==
        StatusCode::unavailable);
}

TEST_CASE("the request asks for the subprotocol") {
  const std::string request =
      handshake_request({"localhost", "8080", "/rpc", "localhost:8080"}, key);
  CHECK(request.starts_with("GET /rpc HTTP/1.1\r\nHost: localhost:8080\r\n"));
  CHECK(request.find("\r\nSec-WebSocket-Protocol: cortado.v1\r\n") != std::string::npos);
  CHECK(request.ends_with("\r\n\r\n"));
}

}  // namespace
}  // namespace cortado::client
