// SPDX-License-Identifier: Apache-2.0
// A peer with its services and callers: turns frames into handler calls and awaited calls into
// frames. Still without a socket: whoever owns one (server/, client-wasm/, tests) is its host.
//
// It lives in one of two ways, as its peer does (wire/peer.hpp, wire/session.hpp):
//   alone           introduce(); receive(); output_ready(): take_output(). One socket, one life.
//   with a session  attach(); receive(); output_ready(): output(), clear_output(); detach(), and
//                   attach() again. Calls and streams go on, over as many sockets as it takes, while
//                   the connection is kept: by a client for as long as it likes, by a server in a
//                   table by token() until expired().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "rpc/channel.hpp"
#include "rpc/service.hpp"
#include "rpc/stream_call.hpp"
#include "wire/peer.hpp"
#include "wire/session.hpp"

namespace cortado {

class AnswerMemory;

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
/// handler asks something of the connection; from inside them only what hands out output may be
/// called.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  /// Milliseconds of a clock that never goes back: the same for all hosts of a program, as a
  /// deadline goes from a call to those made on its behalf, whatever connection they take.
  [[nodiscard]] virtual std::uint64_t now_ms() const = 0;
  /// Microseconds of such a clock, for durations.
  [[nodiscard]] virtual std::uint64_t now_us() const { return now_ms() * 1000; }
  /// There is something in take_output() or output(). Called once until that was taken, or had
  /// nothing more; send it at the end of the turn, so that frames share a message.
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
  /// The other end introduced itself on this socket. Resumed: the session goes on where it was.
  virtual void introduced(const wire::HelloView& hello, bool resumed) = 0;
  virtual void goaway(const wire::GoawayView& goaway) = 0;

  /// A push on a topic; borrowed. What is kept of it is a copy.
  virtual void notified(const wire::NotifyView& /*notify*/) {}
  /// Connection::notify() may be tried again, after it gave `blocked`.
  virtual void notify_writable() {}

  // --- with a session; wire::SessionHandler says more ---
  /// Nothing is heard of the other end: close the socket (CloseReason::idle), then detach().
  virtual void silent() {}
  /// The session is lost, its calls have ended. A server's connection is of no more use: destroy it,
  /// but not from in here. A client's begins anew with the next attach().
  virtual void expired() {}
};

struct ConnectionOptions {
  wire::PeerOptions peer{};
  /// None: alone.
  std::optional<wire::SessionOptions> session{};
  /// Names an acceptor's session: bytes nobody can guess. Empty: a connector's, or none is kept.
  std::span<const std::byte> token{};
  /// Random bytes by which idempotent calls get a key, so that a server which remembers answers does
  /// not run one twice that had to be sent twice; at most call_key_seed_max. Empty: no keys.
  std::span<const std::byte> call_key_seed{};
  /// Where answers to the other end's calls that carry such a key are remembered; null: nowhere. It
  /// outlives the connection, and many share it.
  AnswerMemory* answers = nullptr;
};
inline constexpr std::size_t call_key_seed_max = 16;

/// How often a call is sent that may have run each time, because its session was lost: a request that
/// brings its server down must not do so for ever.
inline constexpr unsigned call_attempts_max = 3;

class Connection final : public Channel {
 public:
  /// `services` and `host` must outlive it, and so must what `caller` borrows: it is what handlers
  /// see of the other end, wherever a session goes on.
  Connection(const ConnectionOptions& options, const ServiceRegistry& services,
             ConnectionHost& host, const CallerInfo& caller);
  /// Without a session.
  Connection(const wire::PeerOptions& options, const ServiceRegistry& services,
             ConnectionHost& host, const CallerInfo& caller);
  /// Closes it, so that every call ends. Not from inside a handler.
  ~Connection() override;

  // --- calls -----------------------------------------------------------------------------------

  /// An idempotent call, and one that has not left yet, is sent again when its session was lost.
  Task<Result<ReceivedMessage>> call(const MethodId& method, capnp::MessageBuilder& params,
                                     const CallOptions& options) override;
  [[nodiscard]] std::unique_ptr<StreamCall> open(const MethodId& method,
                                                 capnp::MessageBuilder* params,
                                                 const CallOptions& options) override;

  /// Sends a push on a topic (rpc/topic.hpp), encoded once for many connections. `blocked`: the
  /// reader is slow, and ConnectionHost::notify_writable() will come. Not from inside the host's
  /// functions.
  [[nodiscard]] Sent notify(std::span<const std::byte> frame);

  // --- both ways of life -----------------------------------------------------------------------

  /// A message arrived, 8-byte aligned, borrowed. An error: close the socket with this reason, then
  /// call close(), or with a session what wire::Session::receive() says.
  [[nodiscard]] std::expected<void, wire::CloseReason> receive(std::span<const std::byte> message);
  void advance();
  void goaway(wire::CloseReason reason, std::uint32_t grace_ms, std::string_view message);
  /// It is over for good: handlers are stopped, calls in flight end with `error`. Not from inside a
  /// handler of this connection, which would be destroyed while it runs.
  void close(const Error& error);

  [[nodiscard]] std::size_t served_calls_in_flight() const;
  [[nodiscard]] std::size_t own_calls_in_flight() const;

  // --- alone -----------------------------------------------------------------------------------

  /// Sends HELLO or WELCOME; first.
  void introduce();
  [[nodiscard]] wire::Buffer take_output(wire::Buffer spare);

  // --- with a session; not from inside a handler, but for output -------------------------------

  /// A socket is open (and an earlier one forgotten); a connector says HELLO on it.
  void attach(std::span<const std::byte> auth = {});
  /// The socket is gone. Everything waits for the next.
  void detach();
  /// What is to be sent as one message; stays where it is until clear_output(), or the socket
  /// changes. Empty: nothing now, output_ready() will say when.
  [[nodiscard]] std::span<const std::byte> output();
  /// It has left. There may be more: ask output() again.
  void clear_output();
  /// The other end will not come back, nor ask again: what it was answered need not be remembered.
  void forget_answers();
  /// Forgets the session; its calls end as lost. A client's next attach() begins a new one.
  void abandon();
  /// To be asked (token(), judge(), is_attached(), backlog_size(), ...); null when alone.
  [[nodiscard]] const wire::Session* session() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace cortado
