// SPDX-License-Identifier: Apache-2.0
// Cuts a received message into frames and writes frames at the end of a buffer. A message holds
// whole frames, so nothing is copied or kept between messages.
//
//   offset size field
//   0      2    magic: the bytes CA FE
//   2      1    version: 1
//   3      1    type
//   4      8    call id, little-endian; 0 on frames of the connection
//   12     4    payload size in bytes, little-endian, padding not counted
//   16     -    payload, then zeros up to a multiple of 8
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>

#include "wire/buffer.hpp"
#include "wire/bytes.hpp"
#include "wire/protocol.hpp"

namespace cortado::wire {

struct Frame {
  FrameType type;
  std::uint64_t call_id;               // 0 on frames of the connection
  std::span<const std::byte> payload;  // borrowed from the message, 8-byte aligned like it
};

/// Whether a frame of this type may have this call id: those of a call have one, those of the
/// connection have none, credit is given to either, and LANE has the number of any lane.
[[nodiscard]] constexpr bool may_have_id(FrameType type, std::uint64_t call_id) {
  constexpr std::uint32_t with_id = 0x40'02fe;     // REQUEST to CREDIT, PART, LANE
  constexpr std::uint32_t without_id = 0x7f'0180;  // CREDIT, NOTIFY, HELLO to LANE
  return ((call_id != 0 ? with_id : without_id) >> static_cast<unsigned>(type) & 1) != 0;
}

/// Whether frames of this type are counted, kept and sent again. Their numbers come first.
[[nodiscard]] constexpr bool is_reliable(FrameType type) { return type < FrameType::hello; }

/// Walks over the frames of one message.
class FrameCursor {
 public:
  /// `message` must outlive the cursor and the frames it gives.
  FrameCursor(std::span<const std::byte> message, std::uint32_t payload_limit)
      : rest_(message), payload_limit_(payload_limit) {}

  /// The next frame, or nullopt at the end of the message. An error is final. What is wrong with a
  /// header is told in the order of its fields, before what is wrong with sizes and padding.
  [[nodiscard]] std::expected<std::optional<Frame>, CloseReason> next();

 private:
  std::span<const std::byte> rest_;
  std::uint32_t payload_limit_;
};

/// Bytes a frame takes in a message.
[[nodiscard]] constexpr std::size_t frame_size(std::size_t payload_size) {
  return frame_header_size + padded(payload_size);
}

/// Room at the end of `out` for a frame's payload; the header's place is before it, untouched.
[[nodiscard]] std::span<std::byte> prepare_frame(Buffer& out, std::size_t payload_size);

/// The header of a frame whose payload is, or will be, behind it.
void write_frame_header(std::span<std::byte> header, FrameType type, std::uint64_t call_id,
                        std::size_t payload_size);

/// Writes the header before, and the padding behind, what prepare_frame() gave (of at least
/// `payload_size` bytes) and makes the frame part of `out`.
void commit_frame(Buffer& out, FrameType type, std::uint64_t call_id, std::size_t payload_size);

}  // namespace cortado::wire
