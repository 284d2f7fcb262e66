// SPDX-License-Identifier: Apache-2.0
// The client's end of a connection: a link (net/) that carries a Connection (rpc/).
#pragma once

#include <cortado/client.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "net/websocket_link.hpp"
#include "rpc/connection.hpp"

namespace cortado {

class Client::State final : public net::WebSocketLink, private ConnectionHost {
 public:
  /// `pool` is this session's own, made before it so that it outlives the link.
  State(net::Socket socket, std::unique_ptr<net::LinkPool> pool, const ConnectOptions& options);

  /// `received` came behind the handshake.
  void begin(std::span<const std::byte> received);
  /// The client was given up: its calls end, and the connection closes.
  void finish();

  [[nodiscard]] Channel& channel() { return connection_; }
  /// Waits for the end. `self` keeps what it waits on.
  static Task<Error> wait_for_end(std::shared_ptr<State> self);

 private:
  // net::WebSocketLink
  void on_message(std::span<const std::byte> message) override;
  wire::Buffer take_output(wire::Buffer spare) override;
  void on_end(const net::LinkEnd& end) override;

  // ConnectionHost
  [[nodiscard]] std::uint64_t now_ms() const override { return net::now_ms(); }
  [[nodiscard]] std::uint64_t now_us() const override { return net::now_us(); }
  void output_ready() override { WebSocketLink::output_ready(); }
  void wake_at(std::uint64_t deadline_ms) override;
  void handler_failed(std::string_view, std::string_view, std::string_view) override {}
  void call_finished(std::string_view, std::string_view, StatusCode, std::uint64_t) override {}
  void introduced(const wire::HelloView&, bool) override {}
  void goaway(const wire::GoawayView&) override {}

  void arm_timer();
  void tick_later();

  std::unique_ptr<net::LinkPool> pool_;
  ServiceRegistry no_services_;
  net::Timer wake_timer_;
  net::Timer tick_timer_;
  net::Timer ended_;  // never expires; cancelled at the end
  std::uint64_t wake_ms_ = wire::Peer::no_deadline;
  std::uint64_t armed_ms_ = wire::Peer::no_deadline;
  bool is_ended_ = false;
  Error end_;
  Connection connection_;
};

}  // namespace cortado
