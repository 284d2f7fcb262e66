// SPDX-License-Identifier: Apache-2.0
// Payloads that carry no call's data: ERROR, HELLO and WELCOME, GOAWAY. Byte for byte:
// docs/protocol.md, section "Payloads".
#include <algorithm>

#include "wire/bytes.hpp"
#include "wire/envelope.hpp"

namespace cortado::wire {

namespace {

namespace error_at {
constexpr std::size_t code = 0;
constexpr std::size_t reserved = 2;
constexpr std::size_t retry_after = 4;
constexpr std::size_t message_size = 8;
constexpr std::size_t details_size = 12;
}  // namespace error_at

namespace hello_at {
constexpr std::size_t payload_size_max = 0;
constexpr std::size_t calls_in_flight_max = 4;
constexpr std::size_t frames_received = 8;
constexpr std::size_t token_size = 16;
constexpr std::size_t flags = 18;
constexpr std::size_t auth_size = 20;
constexpr std::size_t attempt = 24;
constexpr std::size_t grace = 28;
}  // namespace hello_at

namespace goaway_at {
constexpr std::size_t reason = 0;
constexpr std::size_t reserved = 2;
constexpr std::size_t grace = 4;
constexpr std::size_t message_size = 8;
constexpr std::size_t reserved_too = 12;
}  // namespace goaway_at

constexpr std::uint16_t flag_resumed = 1;
constexpr std::size_t type_id_size = 8;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string_view cut_at_character(std::string_view text, std::size_t size_max) {
  if (text.size() <= size_max) return text;
  std::size_t size = size_max;
  // 10xxxxxx continues a character.
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U) --size;
  return text.substr(0, size);
}

std::size_t error_payload_size(const ErrorView& error) {
  return error_envelope_size +
         padded(cut_at_character(error.message, error_message_size_max).size()) +
         error.details.size();
}

void write_error(std::span<std::byte> payload, const ErrorView& error) {
  const std::string_view message = cut_at_character(error.message, error_message_size_max);
  store(payload, error_at::code, static_cast<std::uint16_t>(error.code));
  store(payload, error_at::reserved, std::uint16_t{0});
  store(payload, error_at::retry_after, error.retry_after_ms);
  store(payload, error_at::message_size, static_cast<std::uint32_t>(message.size()));
  store(payload, error_at::details_size, static_cast<std::uint32_t>(error.details.size()));
  const std::size_t details_at = store_padded(payload, error_envelope_size, bytes_of(message));
  if (!error.details.empty()) {
    std::memcpy(payload.data() + details_at, error.details.data(), error.details.size());
  }
}

bool read(std::span<const std::byte> payload, ErrorView& error) {
  if (payload.size() < error_envelope_size) return false;
  const auto code = load<std::uint16_t>(payload, error_at::code);
  const auto message_size = load<std::uint32_t>(payload, error_at::message_size);
  const auto details_size = load<std::uint32_t>(payload, error_at::details_size);
  if (code == static_cast<std::uint16_t>(StatusCode::ok) ||
      load<std::uint16_t>(payload, error_at::reserved) != 0 ||
      message_size > error_message_size_max) {
    return false;
  }
  const std::size_t details_at = error_envelope_size + padded(message_size);
  const std::size_t message_end = error_envelope_size + message_size;
  if (details_at > payload.size() || payload.size() - details_at != details_size ||
      (details_size != 0 && details_size < type_id_size) ||
      !all_zero(payload.subspan(message_end, details_at - message_end))) {
    return false;
  }
  error.code = to_status_code(code).value_or(StatusCode::unknown);
  error.message = text_of(payload.subspan(error_envelope_size, message_size));
  error.retry_after_ms = load<std::uint32_t>(payload, error_at::retry_after);
  error.details = payload.subspan(details_at);
  return true;
}

std::size_t hello_payload_size(const HelloView& hello) {
  return hello_size + padded(hello.session_token.size()) + hello.auth.size();
}

void write_hello(std::span<std::byte> payload, const HelloView& hello) {
  const std::uint16_t flags = hello.resumed ? flag_resumed : 0;
  store(payload, hello_at::payload_size_max, hello.payload_size_max);
  store(payload, hello_at::calls_in_flight_max, hello.calls_in_flight_max);
  store(payload, hello_at::frames_received, hello.frames_received);
  store(payload, hello_at::token_size, static_cast<std::uint16_t>(hello.session_token.size()));
  store(payload, hello_at::flags, flags);
  store(payload, hello_at::auth_size, static_cast<std::uint32_t>(hello.auth.size()));
  store(payload, hello_at::attempt, hello.attempt);
  store(payload, hello_at::grace, hello.grace_ms);
  const std::size_t auth_at = store_padded(payload, hello_size, hello.session_token);
  if (!hello.auth.empty()) {
    std::memcpy(payload.data() + auth_at, hello.auth.data(), hello.auth.size());
  }
}

bool read(std::span<const std::byte> payload, HelloView& hello) {
  if (payload.size() < hello_size) return false;
  const auto token_size = load<std::uint16_t>(payload, hello_at::token_size);
  const auto flags = load<std::uint16_t>(payload, hello_at::flags);
  const auto auth_size = load<std::uint32_t>(payload, hello_at::auth_size);
  const std::size_t token_end = hello_size + std::size_t{token_size};
  const std::size_t auth_at = padded(token_end);
  if ((flags & ~flag_resumed) != 0 || token_size > session_token_size_max ||
      auth_at > payload.size() || payload.size() - auth_at != auth_size ||
      !all_zero(payload.subspan(token_end, auth_at - token_end))) {
    return false;
  }
  hello.payload_size_max = load<std::uint32_t>(payload, hello_at::payload_size_max);
  hello.calls_in_flight_max = load<std::uint32_t>(payload, hello_at::calls_in_flight_max);
  hello.frames_received = load<std::uint64_t>(payload, hello_at::frames_received);
  hello.resumed = flags != 0;
  hello.attempt = load<std::uint32_t>(payload, hello_at::attempt);
  hello.grace_ms = load<std::uint32_t>(payload, hello_at::grace);
  hello.session_token = payload.subspan(hello_size, token_size);
  hello.auth = payload.subspan(auth_at);
  return true;
}

std::size_t goaway_payload_size(const GoawayView& goaway) {
  return goaway_size + cut_at_character(goaway.message, error_message_size_max).size();
}

void write_goaway(std::span<std::byte> payload, const GoawayView& goaway) {
  const std::string_view message = cut_at_character(goaway.message, error_message_size_max);
  store(payload, goaway_at::reason, static_cast<std::uint16_t>(goaway.reason));
  store(payload, goaway_at::reserved, std::uint16_t{0});
  store(payload, goaway_at::grace, goaway.grace_ms);
  store(payload, goaway_at::message_size, static_cast<std::uint32_t>(message.size()));
  store(payload, goaway_at::reserved_too, std::uint32_t{0});
  std::copy(message.begin(), message.end(), reinterpret_cast<char*>(payload.data()) + goaway_size);
}

bool read(std::span<const std::byte> payload, GoawayView& goaway) {
  if (payload.size() < goaway_size) return false;
  const auto message_size = load<std::uint32_t>(payload, goaway_at::message_size);
  if (load<std::uint16_t>(payload, goaway_at::reserved) != 0 ||
      load<std::uint32_t>(payload, goaway_at::reserved_too) != 0 ||
      message_size > error_message_size_max || message_size != payload.size() - goaway_size) {
    return false;
  }
  goaway.reason = to_close_reason(load<std::uint16_t>(payload, goaway_at::reason))
                      .value_or(CloseReason::going_away);
  goaway.grace_ms = load<std::uint32_t>(payload, goaway_at::grace);
  goaway.message = text_of(payload.subspan(goaway_size));
  return true;
}

}  // namespace cortado::wire
