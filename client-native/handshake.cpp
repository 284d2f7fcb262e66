// SPDX-License-Identifier: Apache-2.0
#include "client-native/handshake.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "net/websocket_key.hpp"
#include "wire/protocol.hpp"

namespace cortado::client {
namespace {

namespace http = boost::beast::http;

std::unexpected<Error> failure(StatusCode code, std::string message) {
  return std::unexpected(Error{code, std::move(message)});
}

}  // namespace

std::string handshake_request(const WebSocketUrl& url, std::string_view key) {
  return "GET " + url.path + " HTTP/1.1\r\nHost: " + url.authority +
         "\r\n"
         "Upgrade: websocket\r\n"
         "Connection: Upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: " +
         std::string(key) + "\r\nSec-WebSocket-Protocol: " + std::string(wire::subprotocol) +
         "\r\n\r\n";
}

Result<std::optional<std::size_t>> read_handshake(std::string_view received, std::string_view key) {
  http::response_parser<http::empty_body> parser;
  parser.header_limit(handshake_size_max);
  boost::system::error_code error;
  const std::size_t size = parser.put(boost::asio::buffer(received), error);
  if (error && error != http::error::need_more) {
    return failure(StatusCode::failed_precondition,
                   "the server does not speak HTTP: " + error.message());
  }
  if (!parser.is_header_done()) return std::nullopt;

  const auto& response = parser.get();
  const auto is = [&response](http::field field, std::string_view wanted) {
    return boost::beast::iequals(response[field], wanted);
  };
  if (response.result_int() == 503) {
    return failure(StatusCode::unavailable, "the server takes no connections now (503)");
  }
  if (response.result_int() != 101) {
    return failure(StatusCode::failed_precondition,
                   "the server refused the WebSocket: " + std::to_string(response.result_int()) +
                       " " + std::string(response.reason()));
  }
  if (!is(http::field::upgrade, "websocket") ||
      response[http::field::sec_websocket_accept] != net::accept_key(key) ||
      !is(http::field::sec_websocket_protocol, wire::subprotocol)) {
    return failure(StatusCode::failed_precondition,
                   "the server's WebSocket does not speak " + std::string(wire::subprotocol));
  }
  return size;
}

}  // namespace cortado::client
