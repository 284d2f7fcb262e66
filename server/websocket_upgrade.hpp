// SPDX-License-Identifier: Apache-2.0
// The server's half of the WebSocket handshake, RFC 6455 section 4.2.
#pragma once

#include <expected>
#include <string>

#include "server/http_message.hpp"
#include "server/origin.hpp"

namespace cortado::server {

[[nodiscard]] bool wants_websocket(const Request& request);

/// The text of the 101 answer, or the answer that says what is wrong.
[[nodiscard]] std::expected<std::string, Response> accept_websocket(const OriginPolicy& origins,
                                                                    const Request& request);

}  // namespace cortado::server
