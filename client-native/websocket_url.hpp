// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace cortado::client {

struct WebSocketUrl {
  std::string host;  // without the brackets of an IPv6 address
  std::string port;
  std::string path;       // with the query
  std::string authority;  // for the Host header
};

/// ws://host[:port][/path] and the same with http:. The error says what is wrong.
[[nodiscard]] std::expected<WebSocketUrl, std::string> parse_websocket_url(std::string_view url);

}  // namespace cortado::client
