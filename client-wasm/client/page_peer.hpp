// SPDX-License-Identifier: Apache-2.0
// A peer as a page needs it: what happens becomes a list of events instead of handler calls, and
// there is always room for the params of the next call. Knows no socket and no JavaScript, so it
// is tested natively.
#pragma once

#include <cstdint>
#include <expected>
#include <span>

#include "client-wasm/client/event_list.hpp"
#include "wire/peer.hpp"

namespace cortado::client {

/// Which method is called and for how long, as the glue says it.
struct CallRequest {
  std::uint64_t interface_id = 0;
  std::uint16_t method = 0;
  bool idempotent = false;
  std::uint32_t timeout_ms = 0;
};

class PagePeer final : private wire::PeerHandler {
 public:
  /// Its output begins with HELLO.
  PagePeer();

  /// Where the params of the next call are to be written. Void after any other member function
  /// that is not const; ask again.
  [[nodiscard]] std::span<std::byte> room(std::size_t capacity);

  /// Sends a call whose params are the first bytes of room(). What is refused: wire::Peer::call(),
  /// and `resource_exhausted` too when more than output_size_max bytes wait to leave.
  [[nodiscard]] std::expected<wire::CallSlot, wire::StatusCode> call(const CallRequest& request,
                                                                     std::size_t params_size,
                                                                     std::uint64_t now_ms);

  void cancel(wire::CallSlot slot) { peer_.cancel(slot); }

  /// An error closes the connection; what was good before it is in events().
  [[nodiscard]] std::expected<void, wire::CloseReason> receive(std::span<const std::byte> message,
                                                               std::uint64_t now_ms) {
    return peer_.receive(message, now_ms);
  }

  /// Ends what has run out of time; the error's message is empty, so that the glue, which knows
  /// the time that was given, says it.
  void advance(std::uint64_t now_ms);
  /// wire::Peer::no_deadline when there is nothing to wait for.
  [[nodiscard]] std::uint64_t next_deadline_ms() const { return peer_.next_deadline_ms(); }

  [[nodiscard]] std::span<const std::byte> output() const { return peer_.output(); }
  void clear_output() { peer_.clear_output(); }

  [[nodiscard]] EventList& events() { return events_; }

 private:
  void on_request(wire::CallId id, const wire::RequestView& request) override;
  void on_request_dropped(wire::CallId id, wire::StatusCode reason) override;
  void on_response(wire::CallSlot slot, const wire::ResponseView& response) override;
  void on_error(wire::CallSlot slot, const wire::ErrorView& error) override;
  void on_introduced(const wire::HelloView& hello) override;
  void on_goaway(const wire::GoawayView& goaway) override;
  void on_pong(std::uint64_t token) override;

  EventList events_;
  wire::Peer peer_;
  bool advancing_ = false;
};

/// The whole frames at the beginning of `frames` that fit into `size_max` bytes; at least one.
[[nodiscard]] std::span<const std::byte> first_message(std::span<const std::byte> frames,
                                                       std::size_t size_max);

}  // namespace cortado::client
