// SPDX-License-Identifier: Apache-2.0
// One WebSocket connection: a link (net/) that carries a Connection (rpc/).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "net/websocket_link.hpp"
#include "rpc/connection.hpp"
#include "server/served_socket.hpp"
#include "server/worker.hpp"

namespace cortado::server {

class FrameSocket final : public net::WebSocketLink, public ServedSocket, private ConnectionHost {
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
  [[nodiscard]] std::size_t calls_in_flight() const override {
    return connection_.served_calls_in_flight();
  }

 private:
  // net::WebSocketLink
  void on_message(std::span<const std::byte> message) override;
  wire::Buffer take_output(wire::Buffer spare) override;
  void on_pong(std::span<const std::byte> payload) override;
  void on_closing(const net::LinkEnd& end) override;
  void on_end(const net::LinkEnd& end) override;

  // ConnectionHost
  [[nodiscard]] std::uint64_t now_ms() const override { return net::now_ms(); }
  [[nodiscard]] std::uint64_t now_us() const override { return net::now_us(); }
  void output_ready() override { WebSocketLink::output_ready(); }
  void wake_at(std::uint64_t deadline_ms) override;
  void handler_failed(std::string_view service, std::string_view method,
                      std::string_view what) override;
  void call_finished(std::string_view service, std::string_view method, StatusCode code,
                     std::uint64_t duration_us) override;
  void introduced(const wire::HelloView&, bool) override {}
  void goaway(const wire::GoawayView&) override {}

  void arm_timer();
  void close_when_drained();

  Worker& worker_;
  const std::string client_address_;
  std::optional<ServedSockets::Place> place_;  // none once it has ended
  net::Timer timer_;
  std::uint64_t wake_ms_ = wire::Peer::no_deadline;   // when the connection wants advance()
  std::uint64_t armed_ms_ = wire::Peer::no_deadline;  // when timer_ will look; not after wake_ms_
  bool draining_ = false;
  bool drained_ = false;  // all that was sent before our GOAWAY arrived has come
  Connection connection_;
};

}  // namespace cortado::server
