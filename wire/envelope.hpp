// SPDX-License-Identifier: Apache-2.0
// The fixed layouts inside a frame's payload, read in place. Byte for byte: docs/protocol.md,
// section "Payloads". A view borrows the received bytes; it says so again where it is handed out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
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
  /// Milliseconds the caller waits; 0: for ever.
  std::uint32_t timeout_ms = 0;
  TraceContext trace{};
  std::span<const std::byte> metadata{};
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
  /// UTF-8, for people.
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
  std::span<const std::byte> session_token{};
  std::span<const std::byte> auth{};
};

struct GoawayView {
  CloseReason reason = CloseReason::going_away;
  std::uint32_t grace_ms = 0;
  std::string_view message{};
};

/// Bytes of a payload, padding not counted.
[[nodiscard]] std::size_t request_size(const RequestHeader& header, std::size_t params_size);
[[nodiscard]] std::size_t error_size(const ErrorView& error);
[[nodiscard]] std::size_t hello_size(const HelloView& hello);
[[nodiscard]] std::size_t goaway_size(const GoawayView& goaway);

/// Where the params lie in a REQUEST's payload; a multiple of 8.
[[nodiscard]] std::size_t params_offset(const RequestHeader& header);

// Writers fill `payload`, which is as large as the size function says; params and results are
// already in their place.
void write_request(std::span<std::byte> payload, const RequestHeader& header);
void write_response(std::span<std::byte> payload);
void write_error(std::span<std::byte> payload, const ErrorView& error);
void write_hello(std::span<std::byte> payload, const HelloView& hello);
void write_goaway(std::span<std::byte> payload, const GoawayView& goaway);

// Readers; nullopt when sizes do not add up, a reserved bit is set or padding is not zero. The
// view borrows `payload`, which must be 8-byte aligned.
[[nodiscard]] std::optional<RequestView> read_request(std::span<const std::byte> payload);
[[nodiscard]] std::optional<ResponseView> read_response(std::span<const std::byte> payload);
[[nodiscard]] std::optional<ErrorView> read_error(std::span<const std::byte> payload);
[[nodiscard]] std::optional<HelloView> read_hello(std::span<const std::byte> payload);
[[nodiscard]] std::optional<GoawayView> read_goaway(std::span<const std::byte> payload);

}  // namespace cortado::wire
