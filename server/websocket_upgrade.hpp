// SPDX-License-Identifier: Apache-2.0
// The server's half of the WebSocket handshake, RFC 6455 section 4.2.
#pragma once

#include <expected>
#include <string>

#include "server/http_message.hpp"
#include "server/origin.hpp"

namespace cortado::server {

[[nodiscard]] bool wants_websocket(const Request& request);

struct AcceptedWebSocket {
  /// The text of the 101 answer.
  std::string answer;
  /// It may carry several connections (docs/protocol.md, "Lanes").
  bool has_lanes = false;
};

/// Or the answer that says what is wrong. `may_have_lanes`: if the client wants them.
[[nodiscard]] std::expected<AcceptedWebSocket, Response> accept_websocket(
    const OriginPolicy& origins, const Request& request, bool may_have_lanes);

}  // namespace cortado::server
