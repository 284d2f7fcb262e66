// SPDX-License-Identifier: Apache-2.0
// The sockets and the clock of a native client.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "client-native/client_link.hpp"
#include "client-native/open_socket.hpp"
#include "net/wake_timer.hpp"
#include "rpc/client_connection.hpp"

namespace cortado::client {

class NativeHost final : public ClientHost {
 public:
  /// `timeout_ms`: of each attempt to connect.
  NativeHost(net::Executor executor, WebSocketUrl url, std::uint32_t timeout_ms);

  [[nodiscard]] std::uint64_t now_ms() const override { return net::now_ms(); }
  [[nodiscard]] std::uint64_t now_us() const override { return net::now_us(); }
  void fill_with_random(std::span<std::byte> bytes) override;
  void post(std::function<void()> task) override;
  void handler_failed(std::string_view, std::string_view, std::string_view) override {}
  [[nodiscard]] std::unique_ptr<ClientSocket> make_socket(ClientConnection& connection) override;

  [[nodiscard]] net::Executor executor() const { return executor_; }
  [[nodiscard]] Task<Result<OpenSocket>> open_socket() const;
  [[nodiscard]] const std::shared_ptr<net::LinkPool>& pool() const { return pool_; }

 private:
  const net::Executor executor_;
  const WebSocketUrl url_;
  const std::uint32_t timeout_ms_;
  const std::shared_ptr<net::LinkPool> pool_ = std::make_shared<net::LinkPool>();
};

class NativeSocket final : public ClientSocket {
 public:
  NativeSocket(const NativeHost& host, ClientConnection& connection);
  ~NativeSocket() override;

  void open(std::uint32_t delay_ms) override;
  void output_ready() override;
  void close(std::uint16_t code, std::string_view reason) override;
  void wake_at(std::uint64_t time_ms) override;

 private:
  Task<void> open_later(std::uint32_t delay_ms);
  void opening_ended(Result<OpenSocket> open);

  const NativeHost& host_;
  ClientConnection& connection_;  // which owns it
  net::Timer retry_timer_;
  net::WakeTimer wake_timer_;
  std::shared_ptr<ClientLink> link_;  // none while opening
  Task<void> opening_;
};

}  // namespace cortado::client
