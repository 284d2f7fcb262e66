// SPDX-License-Identifier: Apache-2.0
// The sockets and the clock of a client in a page. The application's coroutines run inside the
// browser's events and may drop the client while they do, so each event keeps the connection, and
// with it this socket, until it has been handled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "client-wasm/app/page.hpp"
#include "client-wasm/app/timer.hpp"
#include "client-wasm/socket/web_socket.hpp"
#include "rpc/client_connection.hpp"
#include "rpc/wake_time.hpp"

namespace cortado::browser {

class PageHost final : public client::ClientHost {
 public:
  /// `timeout_ms`: of each attempt to connect.
  PageHost(std::string url, std::uint32_t timeout_ms);

  [[nodiscard]] std::uint64_t now_ms() const override;
  [[nodiscard]] std::uint64_t now_us() const override;
  void fill_with_random(std::span<std::byte> bytes) override;
  void post(std::function<void()> task) override;
  void handler_failed(std::string_view service, std::string_view method,
                      std::string_view what) override;
  [[nodiscard]] std::unique_ptr<client::ClientSocket> make_socket(
      client::ClientConnection& connection) override;

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] std::uint32_t timeout_ms() const { return timeout_ms_; }

 private:
  const std::string url_;
  const std::uint32_t timeout_ms_;
};

class PageSocket final : public client::ClientSocket, private WebSocketListener {
 public:
  PageSocket(PageHost& host, client::ClientConnection& connection);

  void open(std::uint32_t delay_ms) override;
  void output_ready() override;
  void close(std::uint16_t code, std::string_view reason) override;
  void wake_at(std::uint64_t time_ms) override;

 private:
  // WebSocketListener
  void on_socket_open() override;
  void on_socket_message(std::span<const std::byte> message) override;
  void on_socket_text() override;
  void on_socket_closed(std::uint16_t code, std::string_view reason) override;

  void open_now();
  void send_output();
  void set_wake_timer();
  [[nodiscard]] Error no_socket(StatusCode code, std::string_view why) const;

  // The page.
  static void on_page(PageEvent event, void* socket);
  void leave(std::uint16_t code, std::string_view why, std::uint32_t pause_ms);
  void hurry();

  // Timers.
  static void on_retry(void* socket);
  static void on_connect_timeout(void* socket);
  static void on_drain(void* socket);
  static void on_wake(void* socket);

  PageHost& host_;
  client::ClientConnection& connection_;  // which owns it
  WebSocket socket_{*this};
  Timer retry_timer_{on_retry, this};
  Timer connect_timer_{on_connect_timeout, this};
  Timer drain_timer_{on_drain, this};
  Timer wake_timer_{on_wake, this};
  WakeTime wake_time_;
  bool was_open_ = false;  // the present socket
  bool was_offline_ = false;
  PageWatch watch_{on_page, this};
};

}  // namespace cortado::browser
