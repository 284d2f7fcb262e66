// SPDX-License-Identifier: Apache-2.0
// LANE, the first frame of a message where one WebSocket carries several connections: whose the rest
// of the message is, or that a lane ends. What a lane is: docs/protocol.md, "Lanes".
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "wire/buffer.hpp"
#include "wire/protocol.hpp"

namespace cortado::wire {

/// As in a WebSocket's close frame.
struct LaneEnd {
  std::uint16_t code;
  std::string_view reason;  // borrowed from the message
};

struct LaneMessage {
  std::uint32_t lane = 0;
  std::span<const std::byte> rest;  // of the lane: whole frames, 8-byte aligned as the message is
  std::optional<LaneEnd> end;       // then there is no rest
};

/// Whose a message is. Without LANE it is lane 0's, whatever it holds: the lane reads it. An error:
/// the WebSocket itself must be closed, as nobody knows whose the message was.
[[nodiscard]] std::expected<LaneMessage, CloseReason> read_lane(std::span<const std::byte> message);

/// Bytes of the LANE before the rest of a message.
inline constexpr std::size_t lane_header_size = frame_header_size;
void write_lane(std::span<std::byte, lane_header_size> header, std::uint32_t lane);

/// A whole message, at the end of `out`. A longer reason is cut at a character.
void write_lane_end(Buffer& out, std::uint32_t lane, const LaneEnd& end);

}  // namespace cortado::wire
