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

#include <cstdint>
#include <memory>
#include <string>

#include "rpc/channel.hpp"
#include "rpc/connection.hpp"
#include "rpc/error.hpp"
#include "rpc/task.hpp"

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
  /// Milliseconds until the connection must stand.
  std::uint32_t timeout_ms = 10'000;
  /// What the server may call on this end; nullptr: nothing. Must outlive the client.
  const ServiceRegistry* services = nullptr;
  /// Bytes of one frame's payload, announced to the server.
  std::uint32_t payload_size_max = wire::payload_size_max;
};

/// A connection to a server. Closed when it is destroyed; calls in flight then end as `cancelled`.
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
  /// Waits until the connection is gone and says why.
  [[nodiscard]] Task<Error> closed();
  void close();

 private:
  std::shared_ptr<State> state_;
};

/// Opens a connection. `url`: ws://host[:port][/path], the path /rpc unless it is given.
/// `unavailable` when there is no server, `deadline_exceeded` when there is none in time,
/// `failed_precondition` when there is one of another kind, `invalid_argument` for the URL.
[[nodiscard]] Task<Result<Client>> connect(EventLoop& loop, std::string url,
                                           ConnectOptions options = {});

}  // namespace cortado
