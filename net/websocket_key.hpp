// SPDX-License-Identifier: Apache-2.0
// The keys of the WebSocket handshake, RFC 6455 section 4. They prove that the other end speaks
// WebSocket, nothing else: they are no secret.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "net/websocket_frame.hpp"

namespace cortado::net {

/// Sec-WebSocket-Key of a new client: 16 random bytes in base64.
[[nodiscard]] std::string new_websocket_key();

/// 16 bytes in base64.
[[nodiscard]] bool is_websocket_key(std::string_view key);

/// Sec-WebSocket-Accept for a key.
[[nodiscard]] std::string accept_key(std::string_view key);

/// Masks of a client's frames. They must not be guessed by who writes the payload, so that it
/// cannot pose as another protocol to a proxy (section 10.3). Random bytes are fetched many at a
/// time.
class MaskKeys {
 public:
  [[nodiscard]] MaskKey next();

 private:
  std::array<std::byte, 256> bytes_{};
  std::size_t used_ = sizeof(bytes_);
};

}  // namespace cortado::net
