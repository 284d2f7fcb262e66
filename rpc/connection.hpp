// SPDX-License-Identifier: Apache-2.0
// A peer with its services and callers: turns frames into handler calls and awaited calls into
// frames. Still without a socket: whoever owns one (server/, client-wasm/, tests) is its host.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "rpc/channel.hpp"
#include "rpc/service.hpp"
#include "wire/peer.hpp"

namespace cortado {

/// The services one end offers. Outlives the connections that use it; does not own the services.
class ServiceRegistry {
 public:
  ServiceRegistry();
  ~ServiceRegistry();
  /// False when a service of the same interface id or name is there already.
  [[nodiscard]] bool add(Service& service);
  [[nodiscard]] Service* find(std::uint64_t interface_id) const;
  [[nodiscard]] Service* find(std::string_view name) const;
  [[nodiscard]] std::span<Service* const> all() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What a connection needs of whoever owns the socket. Its functions are called while the host or a
/// handler asks something of the connection; from inside them only take_output() may be called.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  /// Milliseconds of a clock that never goes back.
  [[nodiscard]] virtual std::uint64_t now_ms() const = 0;
  /// Microseconds of such a clock, for durations.
  [[nodiscard]] virtual std::uint64_t now_us() const { return now_ms() * 1000; }
  /// There is something in take_output(). Called once until it is taken; send it at the end of
  /// the turn, so that frames share a message.
  virtual void output_ready() = 0;
  /// Call Connection::advance() at this time (replaces an earlier one; Peer::no_deadline: never).
  /// It is not called again for a later time before this one has come: a call that ends in time, as
  /// nearly all do, costs no timer.
  virtual void wake_at(std::uint64_t deadline_ms) = 0;
  /// A handler threw something that is no RpcError: log it. The caller got `internal`.
  virtual void handler_failed(std::string_view service, std::string_view method,
                              std::string_view what) = 0;
  /// A call of the other end is over: for metrics. The names are empty where there is no such
  /// service or method.
  virtual void call_finished(std::string_view service, std::string_view method, StatusCode code,
                             std::uint64_t duration_us) = 0;
  virtual void introduced(const wire::HelloView& hello) = 0;
  virtual void goaway(const wire::GoawayView& goaway) = 0;
};

class Connection final : public Channel {
 public:
  /// `services` and `host` must outlive it, and so must what `caller` borrows: it is what handlers
  /// see of the other end.
  Connection(const wire::PeerOptions& options, const ServiceRegistry& services,
             ConnectionHost& host, const CallerInfo& caller);
  /// Closes it, so that every call ends. Not from inside a handler.
  ~Connection() override;

  /// Sends HELLO or WELCOME; first.
  void introduce();

  Task<Result<ReceivedMessage>> call(const MethodId& method, capnp::MessageBuilder& params,
                                     const CallOptions& options) override;

  /// A message arrived, 8-byte aligned, borrowed. An error: close the socket with this reason, then
  /// call close().
  [[nodiscard]] std::expected<void, wire::CloseReason> receive(std::span<const std::byte> message);
  void advance();
  void goaway(wire::CloseReason reason, std::uint32_t grace_ms, std::string_view message);
  /// The socket is gone: handlers are stopped, calls in flight end with `error`. Not from inside a
  /// handler of this connection, which would be destroyed while it runs.
  void close(const Error& error);

  [[nodiscard]] wire::Buffer take_output(wire::Buffer spare);
  [[nodiscard]] std::size_t served_calls_in_flight() const;
  [[nodiscard]] std::size_t own_calls_in_flight() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace cortado
