// SPDX-License-Identifier: Apache-2.0
// A Connection (rpc/) of a client, which outlives its WebSockets: opens another when one is lost, for
// as long as it is wanted.
#pragma once

#include <cortado/client.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "client-native/client_link.hpp"
#include "client-native/open_socket.hpp"
#include "net/backoff.hpp"
#include "net/wake_timer.hpp"
#include "rpc/connection.hpp"

namespace cortado::client {

/// What all connections of a client share.
struct ClientContext {
  ClientContext(net::Executor thread, WebSocketUrl server, const ConnectOptions& connect_options)
      : executor(thread), url(std::move(server)), options(connect_options) {}

  net::Executor executor;
  WebSocketUrl url;
  ConnectOptions options;
  std::shared_ptr<net::LinkPool> pool = std::make_shared<net::LinkPool>();
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

  /// Goes on over an open socket.
  void attach(OpenSocket open);
  /// Opens one, after a while.
  void retry();
  /// No calls will be made here any more: ends once those in flight have.
  void retire();
  /// It is over for good. Not from inside a handler.
  void close(const Error& error);

  [[nodiscard]] Connection& connection() { return connection_; }
  [[nodiscard]] const ClientStatus& status() const { return status_; }

  // --- for its link and its timer --------------------------------------------------------------

  void receive(std::span<const std::byte> message);
  [[nodiscard]] std::span<const std::byte> output() { return connection_.output(); }
  void clear_output() { connection_.clear_output(); }
  void link_ended(const net::LinkEnd& end);
  void on_wake();

 private:
  // ConnectionHost
  [[nodiscard]] std::uint64_t now_ms() const override { return net::now_ms(); }
  [[nodiscard]] std::uint64_t now_us() const override { return net::now_us(); }
  void output_ready() override;
  void wake_at(std::uint64_t deadline_ms) override;
  void handler_failed(std::string_view, std::string_view, std::string_view) override {}
  void call_finished(std::string_view, std::string_view, StatusCode, std::uint64_t) override {}
  void introduced(const wire::HelloView& hello, bool resumed) override;
  void goaway(const wire::GoawayView& goaway) override;
  void silent() override;

  Task<void> reconnect();
  /// The link is gone, or given up: waits for the next.
  void lose(Error why);
  void finish(Error why);
  [[nodiscard]] bool is_done() const {
    return retired_ && connection_.own_calls_in_flight() == 0 &&
           connection_.served_calls_in_flight() == 0;
  }
  void finish_when_done();
  void tell_status();

  const std::shared_ptr<const ClientContext> context_;
  const std::weak_ptr<Owner> owner_;
  ClientStatus status_;
  std::shared_ptr<ClientLink> link_;  // none while reconnecting
  bool was_introduced_ = false;  // ever: the next introduction tells what became of the session
  bool retired_ = false;
  bool closed_ = false;
  net::Backoff backoff_;
  std::mt19937 random_;  // for waits, which are no secret
  net::Timer retry_timer_;
  net::WakeTimer wake_timer_;
  Connection connection_;  // whose handlers see the others
  Task<void> reconnecting_;
};

}  // namespace cortado::client
