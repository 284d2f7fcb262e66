// SPDX-License-Identifier: Apache-2.0
#include "client-native/websocket_url.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace cortado::client {
namespace {

std::unexpected<std::string> problem(std::string_view url, std::string_view what) {
  return std::unexpected("'" + std::string(url) + "' " + std::string(what));
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  return error == std::errc{} && stop == end && port != 0;
}

/// Would end the line it is written into.
bool is_unsafe(char character) { return static_cast<unsigned char>(character) <= ' '; }

}  // namespace

std::expected<WebSocketUrl, std::string> parse_websocket_url(std::string_view url) {
  std::string_view rest = url;
  if (rest.starts_with("wss://") || rest.starts_with("https://")) {
    return problem(url,
                   "needs TLS, which this client does not speak: put a proxy before the server");
  }
  if (rest.starts_with("ws://")) {
    rest.remove_prefix(5);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return problem(url, "is no address of a server: write it as in ws://localhost:8080/rpc");
  }
  if (std::ranges::any_of(rest, is_unsafe)) return problem(url, "has a space in it");
  if (const std::size_t fragment = rest.find('#'); fragment != std::string_view::npos) {
    rest = rest.substr(0, fragment);
  }
  const std::size_t path = rest.find_first_of("/?");
  WebSocketUrl parsed;
  parsed.authority = rest.substr(0, path);
  parsed.path = path == std::string_view::npos ? "/rpc" : std::string(rest.substr(path));
  if (parsed.path == "/") parsed.path = "/rpc";
  if (parsed.path.starts_with('?')) parsed.path.insert(0, "/rpc");
  if (parsed.authority.find('@') != std::string::npos) {
    return problem(url, "names a user, which WebSocket does not know");
  }

  const std::string_view authority = parsed.authority;
  const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) return problem(url, "has an unclosed bracket");
  const std::size_t colon = authority.find(':', bracket);
  parsed.host = bracket > 0 ? authority.substr(1, bracket - 1) : authority.substr(0, colon);
  parsed.port = colon == std::string_view::npos ? "80" : std::string(authority.substr(colon + 1));
  if (parsed.host.empty()) return problem(url, "names no host");
  if (!is_port(parsed.port)) return problem(url, "has no valid port");
  return parsed;
}

}  // namespace cortado::client
