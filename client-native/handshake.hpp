// SPDX-License-Identifier: Apache-2.0
// The client's half of the WebSocket handshake, RFC 6455 section 4.1: text out, text in.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "client-native/websocket_url.hpp"
#include "rpc/error.hpp"

namespace cortado::client {

[[nodiscard]] std::string handshake_request(const WebSocketUrl& url, std::string_view key);

/// Bytes of an answer's head, beyond which it is not read.
inline constexpr std::size_t handshake_size_max = 16 * 1024;

/// Reads what has come of the answer. nullopt: not yet whole. The size of the answer: it is right,
/// what is behind it are frames.
[[nodiscard]] Result<std::optional<std::size_t>> read_handshake(std::string_view received,
                                                                std::string_view key);

}  // namespace cortado::client
