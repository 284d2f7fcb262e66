// SPDX-License-Identifier: Apache-2.0
#include "wire/lane.hpp"

#include <algorithm>
#include <limits>

#include "wire/bytes.hpp"
#include "wire/envelope.hpp"
#include "wire/frame.hpp"

namespace cortado::wire {

namespace {

constexpr std::size_t type_offset = 3;
constexpr std::size_t code_size = sizeof(std::uint16_t);

bool begins_with_lane(std::span<const std::byte> message) {
  return message.size() > type_offset &&
         message[type_offset] == static_cast<std::byte>(FrameType::lane);
}

}  // namespace

std::expected<LaneMessage, CloseReason> read_lane(std::span<const std::byte> message) {
  LaneMessage result;
  result.rest = message;
  if (!begins_with_lane(message)) return result;
  const auto read = FrameCursor(message, payload_size_max).next();
  if (!read) return std::unexpected(read.error());
  const Frame& frame = **read;
  if (frame.call_id > std::numeric_limits<std::uint32_t>::max()) {
    return std::unexpected(CloseReason::bad_call_id);
  }
  result.lane = static_cast<std::uint32_t>(frame.call_id);
  result.rest = message.subspan(frame_size(frame.payload.size()));
  if (frame.payload.empty()) return result;
  if (frame.payload.size() < code_size || frame.payload.size() > code_size + lane_reason_size_max) {
    return std::unexpected(CloseReason::bad_envelope);
  }
  if (!result.rest.empty()) return std::unexpected(CloseReason::unexpected_frame);
  const std::span<const std::byte> reason = frame.payload.subspan(code_size);
  result.end = {load<std::uint16_t>(frame.payload, 0),
                {reinterpret_cast<const char*>(reason.data()), reason.size()}};
  return result;
}

void write_lane(std::span<std::byte, lane_header_size> header, std::uint32_t lane) {
  write_frame_header(header, FrameType::lane, lane, 0);
}

void write_lane_end(Buffer& out, std::uint32_t lane, const LaneEnd& end) {
  const auto reason = std::as_bytes(std::span(cut_at_character(end.reason, lane_reason_size_max)));
  const std::size_t size = code_size + reason.size();
  const std::span<std::byte> payload = prepare_frame(out, size);
  store(payload, 0, end.code);
  std::ranges::copy(reason, payload.begin() + code_size);
  commit_frame(out, FrameType::lane, lane, size);
}

}  // namespace cortado::wire
