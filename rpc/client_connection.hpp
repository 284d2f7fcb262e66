// SPDX-License-Identifier: Apache-2.0
// A Connection of a client, which outlives its sockets: asks for another when one is lost, for as
// long as it is wanted. Knows no socket of any kind: its host (rpc/client_host.hpp) does.
#pragma once

#include <cortado/client.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "rpc/backoff.hpp"
#include "rpc/client_host.hpp"
#include "rpc/connection.hpp"

namespace cortado::client {

/// What all connections of a client share.
struct ClientContext {
  ClientContext(std::unique_ptr<ClientHost> client_host, const ConnectOptions& connect_options)
      : host(std::move(client_host)), other(host->other_end()), options(connect_options) {}

  /// Whether there is no other one when a socket is lost.
  [[nodiscard]] bool has_one_socket() const { return other.session.retained_size_max == 0; }

  std::unique_ptr<ClientHost> host;
  OtherEnd other;
  ConnectOptions options;
  ServiceRegistry no_services;
};

class ClientConnection final : public std::enable_shared_from_this<ClientConnection>,
                               private ConnectionHost {
 public:
  /// Hears what becomes of it, from inside, where only its status may be asked.
  class Owner {
   public:
    virtual void status_changed(ClientConnection& connection) = 0;
    /// The server takes no new calls here.
    virtual void went_away(ClientConnection& connection) = 0;
    /// It has ended by itself: retired and idle, or closed for good by the other end.
    virtual void ended(ClientConnection& connection) = 0;

   protected:
    ~Owner() = default;
  };

  /// `owner` hears nothing more once it is gone.
  ClientConnection(std::shared_ptr<const ClientContext> context, std::weak_ptr<Owner> owner);

  /// Asks for the first socket.
  void open() { socket_->open(0); }
  /// The same after a wait, as for those that follow.
  void open_later();
  /// No calls will be made here any more: ends once those in flight have.
  void retire();
  /// It is over for good. Not from inside a handler.
  void close(const Error& error);
  /// Gives its socket up soon, if it has one that is open, and opens the next after `pause_ms`. `why`:
  /// a literal.
  void lose(std::uint16_t code, std::string_view why, std::uint32_t pause_ms);

  [[nodiscard]] Connection& connection() { return connection_; }
  [[nodiscard]] const ClientStatus& status() const { return status_; }

  // --- for its socket ----------------------------------------------------------------------------

  void opened();
  void not_opened(Error why);
  /// By the other end, or because the network failed.
  void lost(const SocketEnd& end);
  void receive(std::span<const std::byte> message);
  /// It sent what no server of this protocol sends.
  void broken(wire::CloseReason reason);
  [[nodiscard]] std::span<const std::byte> output() { return connection_.output(); }
  void clear_output() { connection_.clear_output(); }
  void on_wake();

 private:
  // ConnectionHost
  [[nodiscard]] std::uint64_t now_ms() const override { return context_->host->now_ms(); }
  [[nodiscard]] std::uint64_t now_us() const override { return context_->host->now_us(); }
  void output_ready() override { socket_->output_ready(); }
  void wake_at(std::uint64_t deadline_ms) override { socket_->wake_at(deadline_ms); }
  void handler_failed(std::string_view service, std::string_view method,
                      std::string_view what) override {
    context_->host->handler_failed(service, method, what);
  }
  void call_finished(std::string_view, std::string_view, StatusCode, std::uint64_t) override {}
  void introduced(const wire::HelloView& hello, bool resumed) override;
  void goaway(const wire::GoawayView& goaway) override;
  void silent() override;

  /// The socket is gone, or given up: asks for the next, after `pause_ms` or some time of its choice.
  void reconnect(Error why, std::optional<std::uint32_t> pause_ms = std::nullopt);
  /// Gives the socket up, but not from inside of what runs now. `why`: a literal.
  void give_up(std::uint16_t code, std::string_view why,
               std::optional<std::uint32_t> pause_ms = std::nullopt);
  void finish(const Error& why);
  /// The only socket is gone.
  void finish_lost(const Error& why);
  [[nodiscard]] bool is_done() const {
    return retired_ && connection_.own_calls_in_flight() == 0 &&
           connection_.served_calls_in_flight() == 0;
  }
  void finish_when_done();
  void tell_status();

  const std::shared_ptr<const ClientContext> context_;
  const std::weak_ptr<Owner> owner_;
  ClientStatus status_;
  std::uint32_t sockets_ = 0;  // opened so far
  bool retired_ = false;
  bool closed_ = false;
  Backoff backoff_;
  // The connection's last words may ask for output and time.
  std::unique_ptr<ClientSocket> socket_;
  Connection connection_;  // whose handlers see the others
};

}  // namespace cortado::client
