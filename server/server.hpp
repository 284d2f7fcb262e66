// SPDX-License-Identifier: Apache-2.0
// The server: HTTP and WebSocket on one port, for services generated from a schema.
//
//   cortado::ServerOptions options;
//   options.static_root = "web";
//   cortado::Server server(options);
//   Greeter greeter;
//   server.add(greeter);
//   return server.run();
//
// Handlers run on the server's thread, one at a time, and wait with co_await. A handler that blocks
// blocks everybody: give long work to a thread pool (net/use_task.hpp says how to come back).
#pragma once

#include <boost/asio/io_context.hpp>
#include <capnp/message.h>

#include <concepts>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "rpc/json.hpp"
#include "rpc/message_bytes.hpp"
#include "rpc/service.hpp"
#include "server/listener.hpp"
#include "server/options.hpp"

namespace cortado {

using server::StartError;

class Server {
 public:
  explicit Server(ServerOptions options = {});
  /// Stops without grace if it still runs.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Offers a generated service, over frames and over JSON. Before the server starts; `service`
  /// must outlive it. Throws std::invalid_argument for a second service of one interface.
  template <class S>
  void add(S& service) {
    add(service, &S::json_codec());
  }
  /// The same with the codec named; nullptr: over frames only, and the codec need not be linked.
  void add(Service& service, const JsonCodec* codec);

  /// Serves until SIGTERM or SIGINT; then finishes what is in flight and returns the exit status:
  /// 0, or 1 when it could not start, which is logged.
  int run();

  /// Serves on a thread of its own until stop(). For tests, and programs with another main loop.
  [[nodiscard]] std::expected<void, StartError> start();
  /// Finishes what is in flight, at most ServerOptions::grace_ms, and waits for the end. From any
  /// thread but the server's.
  void stop();

  /// The port it listens at, once started.
  [[nodiscard]] std::uint16_t port() const;
  /// "http://127.0.0.1:8080", once started.
  [[nodiscard]] std::string url() const;

  /// Sends `fill`'s message to all who are subscribed to the topic (Call::subscribe()), encoded once.
  /// A client that reads too slowly, or is away, gets the newest message of each topic when it can.
  /// From any thread. Throws std::invalid_argument when topic or message are larger than
  /// wire::topic_size_max and wire::cut_size allow.
  template <class T, std::invocable<typename T::Builder> Fill>
  void publish(std::string_view topic, Fill fill) {
    capnp::MallocMessageBuilder message;
    fill(message.initRoot<T>());
    publish(topic, message.getSegmentsForOutput());
  }
  /// The same for a message in segments.
  void publish(std::string_view topic, Segments message);

  /// For timers, sockets and other I/O objects of handlers: what they complete on.
  [[nodiscard]] boost::asio::io_context::executor_type executor();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace cortado
