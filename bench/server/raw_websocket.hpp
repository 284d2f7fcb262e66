// SPDX-License-Identifier: Apache-2.0
// The WebSocket endpoints of the raw server.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace cortado::bench {

/// Accepts the upgrade and serves until the page closes, which it throws as a system_error.
boost::asio::awaitable<void> serve_websocket(
    boost::asio::ip::tcp::socket socket,
    const boost::beast::http::request<boost::beast::http::string_body>& upgrade);

}  // namespace cortado::bench
