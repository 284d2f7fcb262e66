// SPDX-License-Identifier: Apache-2.0
// The fixed layouts inside a frame's payload, read in place. Byte for byte: docs/protocol.md,
// section "Payloads". A view borrows the received bytes; it says so again where it is handed out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "wire/protocol.hpp"

namespace cortado::wire {

/// W3C trace context, level 1, in its binary form: https://www.w3.org/TR/trace-context/.
/// All zeros: none.
struct TraceContext {
  std::array<std::byte, 16> trace_id{};
  std::array<std::byte, 8> span_id{};
  std::uint8_t flags = 0;
};

/// What a caller says of a call besides its params. The spans are borrowed.
struct RequestHeader {
  std::uint64_t interface_id = 0;
  std::uint16_t method = 0;
  bool idempotent = false;
  /// Who sends items besides params and results.
  CallKind kind = CallKind::unary;
  /// Milliseconds the caller waits; 0: for ever.
  std::uint32_t timeout_ms = 0;
  TraceContext trace{};
  /// Entries as docs/protocol.md lays them out, at most metadata_size_max bytes.
  std::span<const std::byte> metadata{};
  /// At most idempotency_key_size_max bytes.
  std::span<const std::byte> idempotency_key{};
};

/// A REQUEST as received.
struct RequestView {
  RequestHeader header;
  /// A Cap'n Proto message, 8-byte aligned, unchecked.
  std::span<const std::byte> params;
};

/// A RESPONSE as received.
struct ResponseView {
  std::span<const std::byte> metadata;
  /// A Cap'n Proto message, 8-byte aligned, unchecked.
  std::span<const std::byte> results;
};

/// How a call failed, received or to be sent.
struct ErrorView {
  StatusCode code = StatusCode::unknown;
  /// UTF-8, for people; unchecked when received. A writer cuts it at error_message_size_max.
  std::string_view message{};
  /// Milliseconds after which trying again makes sense; 0: nothing is known.
  std::uint32_t retry_after_ms = 0;
  /// A typed message: 8 bytes of type id, then a Cap'n Proto message. Empty: none.
  std::span<const std::byte> details{};
};

/// HELLO or WELCOME.
struct HelloView {
  std::uint32_t payload_size_max = 0;
  std::uint32_t calls_in_flight_max = 0;
  /// Reliable frames received so far in the session being resumed; 0 on a new one.
  std::uint64_t frames_received = 0;
  /// WELCOME: the session goes on where it was.
  bool resumed = false;
  /// HELLO: the connector's how manieth connection this is; 0: it wants no session.
  std::uint32_t attempt = 0;
  /// WELCOME: for how long the acceptor keeps a session without a connection; 0: it keeps none.
  std::uint32_t grace_ms = 0;
  /// At most session_token_size_max bytes.
  std::span<const std::byte> session_token{};
  std::span<const std::byte> auth{};
};

/// Whether a connector, or an acceptor, may say so: only an acceptor can say that a session goes on
/// and for how long it waits, only a connector who it is and how often it connected.
[[nodiscard]] inline bool may_say(const HelloView& hello, bool is_connector) {
  return is_connector ? !hello.resumed && hello.grace_ms == 0
                      : hello.auth.empty() && hello.attempt == 0;
}

/// What may be sent on a stream, or on all together: items, and bytes of their payloads. On the wire
/// never negative; while it is used up, an item may take more bytes than are left.
struct Credit {
  std::int32_t items = 0;
  std::int32_t bytes = 0;

  /// Whether an item may be sent, of whatever size.
  [[nodiscard]] bool any() const { return items > 0 && bytes > 0; }
  friend bool operator==(const Credit&, const Credit&) = default;
};

/// NOTIFY. The spans are borrowed.
struct NotifyView {
  /// At most topic_size_max bytes of UTF-8, unchecked when received.
  std::string_view topic{};
  /// A Cap'n Proto message, 8-byte aligned, unchecked.
  std::span<const std::byte> message{};
};

/// PART: a piece of a frame.
struct PartView {
  FrameType type = FrameType::item;  // of the whole frame
  bool is_first = false;
  bool is_last = false;
  std::span<const std::byte> piece{};
};

struct GoawayView {
  CloseReason reason = CloseReason::going_away;
  std::uint32_t grace_ms = 0;
  std::string_view message{};
};

/// Bytes of a payload, the frame's padding not counted.
[[nodiscard]] std::size_t request_payload_size(const RequestHeader& header,
                                               std::size_t params_size);
[[nodiscard]] std::size_t error_payload_size(const ErrorView& error);
[[nodiscard]] std::size_t hello_payload_size(const HelloView& hello);
[[nodiscard]] std::size_t goaway_payload_size(const GoawayView& goaway);
[[nodiscard]] std::size_t notify_payload_size(const NotifyView& notify);

/// Where the params lie in a REQUEST's payload; a multiple of 8.
[[nodiscard]] std::size_t params_offset(const RequestHeader& header);
/// Where the results lie in the payload of a RESPONSE that carries no metadata; a multiple of 8.
inline constexpr std::size_t results_offset = response_envelope_size;

// Writers fill the beginning of `payload`, which is as large as the size function says; params and
// results are already in their place.
void write_request(std::span<std::byte> payload, const RequestHeader& header);
void write_response(std::span<std::byte> payload);
void write_error(std::span<std::byte> payload, const ErrorView& error);
void write_hello(std::span<std::byte> payload, const HelloView& hello);
void write_goaway(std::span<std::byte> payload, const GoawayView& goaway);
void write_credit(std::span<std::byte> payload, Credit credit);
void write_notify(std::span<std::byte> payload, const NotifyView& notify);
/// The fixed part only; the piece is in its place already, or will be.
void write_part(std::span<std::byte> payload, const PartView& part);

// Readers; false when sizes do not add up or exceed their limit, a reserved bit is set or padding
// is not zero. The view, a new one, borrows `payload`; params, results and details are aligned when
// it is.
[[nodiscard]] bool read(std::span<const std::byte> payload, RequestView& request);
[[nodiscard]] bool read(std::span<const std::byte> payload, ResponseView& response);
/// A status code this version does not know is read as `unknown`; `ok` is refused.
[[nodiscard]] bool read(std::span<const std::byte> payload, ErrorView& error);
[[nodiscard]] bool read(std::span<const std::byte> payload, HelloView& hello);
/// A reason this version does not know is read as `going_away`.
[[nodiscard]] bool read(std::span<const std::byte> payload, GoawayView& goaway);
/// END: nothing, which is `ok`, or as an ERROR.
[[nodiscard]] bool read_end(std::span<const std::byte> payload, ErrorView& status);
[[nodiscard]] bool read(std::span<const std::byte> payload, Credit& credit);
[[nodiscard]] bool read(std::span<const std::byte> payload, NotifyView& notify);
[[nodiscard]] bool read(std::span<const std::byte> payload, PartView& part);

/// At most `size_max` bytes of the beginning of `text`, not ending inside a character of UTF-8.
[[nodiscard]] std::string_view cut_at_character(std::string_view text, std::size_t size_max);

}  // namespace cortado::wire
