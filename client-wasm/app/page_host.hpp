// SPDX-License-Identifier: Apache-2.0
// The WebSockets of a client in a page, which heeds the page's own life.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "client-wasm/app/browser_host.hpp"
#include "client-wasm/app/browser_socket.hpp"
#include "client-wasm/app/page.hpp"
#include "client-wasm/socket/web_socket.hpp"

namespace cortado::browser {

class PageHost final : public BrowserHost {
 public:
  /// `timeout_ms`: of each attempt to connect.
  PageHost(std::string url, std::uint32_t timeout_ms);

  [[nodiscard]] std::unique_ptr<client::ClientSocket> make_socket(
      client::ClientConnection& connection) override;

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] std::uint32_t timeout_ms() const { return timeout_ms_; }

 private:
  const std::string url_;
  const std::uint32_t timeout_ms_;
};

class PageSocket final : public BrowserSocket, private WebSocketListener {
 public:
  PageSocket(PageHost& host, client::ClientConnection& connection);

  void open(std::uint32_t delay_ms) override;
  void close(std::uint16_t code, std::string_view reason) override;

 private:
  // BrowserSocket
  [[nodiscard]] bool ready() const override { return socket_.ready(); }
  [[nodiscard]] std::size_t buffered_size() const override { return socket_.buffered_size(); }
  void send(std::span<const std::byte> message) override { socket_.send(message); }

  // WebSocketListener
  void on_socket_open() override;
  void on_socket_message(std::span<const std::byte> message) override;
  void on_socket_text() override;
  void on_socket_closed(std::uint16_t code, std::string_view reason) override;

  void open_now();
  [[nodiscard]] Error no_socket(StatusCode code, std::string_view why) const;

  // The page.
  static void on_page(PageEvent event, void* socket);
  void leave(std::uint16_t code, std::string_view why, std::uint32_t pause_ms);
  void hurry();

  // Timers.
  static void on_retry(void* socket);
  static void on_connect_timeout(void* socket);

  PageHost& host_;
  WebSocket socket_{*this};
  Timer retry_timer_{on_retry, this};
  Timer connect_timer_{on_connect_timeout, this};
  bool was_open_ = false;  // the present socket
  bool was_offline_ = false;
  PageWatch watch_{on_page, this};
};

}  // namespace cortado::browser
