// SPDX-License-Identifier: Apache-2.0
// A client's end of a connection in a page: a WebSocket of Emscripten's that carries a Connection
// (rpc/). The application's coroutines run inside its event handlers and may drop the client while
// they do, so each handler keeps the state alive until it returns.
#pragma once

#include <cortado/client.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "client-wasm/app/timer.hpp"
#include "client-wasm/app/wait_list.hpp"
#include "client-wasm/socket/web_socket.hpp"
#include "rpc/connection.hpp"

namespace cortado {

class Client::State final : public std::enable_shared_from_this<Client::State>,
                            private browser::WebSocketListener,
                            private ConnectionHost {
 public:
  explicit State(const ConnectOptions& options);

  /// Waits until the socket to `url` is open, or says why it is not. `self` keeps what it waits on.
  static Task<Result<void>> open(std::shared_ptr<State> self, std::string url,
                                 std::uint32_t timeout_ms);
  /// Waits for the end of an open connection and says why it came.
  static Task<Error> wait_for_end(std::shared_ptr<State> self);

  [[nodiscard]] Channel& channel() { return connection_; }
  [[nodiscard]] bool is_open() const { return socket_.ready(); }

  /// The client was given up: its calls end, and the connection closes.
  void finish();

 private:
  // browser::WebSocketListener
  void on_socket_open() override;
  void on_socket_message(std::span<const std::byte> message) override;
  void on_socket_text() override;
  void on_socket_closed(std::uint16_t code, std::string_view reason) override;

  // ConnectionHost
  [[nodiscard]] std::uint64_t now_ms() const override;
  void output_ready() override;
  void wake_at(std::uint64_t deadline_ms) override;
  void handler_failed(std::string_view service, std::string_view method,
                      std::string_view what) override;
  void call_finished(std::string_view, std::string_view, StatusCode, std::uint64_t) override {}
  void introduced(const wire::HelloView&, bool) override {}
  void goaway(const wire::GoawayView&) override {}

  void send_output();
  void close_because(wire::CloseReason reason);
  /// Not open any more, or never: ends calls and resumes who waits.
  void end(Error error);
  void arm_wake_timer();
  static void on_wake(void* self);
  static void on_connect_timeout(void* self);

  const ServiceRegistry no_services_;
  browser::WebSocket socket_{*this};
  browser::WaitList opening_;
  browser::WaitList ending_;
  browser::Timer connect_timer_{on_connect_timeout, this};
  browser::Timer wake_timer_{on_wake, this};
  wire::Buffer spare_;
  std::uint64_t wake_ms_ = wire::Peer::no_deadline;
  std::uint64_t armed_ms_ = wire::Peer::no_deadline;
  std::optional<Error> end_;
  Connection connection_;
};

}  // namespace cortado
