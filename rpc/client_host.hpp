// SPDX-License-Identifier: Apache-2.0
// What a client (rpc/client_connection.hpp) needs of the program it runs in: sockets, a clock, an
// event loop. Natively client-native/ has them, in a page client-wasm/app/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "rpc/call.hpp"
#include "wire/session.hpp"

namespace cortado::client {

class ClientConnection;

/// What a socket is closed with when the client is done: docs/protocol.md, "What closes the
/// connection".
inline constexpr std::uint16_t normal_code = 1000;

/// Who a client is connected to, and for how long.
struct OtherEnd {
  /// In the texts of errors.
  std::string_view name = "the server";
  /// What handlers see of it.
  CallerInfo caller{"server", "websocket"};
  /// Without sessions (retained_size_max 0) there is one socket, and the client ends with it. A server
  /// pings when nothing was heard for 20 s; when even that stays away, so does the network.
  wire::SessionOptions session{.ping_interval_ms = 50'000};
};

/// How a socket ended.
struct SocketEnd {
  static constexpr std::uint16_t no_close_frame = 1006;

  std::uint16_t code = no_close_frame;
  std::string_view reason;
  /// The other end said it, or the network failed; otherwise this end did not understand it.
  bool by_other_end = true;
};

/// The WebSocket of one connection, opened anew whenever it was lost, and the timer of that
/// connection. What it says to the connection it says from the event loop, not from inside these
/// functions. Its end is close(1000).
class ClientSocket {
 public:
  virtual ~ClientSocket() = default;

  /// Opens one after `delay_ms`, then says opened() or not_opened(). Not while there is one.
  virtual void open(std::uint32_t delay_ms) = 0;
  /// The connection has output(): sends it at the end of the turn.
  virtual void output_ready() = 0;
  /// Gives up what there is, open or on its way: the connection hears no more of it.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
  /// ClientConnection::on_wake() is due then; as ConnectionHost::wake_at().
  virtual void wake_at(std::uint64_t time_ms) = 0;
};

/// What all connections of a client share. Outlives them.
class ClientHost {
 public:
  virtual ~ClientHost() = default;

  [[nodiscard]] virtual OtherEnd other_end() const { return {}; }
  [[nodiscard]] virtual std::uint64_t now_ms() const = 0;
  [[nodiscard]] virtual std::uint64_t now_us() const = 0;
  /// Bytes that nobody can guess.
  virtual void fill_with_random(std::span<std::byte> bytes) = 0;
  /// Runs `task` soon, from the event loop.
  virtual void post(std::function<void()> task) = 0;
  /// A handler of the client's threw something that is no RpcError.
  virtual void handler_failed(std::string_view service, std::string_view method,
                              std::string_view what) = 0;
  /// `connection` owns it.
  [[nodiscard]] virtual std::unique_ptr<ClientSocket> make_socket(ClientConnection& connection) = 0;
};

}  // namespace cortado::client
