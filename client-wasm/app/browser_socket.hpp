// SPDX-License-Identifier: Apache-2.0
// What a connection's sockets have in common in a browser, whatever carries the bytes: output leaves
// at the end of the turn and as far as there is room, and there is one timer. The application's
// coroutines run inside the browser's events and may drop the client while they do, so each event
// keeps the connection, and with it this socket, until it has been handled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "client-wasm/app/timer.hpp"
#include "rpc/client_connection.hpp"
#include "rpc/wake_time.hpp"

namespace cortado::browser {

class BrowserSocket : public client::ClientSocket {
 public:
  void output_ready() final;
  void wake_at(std::uint64_t time_ms) final;

 protected:
  BrowserSocket(client::ClientHost& host, client::ClientConnection& connection);

  [[nodiscard]] client::ClientConnection& connection() { return connection_; }
  /// The socket is gone: there is no room to wait for.
  void stop_draining() { drain_timer_.stop(); }

 private:
  /// Bytes may be sent.
  [[nodiscard]] virtual bool ready() const = 0;
  /// Bytes given to send() that have not left.
  [[nodiscard]] virtual std::size_t buffered_size() const = 0;
  /// One message, which is copied.
  virtual void send(std::span<const std::byte> message) = 0;

  void send_output();
  void set_wake_timer();
  static void on_drain(void* socket);
  static void on_wake(void* socket);

  client::ClientHost& host_;
  client::ClientConnection& connection_;  // which owns it
  Timer drain_timer_{on_drain, this};
  Timer wake_timer_{on_wake, this};
  WakeTime wake_time_;
};

}  // namespace cortado::browser
