// SPDX-License-Identifier: Apache-2.0
// From a URL to a WebSocket: resolve, connect, shake hands, all within one timeout.
#pragma once

#include <cstdint>
#include <string>

#include "client-native/websocket_url.hpp"
#include "net/asio.hpp"
#include "rpc/error.hpp"
#include "rpc/task.hpp"

namespace cortado::client {

struct OpenSocket {
  net::Socket socket;
  std::string received;  // behind the server's answer
};

/// `url` lives as long as the task. Errors as connect() in <cortado/client.hpp>.
[[nodiscard]] Task<Result<OpenSocket>> open_socket(net::Executor executor, const WebSocketUrl& url,
                                                   std::uint32_t timeout_ms);

}  // namespace cortado::client
