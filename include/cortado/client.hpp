// SPDX-License-Identifier: Apache-2.0
// The C++ client. This header is the same for native programs (client-native/) and for C++
// applications in a page (client-wasm/app/): what differs is how a program waits, in EventLoop.
//
//   cortado::Task<void> show_price(cortado::EventLoop& loop) {
//     auto client = co_await cortado::connect(loop, "ws://localhost:8080/rpc");
//     if (!client) co_return report(client.error());
//     MarketClient market(client->channel());
//     auto quote = co_await market.quote([](auto params) { params.setSymbol("ACME"); });
//     if (quote) std::printf("%f\n", (*quote)->getPrice());
//   }
//
//   int main() {
//     cortado::EventLoop loop;
//     loop.run(show_price(loop));
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "rpc/channel.hpp"
#include "rpc/connection.hpp"
#include "rpc/error.hpp"
#include "rpc/task.hpp"
#include "rpc/wait_list.hpp"

namespace cortado {

/// Where the tasks of a client run. One thread.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Natively: returns when the task has finished, and throws what it threw. In a page, where
  /// nothing may block: returns at once, and the task lives on by itself.
  void run(Task<void> task);

  class State;
  [[nodiscard]] State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

struct ConnectOptions {
  /// Milliseconds until the first connection must stand, and for each attempt at a later one.
  std::uint32_t timeout_ms = 10'000;
  /// What the server may call on this end; nullptr: nothing. Must outlive the client.
  const ServiceRegistry* services = nullptr;
  /// Bytes of one frame's payload, announced to the server.
  std::uint32_t payload_size_max = wire::payload_size_max;
  /// Milliseconds of the longest wait before the first attempt to connect again; doubled after each
  /// that fails, up to the second number. Each wait is a random part of it.
  std::uint32_t retry_delay_ms = 500;
  std::uint32_t retry_delay_max_ms = 30'000;
  /// Bytes that may wait for the server, while it is away or slow. Beyond it calls fail with
  /// `resource_exhausted`.
  std::size_t backlog_size_max = std::size_t{4} * wire::payload_size_max;
};

enum class ClientState : std::uint8_t {
  /// There is a connection.
  connected,
  /// It was lost, and another is being tried for. Calls and streams wait.
  reconnecting,
  /// It will not come back: close(), or an end that is final (docs/protocol.md, "What closes the
  /// connection").
  closed,
};

/// What a client knows of its connection.
struct ClientStatus {
  ClientState state = ClientState::connected;
  /// How often the session went on over another connection, and how often that was not possible.
  std::uint32_t resumed_count = 0;
  std::uint32_t lost_count = 0;
  /// Attempts to connect since the last connection.
  std::uint32_t failed_attempts = 0;
  /// Why the last connection was lost, or the last attempt failed; while connected of the time before.
  Error last_error{StatusCode::ok, {}, 0, {}};
};

/// A server to be called. Its connection is opened anew when it is lost, and calls and streams go on
/// as docs/sessions.md promises. Closed when it is destroyed; calls in flight then end as `cancelled`.
class Client {
 public:
  class State;

  explicit Client(std::shared_ptr<State> state);
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  /// For generated clients. Lives as long as this client, also when it is moved.
  [[nodiscard]] Channel& channel();
  [[nodiscard]] bool connected() const;
  [[nodiscard]] const ClientStatus& status() const;
  /// Waits until the status has changed: `while (...) co_await client.changed();`. Changes that follow
  /// on each other quickly may be one.
  [[nodiscard]] Task<void> changed();
  /// Waits until it is closed for good and says why.
  [[nodiscard]] Task<Error> closed();
  /// Not from inside a handler of `services`.
  void close();

  /// Loses the connection on purpose, soon, as if the network had failed, and tries for the next one
  /// after `pause_ms`. To show, or to test, what a program does about it. Nothing happens while there
  /// is no connection.
  void lose_connection(std::uint32_t pause_ms);

 private:
  std::shared_ptr<State> state_;
};

/// Opens a connection. `url`: ws://host[:port][/path], the path /rpc unless it is given. In a page a
/// path alone is one of the server that the page came from: "/rpc".
/// `unavailable` when there is no server, `deadline_exceeded` when there is none in time,
/// `failed_precondition` when there is one of another kind, `invalid_argument` for the URL.
[[nodiscard]] Task<Result<Client>> connect(EventLoop& loop, std::string url,
                                           ConnectOptions options = {});

}  // namespace cortado
