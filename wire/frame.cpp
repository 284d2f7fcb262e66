// SPDX-License-Identifier: Apache-2.0
// The header of a frame, read and written.
#include "wire/frame.hpp"

#include <cstdlib>
#include <cstring>

namespace cortado::wire {

namespace {

constexpr std::size_t version_offset = 2;
constexpr std::size_t type_offset = 3;
constexpr std::size_t call_id_offset = 4;
constexpr std::size_t payload_size_offset = 12;

}  // namespace

std::expected<std::optional<Frame>, CloseReason> FrameCursor::next() {
  if (rest_.empty()) return std::nullopt;
  if (rest_.size() < frame_header_size) return std::unexpected(CloseReason::truncated_frame);
  if (load<std::uint16_t>(rest_, 0) != magic) return std::unexpected(CloseReason::bad_magic);
  if (load<std::uint8_t>(rest_, version_offset) != protocol_version) {
    return std::unexpected(CloseReason::bad_version);
  }
  const std::optional<FrameType> type = to_frame_type(load<std::uint8_t>(rest_, type_offset));
  if (!type) return std::unexpected(CloseReason::bad_frame_type);
  const auto call_id = load<std::uint64_t>(rest_, call_id_offset);
  if (!may_have_id(*type, call_id)) return std::unexpected(CloseReason::bad_call_id);

  // No sum here can overflow, even with sizes of 32 bits: the payload is known to be received
  // before it is padded.
  const auto payload_size = load<std::uint32_t>(rest_, payload_size_offset);
  if (payload_size > payload_limit_) return std::unexpected(CloseReason::payload_too_large);
  if (payload_size > rest_.size() - frame_header_size) {
    return std::unexpected(CloseReason::truncated_frame);
  }
  const std::size_t size = frame_size(payload_size);
  if (size > rest_.size()) return std::unexpected(CloseReason::truncated_frame);
  const std::size_t payload_end = frame_header_size + payload_size;
  if (!all_zero(rest_.subspan(payload_end, size - payload_end))) {
    return std::unexpected(CloseReason::bad_padding);
  }

  const Frame frame{*type, call_id, rest_.subspan(frame_header_size, payload_size)};
  rest_ = rest_.subspan(size);
  return frame;
}

std::span<std::byte> prepare_frame(Buffer& out, std::size_t payload_size) {
  // A header has 32 bits for the size; and below it frame_size() cannot overflow.
  if (payload_size > UINT32_MAX - 64) std::abort();
  return out.prepare(frame_size(payload_size)).subspan(frame_header_size, payload_size);
}

void write_frame_header(std::span<std::byte> header, FrameType type, std::uint64_t call_id,
                        std::size_t payload_size) {
  store(header, 0, magic);
  store(header, version_offset, protocol_version);
  store(header, type_offset, static_cast<std::uint8_t>(type));
  store(header, call_id_offset, call_id);
  store(header, payload_size_offset, static_cast<std::uint32_t>(payload_size));
}

void commit_frame(Buffer& out, FrameType type, std::uint64_t call_id, std::size_t payload_size) {
  const std::span<std::byte> frame = out.prepare(frame_size(payload_size));
  write_frame_header(frame, type, call_id, payload_size);
  const std::size_t payload_end = frame_header_size + payload_size;
  std::memset(frame.data() + payload_end, 0, frame.size() - payload_end);
  out.commit(frame.size());
}

}  // namespace cortado::wire
