// SPDX-License-Identifier: Apache-2.0
// Puts WebSocket messages together from received bytes: unmasks, joins fragments, checks. Bytes in,
// messages out; it knows no socket. Memory follows received bytes, never an announced size.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>

#include "net/websocket_frame.hpp"
#include "wire/buffer.hpp"

namespace cortado::net {

class WebSocketDecoder {
 public:
  struct Event {
    enum class Kind : std::uint8_t { message, ping, pong, close };
    Kind kind = Kind::message;
    /// A message's first byte is 8-byte aligned. Borrowed until the next call of next().
    std::span<const std::byte> payload;
  };

  /// `expects_mask`: the other end is a client. `message_size_max`: bytes of payload.
  WebSocketDecoder(bool expects_mask, std::size_t message_size_max)
      : expects_mask_(expects_mask), message_size_max_(message_size_max) {}

  /// Takes bytes off the front of `received` until something is whole, or all are taken (nullopt).
  /// An error is final: close the connection with that code.
  [[nodiscard]] std::expected<std::optional<Event>, CloseCode> next(
      std::span<const std::byte>& received);

  /// No message is half received: memory() may be taken away.
  [[nodiscard]] bool between_messages() const { return !in_message_; }

  /// Where messages are put together. It may be exchanged between messages, so that connections
  /// that are quiet own none.
  [[nodiscard]] wire::Buffer& memory() { return message_; }

 private:
  /// Completes frame_ from the front of `received`; false: more bytes are needed.
  [[nodiscard]] std::expected<bool, CloseCode> take_header(std::span<const std::byte>& received);
  [[nodiscard]] std::optional<CloseCode> refuse_frame() const;
  void take_payload(std::span<const std::byte>& received);
  [[nodiscard]] std::optional<Event> finish_frame();

  const bool expects_mask_;
  const std::size_t message_size_max_;

  std::array<std::byte, websocket_header_size_max> header_{};  // a header cut by the end of a read
  std::size_t header_size_ = 0;
  FrameHeader frame_;
  bool in_frame_ = false;
  std::uint64_t frame_received_ = 0;  // bytes of the frame's payload

  wire::Buffer message_;
  bool in_message_ = false;  // a data frame has begun
  bool delivered_ = false;   // message_ holds what the last event showed
  std::array<std::byte, control_payload_size_max> control_{};
};

}  // namespace cortado::net
