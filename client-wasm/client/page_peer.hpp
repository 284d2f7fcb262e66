// SPDX-License-Identifier: Apache-2.0
// A peer and its session as a page needs them: what happens becomes a list of events instead of
// handler calls, calls of both ends have numbers of 32 bits, and there is always room for the next
// payload. Knows no socket and no JavaScript, so it is tested natively.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>

#include "client-wasm/client/event_list.hpp"
#include "wire/peer.hpp"
#include "wire/session.hpp"

namespace cortado::client {

/// Which method is called and for how long, as the glue says it.
struct CallRequest {
  std::uint64_t interface_id = 0;
  std::uint16_t method = 0;
  bool idempotent = false;
  wire::CallKind kind = wire::CallKind::unary;
  /// Which of the page's idempotent calls it is; 0: none, and no key is sent. The same number again
  /// is the same call, sent again.
  std::uint32_t key = 0;
  std::uint32_t timeout_ms = 0;
};

/// Which end of a connection this is: client/abi.capnp, `endOfSession` and those behind it.
enum class PageEnd : std::uint8_t {
  of_session = end_of_session,
  that_connects = end_that_connects,
  that_accepts = end_that_accepts,
};

/// A call of either end: the slot of an own one, or `served_flag` and a place.
using CallNumber = std::uint32_t;

class PagePeer final : private wire::PeerHandler, private wire::SessionHandler {
 public:
  /// `key_seed`: what tells this page's idempotency keys from those of others; random.
  /// `ping_interval_ms`: see wire::SessionOptions; where there is no network in between, an end that
  /// does not answer a PING as quickly is given up.
  PagePeer(std::uint64_t key_seed, PageEnd end, std::uint32_t ping_interval_ms);

  // --- connections -------------------------------------------------------------------------

  /// A socket is open; the output begins with HELLO.
  void attach(std::uint64_t now_ms) { session_.attach(now_ms); }
  /// It is gone.
  void detach(std::uint64_t now_ms) { session_.detach(now_ms); }
  [[nodiscard]] bool is_attached() const { return session_.is_attached(); }
  /// Ends every own call as lost.
  void abandon() { session_.abandon(); }

  /// An error: close the socket, and detach(). What was good before it is in events().
  [[nodiscard]] std::expected<void, wire::CloseReason> receive(std::span<const std::byte> message,
                                                               std::uint64_t now_ms);

  /// Ends what has run out of time; the error's message is empty, so that the glue, which knows
  /// the time that was given, says it.
  void advance(std::uint64_t now_ms);
  /// wire::Peer::no_deadline when there is nothing to wait for.
  [[nodiscard]] std::uint64_t next_deadline_ms() const { return session_.next_deadline_ms(); }

  [[nodiscard]] bool has_output() const { return session_.has_output(); }
  [[nodiscard]] std::span<const std::byte> output() { return session_.output(); }
  void clear_output() { session_.clear_output(); }

  // --- calls -------------------------------------------------------------------------------

  /// Where the payload of the next frame is to be written: params of a call behind
  /// params_offset(), results behind wire::results_offset, an item at its beginning. Void after
  /// any other member function that is not const; ask again.
  [[nodiscard]] std::span<std::byte> room(std::size_t capacity) {
    return peer_.prepare_item(capacity);
  }
  [[nodiscard]] static constexpr std::size_t params_offset(bool has_key) {
    return wire::request_envelope_size + (has_key ? key_size : 0);
  }

  /// Sends a call whose params are in the room. What is refused: wire::Peer::call(), and
  /// `resource_exhausted` too when more than output_size_max bytes wait to leave.
  [[nodiscard]] std::expected<wire::CallSlot, wire::StatusCode> call(const CallRequest& request,
                                                                     std::size_t params_size,
                                                                     std::uint64_t now_ms);

  void cancel(wire::CallSlot slot) { peer_.cancel(slot); }

  /// Sends the item in the room.
  [[nodiscard]] wire::Sent send_item(CallNumber call, std::size_t item_size) {
    return peer_.send_item(id_of(call), item_size);
  }
  /// No more items of this end.
  void end(CallNumber call) { peer_.end(id_of(call)); }
  /// Items that were given by events have been read.
  void consumed(CallNumber call, wire::Credit amount) { peer_.consumed(id_of(call), amount); }

  /// Answers a served call with the results in the room, or an error; its number is free then.
  void respond(CallNumber call, std::size_t results_size);
  void fail(CallNumber call, const wire::ErrorView& error);

  [[nodiscard]] EventList& events() { return events_; }

 private:
  void on_request(wire::CallId id, const wire::RequestView& request) override;
  void on_request_dropped(wire::CallId id, wire::StatusCode reason) override;
  void on_response(wire::CallSlot slot, const wire::ResponseView& response) override;
  void on_error(wire::CallSlot slot, const wire::ErrorView& error) override;
  void on_lost(wire::CallSlot slot, bool may_have_run) override;
  [[nodiscard]] bool on_item(wire::CallId id, std::span<const std::byte> item) override;
  void on_end(wire::CallId id, const wire::ErrorView& status) override;
  void on_writable(wire::CallId id) override;
  [[nodiscard]] bool on_notify(const wire::NotifyView& notify) override;
  void on_introduced(const wire::HelloView& hello, bool resumed) override;
  void on_goaway(const wire::GoawayView& goaway) override;
  void on_silent() override;
  void on_expired() override;

  // A session's peer is not told of these.
  void on_introduced(const wire::HelloView&) override {}
  void on_pong(std::uint64_t) override {}

  [[nodiscard]] wire::CallId id_of(CallNumber call) const;
  [[nodiscard]] CallNumber number_of(wire::CallId id) const;
  [[nodiscard]] CallNumber served_number_of(wire::CallId id) const;
  /// Names the call for the last time.
  [[nodiscard]] wire::CallId release(CallNumber call);
  /// An event with bytes of the message being received, or, as they were put together from parts,
  /// a copy of them.
  void add_received(EventKind kind, std::uint32_t detail, std::uint32_t number,
                    std::span<const std::byte> bytes);
  void add_status(EventKind kind, std::uint32_t number, const wire::ErrorView& status);

  static constexpr std::size_t key_size = 2 * sizeof(std::uint64_t);
  /// In a free place: an id that no end comes to use.
  static constexpr wire::CallId no_call = ~wire::CallId{1};

  const std::uint64_t key_seed_;
  EventList events_;
  wire::Peer peer_;
  wire::Session session_;
  bool advancing_ = false;
  std::span<const std::byte> receiving_;
  /// Calls of the other end, by their place. As many as this end announces.
  std::array<wire::CallId, served_calls_max> served_;
};

}  // namespace cortado::client
