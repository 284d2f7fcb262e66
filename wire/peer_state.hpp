// SPDX-License-Identifier: Apache-2.0
// What a peer is made of; shared by peer.cpp (what its host asks of it) and peer_receive.cpp (what
// the other end sends). Nobody else includes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "wire/buffer.hpp"
#include "wire/deadlines.hpp"
#include "wire/frame.hpp"
#include "wire/own_calls.hpp"
#include "wire/peer.hpp"
#include "wire/served_calls.hpp"

namespace cortado::wire {

struct Peer::State {
  State(const PeerOptions& peer_options, PeerHandler& peer_handler)
      : options(peer_options),
        handler(peer_handler),
        own(peer_options.role),
        // The address adds what randomness the system's layout has.
        served(peer_options.seed ^ reinterpret_cast<std::uintptr_t>(this)) {}

  /// A call inside on_request(). It is entered in `served` only if that leaves it unanswered, so
  /// that a call answered at once costs no table. A chain, because a handler may receive().
  struct Arriving {
    CallId id;
    bool in_flight;  // neither answered nor dropped
    Arriving* outer;
  };

  // --- frames that leave; nothing does once closed -----------------------------------------

  /// A frame whose payload is in its place already.
  void send(FrameType type, CallId id, std::size_t payload_size);
  /// Without details, then without message, where the other end does not take so much in a frame.
  void send_error(CallId id, const ErrorView& error);
  void send_status(CallId id, StatusCode code, std::string_view message) {
    send_error(id, ErrorView{code, message, 0, {}});
  }

  // --- calls -------------------------------------------------------------------------------

  [[nodiscard]] bool serves(CallId id) const;
  [[nodiscard]] std::uint32_t served_count() const;
  /// Ends a call of the other end; false when it is not in flight.
  bool end_served(CallId id);
  void end_own(CallSlot slot);
  /// Whether a deadline is still one of a call in flight.
  [[nodiscard]] static bool is_live(const void* state, const Deadline& deadline);

  // --- frames that arrive; nullopt, or why the connection must close --------------------------

  [[nodiscard]] std::optional<CloseReason> take(const Frame& frame, std::uint64_t now_ms);
  [[nodiscard]] std::optional<CloseReason> take_introduction(const Frame& frame);
  [[nodiscard]] std::optional<CloseReason> take_request(const Frame& frame, std::uint64_t now_ms);
  [[nodiscard]] std::optional<CloseReason> take_answer(const Frame& frame);
  [[nodiscard]] std::optional<CloseReason> take_cancel(const Frame& frame);
  [[nodiscard]] std::optional<CloseReason> take_ping(const Frame& frame);
  [[nodiscard]] std::optional<CloseReason> take_goaway(const Frame& frame);

  const PeerOptions options;
  PeerHandler& handler;
  Buffer out;
  OwnCalls own;
  ServedCalls served;
  Deadlines deadlines{this, is_live};
  Arriving* arriving = nullptr;

  // The other end's limits; the defaults until it introduced itself.
  std::uint32_t remote_payload_size_max = payload_size_max;
  std::uint32_t remote_calls_in_flight_max = calls_in_flight_max;

  bool introduced = false;  // the other end has
  bool goaway_sent = false;
  bool goaway_received = false;
  bool closed = false;
};

/// `now_ms` plus a timeout as it is in a frame, where 0 is for ever.
[[nodiscard]] constexpr std::uint64_t deadline_after(std::uint64_t now_ms,
                                                     std::uint32_t timeout_ms) {
  const std::uint64_t deadline_ms = now_ms + timeout_ms;
  return timeout_ms == 0 || deadline_ms < now_ms ? Peer::no_deadline : deadline_ms;
}

}  // namespace cortado::wire
