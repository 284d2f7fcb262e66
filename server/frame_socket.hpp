// SPDX-License-Identifier: Apache-2.0
// One WebSocket of frames: it carries the session that its first message names, until one of them
// ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/websocket_link.hpp"
#include "server/served_socket.hpp"
#include "server/worker.hpp"
#include "wire/protocol.hpp"

namespace cortado::server {

class ClientSession;

class FrameSocket final : public net::WebSocketLink, public ServedSocket {
 public:
  /// Serves a socket whose handshake is done; `received` came behind it.
  static void start(Worker& worker, net::Socket socket, std::string client_address,
                    std::span<const std::byte> received);

  FrameSocket(Worker& worker, net::Socket socket, std::string client_address);
  ~FrameSocket() override;

  void tick(std::uint64_t now_ms) override;
  void drain(std::uint32_t grace_ms) override;
  void stop() override;
  void abandon() override;

  // --- for its session -------------------------------------------------------------------------

  using WebSocketLink::output_ready;
  /// The session is no longer carried here, and what it had to send may go: closes.
  void leave_session(wire::CloseReason reason, std::string_view words);
  /// The server is draining: is there nothing more to wait for?
  void close_when_drained();

 private:
  // net::WebSocketLink
  void on_message(std::span<const std::byte> message) override;
  std::span<const std::byte> output() override;
  void clear_output() override;
  void on_pong(std::span<const std::byte> payload) override;
  void on_progress() override;
  void on_closing(const net::LinkEnd& end) override;
  void on_end(const net::LinkEnd& end) override;

  /// The first message: false when it opens no session.
  [[nodiscard]] bool open_session(std::span<const std::byte> message);

  Worker& worker_;
  const std::string client_address_;
  const std::uint64_t opened_ms_ = net::now_ms();
  std::optional<ServedSockets::Place> place_;  // none once it has ended
  std::shared_ptr<ClientSession> session_;     // none before the first message, and at the end
  bool drained_ = false;  // all that was sent before our GOAWAY arrived has come
};

}  // namespace cortado::server
