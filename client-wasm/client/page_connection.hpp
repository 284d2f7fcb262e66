// SPDX-License-Identifier: Apache-2.0
// One connection of a page: a peer, what is known of its socket, and the block of memory in which
// the glue reads what it would otherwise have to ask. The socket itself is the glue's (docs/adr/,
// 0012). Knows no handle table; exports.cpp does.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "client-wasm/client/page_peer.hpp"

namespace cortado::client {

/// Read by the glue as `control_words` words, see client/abi.capnp.
struct Control {
  std::uint32_t room_address = 0;
  std::uint32_t room_capacity = 0;
  /// When to call advance(). Not later than the next deadline, but perhaps sooner: when the call
  /// that had it ended, nobody looks for the next one, which would cost more than a timer in vain.
  double wake_ms = std::numeric_limits<double>::infinity();
};

class PageConnection {
 public:
  /// See PagePeer.
  PageConnection(std::uint64_t key_seed, PageEnd end, std::uint32_t ping_interval_ms)
      : peer_(key_seed, end, ping_interval_ms) {
    offer_room(0);
  }

  void set_handle(std::uint32_t handle) { handle_ = handle; }

  /// Its socket has opened. May follow an earlier one, whose session it goes on with.
  void attach(std::uint64_t now_ms);
  /// Its socket is gone, or given up: frames wait for the next one.
  void detach(std::uint64_t now_ms);
  /// No other socket will follow for those who wait.
  void abandon();

  /// `message` is 8-byte aligned and borrowed.
  void receive(std::span<const std::byte> message, std::uint64_t now_ms);
  /// The glue, told by an event, closes the socket.
  void close_because(wire::CloseReason reason, std::uint64_t now_ms);

  /// Sends what waits, if a socket is there. False when the browser holds back too much: try again
  /// soon.
  [[nodiscard]] bool flush();
  void advance(std::uint64_t now_ms);

  /// At least `capacity` bytes of room.
  void offer_room(std::size_t capacity);

  [[nodiscard]] std::expected<wire::CallSlot, wire::StatusCode> call(const CallRequest& request,
                                                                     std::size_t params_size,
                                                                     std::uint64_t now_ms);
  void cancel(wire::CallSlot slot);
  [[nodiscard]] wire::Sent send_item(CallNumber call, std::size_t item_size);
  void end(CallNumber call);
  void consumed(CallNumber call, wire::Credit amount);
  void respond(CallNumber call, std::size_t results_size);
  void fail(CallNumber call, const wire::ErrorView& error);

  [[nodiscard]] const Control& control() const { return control_; }

 private:
  /// Ends each of the functions above: hands all events over in one call, during which the glue may
  /// call back, but not free this connection; the room may be elsewhere.
  void settle();
  void queued(std::size_t size);
  void watch_deadlines();

  std::uint32_t handle_ = 0;
  bool delivering_ = false;
  std::size_t turn_size_ = 0;  // of payloads, since the last flush
  PagePeer peer_;
  Control control_;
};

}  // namespace cortado::client
