// SPDX-License-Identifier: Apache-2.0
// One connection of a page: a peer, its socket, and the block of memory in which the glue reads
// what it would otherwise have to ask. Knows no handle table; exports.cpp does.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "client-wasm/client/page_peer.hpp"
#include "client-wasm/socket/web_socket.hpp"

namespace cortado::client {

/// Read by the glue as `control_words` words, see client/abi.capnp.
struct Control {
  std::uint32_t room_address = 0;
  std::uint32_t room_capacity = 0;
  /// When to call advance(). Not later than the next deadline, but perhaps sooner: when the call
  /// that had it ended, nobody looks for the next one, which would cost more than a timer in vain.
  double wake_ms = std::numeric_limits<double>::infinity();
};

/// Where events go: into JavaScript.
using EventSink = void (*)(std::uint32_t handle, std::span<const Event> events);

class PageConnection final : private browser::WebSocketListener {
 public:
  explicit PageConnection(EventSink sink) : sink_(sink) { offer_room(0); }

  void set_handle(std::uint32_t handle) { handle_ = handle; }

  /// Attaches a socket; until it is open, frames wait. False when there is one already, or when
  /// this connection has had one that was open.
  [[nodiscard]] bool connect();

  /// At least `capacity` bytes of room.
  void offer_room(std::size_t capacity);

  [[nodiscard]] std::expected<wire::CallSlot, wire::StatusCode> call(const CallRequest& request,
                                                                     std::size_t params_size,
                                                                     std::uint64_t now_ms);
  void cancel(wire::CallSlot slot);

  /// Sends what waits. False when the browser holds back too much: try again soon.
  [[nodiscard]] bool flush();
  void advance(std::uint64_t now_ms);

  /// Closes the socket. One that was not open yet may be followed by another connect().
  void drop(std::uint16_t code) { socket_.close(code); }

  [[nodiscard]] const Control& control() const { return control_; }

 private:
  void on_socket_open() override;
  void on_socket_message(std::span<const std::byte> message) override;
  void on_socket_text() override;
  void on_socket_closed(std::uint16_t code, std::string_view reason) override;

  void close_because(wire::CloseReason reason);
  /// Hands all events over in one call. The glue may call back, but not free this connection.
  void deliver();

  EventSink sink_;
  std::uint32_t handle_ = 0;
  bool was_open_ = false;
  PagePeer peer_;
  browser::WebSocket socket_{*this};
  Control control_;
};

}  // namespace cortado::client
