// SPDX-License-Identifier: Apache-2.0
// One WebSocket of a client: it carries a ClientConnection until one of them leaves.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "net/websocket_link.hpp"

namespace cortado::client {

class ClientConnection;

class ClientLink final : public net::WebSocketLink {
 public:
  /// `pool` is shared by the links of a client.
  ClientLink(net::Socket socket, std::shared_ptr<net::LinkPool> pool,
             std::weak_ptr<ClientConnection> connection);

  using WebSocketLink::output_ready;
  /// Closes; what comes is looked at no more, and what waits in the connection stays there.
  void leave(std::uint16_t code, std::string_view reason);

 private:
  void on_message(std::span<const std::byte> message) override;
  std::span<const std::byte> output() override;
  void clear_output() override;
  void on_closing(const net::LinkEnd& end) override;
  void on_end(const net::LinkEnd& end) override;

  std::shared_ptr<net::LinkPool> pool_;
  std::weak_ptr<ClientConnection> connection_;  // none once it has left
  net::Timer closing_timer_;
};

}  // namespace cortado::client
