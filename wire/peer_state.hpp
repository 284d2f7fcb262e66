// SPDX-License-Identifier: Apache-2.0
// What a peer is made of; shared by peer.cpp (what its host asks of it), peer_streams.cpp (streams,
// topics and credit), peer_alone.cpp (the connection of a peer without a session), peer_receive.cpp
// (what the other end sends) and session.cpp. Nobody else includes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/buffer.hpp"
#include "wire/deadlines.hpp"
#include "wire/frame.hpp"
#include "wire/outbox.hpp"
#include "wire/own_calls.hpp"
#include "wire/peer.hpp"
#include "wire/served_calls.hpp"
#include "wire/streams.hpp"

namespace cortado::wire {

/// No reason to close. An optional would be returned through memory.
// NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): that is what makes it none of them
inline constexpr CloseReason stay_open = static_cast<CloseReason>(0xff);

struct Peer::State {
  State(const PeerOptions& peer_options, PeerHandler& peer_handler);
  ~State();

  /// A call inside on_request(). It is entered in `served` only if that leaves it unanswered, so
  /// that a call answered at once costs no table. A chain, because a handler may receive().
  struct Arriving {
    CallId id;
    bool in_flight;  // neither answered nor dropped
    Arriving* outer;
  };

  /// A frame that arrives in parts.
  struct Partial {
    CallId id = 0;  // 0: none
    FrameType type{};
    bool is_dropped = false;  // nobody wants it: its parts are passed over
    std::size_t size = 0;     // of all parts so far
    Buffer payload;
  };

  // --- frames that leave; nothing does once closed -----------------------------------------

  /// A frame whose payload is in its place already.
  void send(FrameType type, CallId id, std::size_t payload_size);
  /// Without details, then without message, where the other end does not take so much in a frame.
  void send_error(FrameType type, CallId id, const ErrorView& error);
  void send_status(CallId id, StatusCode code, std::string_view message) {
    send_error(FrameType::error, id, ErrorView{code, message, 0, {}});
  }
  /// Bytes of a payload that the other end takes and that any size_t of ours can hold.
  [[nodiscard]] std::uint32_t send_size_max() const;

  // --- calls -------------------------------------------------------------------------------

  [[nodiscard]] bool serves(CallId id) const;
  [[nodiscard]] bool in_flight(CallId id) const {
    return own.is_own(id) ? own.in_flight_id(id) : serves(id);
  }
  [[nodiscard]] std::uint32_t served_count() const;
  /// Ends a call of the other end; false when it is not in flight.
  bool end_served(CallId id, bool is_answered = true);
  /// Ends an own call in flight.
  void end_own(CallSlot slot);
  /// The same for one whose deadline, if it had one, is out of `deadlines` already.
  void release_own(CallSlot slot);
  void drop_served();
  /// Nobody waits any more for what arrives of this call in parts.
  void drop_partial(CallId id) {
    if (partial.id == id) pass_over_partial();
  }
  void pass_over_partial();
  /// What else goes with a call that is over. Where it was not this end's answer that ended it,
  /// nothing that waits of it is sent.
  void forget(CallId id, Stream* stream, bool is_answered) {
    drop_partial(id);
    if (!is_answered && out.has_apart()) drop_apart(id);
    if (stream != nullptr) close_stream(stream);
  }
  void drop_apart(CallId id);
  /// Whether a deadline is still one of a call in flight.
  [[nodiscard]] static bool is_live(const void* state, const Deadline& deadline);

  // --- streams: peer_streams.cpp -----------------------------------------------------------

  [[nodiscard]] Stream* open_stream(CallId id, bool sends, bool receives);
  [[nodiscard]] Stream* find_stream(CallId id) const;
  void close_stream(Stream* stream);
  void close_own_streams();
  [[nodiscard]] bool may_send(Stream& stream);
  void consumed(CallId id, Credit amount);
  /// Credit that goes back to the other end: for a stream, or, with id 0, for the connection.
  void consume(Flow& flow, CallId id, Credit amount, Credit window);
  void consume_of_connection(Credit amount) {
    consume(connection, 0, amount, options.connection_window);
  }
  /// Tells the streams that wait for the connection's credit while there is any.
  void wake_waiting() {
    if (notify_waits || !waiting.empty()) wake();
  }
  void wake();

  // --- frames that arrive; stay_open, or why the connection must close ------------------------

  /// A reliable frame. When all of a message are taken: wake_waiting().
  [[nodiscard]] CloseReason take(const Frame& frame, std::uint64_t now_ms);
  [[nodiscard]] CloseReason take_request(const Frame& frame, std::uint64_t now_ms);
  [[nodiscard]] CloseReason take_answer(const Frame& frame);
  [[nodiscard]] CloseReason take_cancel(const Frame& frame);
  [[nodiscard]] CloseReason take_part(const Frame& frame, std::uint64_t now_ms);
  [[nodiscard]] CloseReason refuse_part(CallId id);
  [[nodiscard]] CloseReason refuse(CallId id);
  [[nodiscard]] CloseReason take_item(const Frame& frame);
  /// An item that nobody waits for has used credit, which goes back.
  [[nodiscard]] CloseReason pass_over(std::size_t item_size);
  [[nodiscard]] CloseReason take_end(const Frame& frame);
  [[nodiscard]] CloseReason take_credit(const Frame& frame);
  [[nodiscard]] CloseReason take_notify(const Frame& frame);
  // Of a peer without a session.
  [[nodiscard]] CloseReason take_alone(const Frame& frame, std::uint64_t now_ms);
  [[nodiscard]] CloseReason take_introduction(const Frame& frame);
  [[nodiscard]] CloseReason take_ping(const Frame& frame);
  [[nodiscard]] CloseReason take_goaway(const Frame& frame);

  /// The other end's limits.
  void set_limits(const HelloView& hello) {
    remote_payload_size_max = hello.payload_size_max;
    remote_calls_in_flight_max = hello.calls_in_flight_max;
    knows_limits = true;
    wake_waiting();
  }

  /// The calls in flight end as lost. Unless that is final, everything begins anew, but no id is
  /// used twice.
  void lose(bool is_final);
  /// Limits, credits and flags as at the beginning.
  void begin();

  PeerOptions options;
  PeerHandler& handler;
  Outbox out;
  OwnCalls own;
  ServedCalls served;
  Deadlines deadlines{this, is_live};
  Arriving* arriving = nullptr;
  Partial partial;

  Flow connection;
  StreamQueue waiting;        // for the connection's credit
  bool notify_waits = false;  // so does notify()
  Credit topics_held;         // received, not consumed

  // The other end's limits; the defaults until it introduced itself.
  bool knows_limits = false;
  std::uint32_t remote_payload_size_max = payload_size_max;
  std::uint32_t remote_calls_in_flight_max = calls_in_flight_max;

  bool introduced = false;  // the other end has, to a peer without a session
  bool goaway_sent = false;
  bool goaway_received = false;
  bool closed = false;
};

/// Whether in a call of this kind its caller, or its callee, sends items.
[[nodiscard]] constexpr bool sends_items(CallKind kind, bool is_caller) {
  const CallKind one = is_caller ? CallKind::client_stream : CallKind::server_stream;
  return kind == one || kind == CallKind::bidirectional;
}

/// `now_ms` plus a timeout as it is in a frame, where 0 is for ever.
[[nodiscard]] constexpr std::uint64_t deadline_after(std::uint64_t now_ms,
                                                     std::uint32_t timeout_ms) {
  const std::uint64_t deadline_ms = now_ms + timeout_ms;
  return timeout_ms == 0 || deadline_ms < now_ms ? Peer::no_deadline : deadline_ms;
}

}  // namespace cortado::wire
