// SPDX-License-Identifier: Apache-2.0
// Takes connections and serves each as HTTP first.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "net/asio.hpp"
#include "server/worker.hpp"

namespace cortado::server {

/// Why a server does not start.
struct StartError {
  enum class Kind : std::uint8_t { bad_options, port_in_use, cannot_listen };
  Kind kind = Kind::bad_options;
  /// For people; names the cure.
  std::string message;
};

class Listener {
 public:
  /// `worker` must outlive it.
  explicit Listener(Worker& worker)
      : worker_(worker), acceptor_(worker.executor), pause_(worker.executor) {}

  [[nodiscard]] std::expected<void, StartError> open(const std::string& address,
                                                     std::uint16_t port);
  [[nodiscard]] net::Tcp::endpoint endpoint() const { return endpoint_; }

  /// Begins to take connections.
  void start() { accept(); }
  /// Takes no more; those taken stay.
  void close();

 private:
  void accept();
  void on_accept(net::ErrorCode error, net::Socket socket);

  Worker& worker_;
  net::Acceptor acceptor_;
  net::Timer pause_;
  net::Tcp::endpoint endpoint_;
};

}  // namespace cortado::server
