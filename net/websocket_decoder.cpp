// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_decoder.hpp"

#include <algorithm>
#include <cstring>

namespace cortado::net {
namespace {

WebSocketDecoder::Event::Kind control_kind(Opcode opcode) {
  using Kind = WebSocketDecoder::Event::Kind;
  if (opcode == Opcode::ping) return Kind::ping;
  return opcode == Opcode::pong ? Kind::pong : Kind::close;
}

}  // namespace

std::expected<std::optional<WebSocketDecoder::Event>, CloseCode> WebSocketDecoder::next(
    std::span<const std::byte>& received) {
  if (delivered_) {
    message_.clear();
    delivered_ = false;
  }
  while (true) {
    if (!in_frame_) {
      const std::expected<bool, CloseCode> taken = take_header(received);
      if (!taken) return std::unexpected(taken.error());
      if (!*taken) return std::nullopt;
      if (const std::optional<CloseCode> code = refuse_frame()) return std::unexpected(*code);
      in_frame_ = true;
      frame_received_ = 0;
      if (!is_control(frame_.opcode)) in_message_ = true;
    }
    take_payload(received);
    if (frame_received_ < frame_.payload_size) return std::nullopt;
    in_frame_ = false;
    if (const std::optional<Event> event = finish_frame()) return event;
  }
}

std::expected<bool, CloseCode> WebSocketDecoder::take_header(std::span<const std::byte>& received) {
  // The usual header lies whole in this read.
  std::span<const std::byte> bytes = received;
  std::size_t kept = 0;
  if (header_size_ > 0) {
    kept = header_size_;
    const std::size_t size = std::min(header_.size() - kept, received.size());
    std::copy_n(received.begin(), size, header_.begin() + static_cast<std::ptrdiff_t>(kept));
    bytes = std::span(header_).first(kept + size);
  }
  const auto read = read_header(bytes);
  if (!read) return std::unexpected(read.error());
  if (!*read) {
    if (kept == 0) std::ranges::copy(received, header_.begin());
    header_size_ = kept + received.size();
    received = {};
    return false;
  }
  frame_ = (*read)->header;
  received = received.subspan((*read)->size - kept);
  header_size_ = 0;
  return true;
}

std::optional<CloseCode> WebSocketDecoder::refuse_frame() const {
  if (frame_.mask.has_value() != expects_mask_) return CloseCode::protocol_error;
  if (is_control(frame_.opcode)) return std::nullopt;
  if (frame_.opcode == Opcode::text) return CloseCode::unsupported_data;
  const bool continues = frame_.opcode == Opcode::continuation;
  if (continues != in_message_) return CloseCode::protocol_error;
  if (frame_.payload_size > message_size_max_ - message_.size()) return CloseCode::message_too_big;
  return std::nullopt;
}

void WebSocketDecoder::take_payload(std::span<const std::byte>& received) {
  const auto size = static_cast<std::size_t>(
      std::min<std::uint64_t>(frame_.payload_size - frame_received_, received.size()));
  if (size == 0) return;
  std::byte* target = nullptr;
  if (is_control(frame_.opcode)) {
    target = control_.data() + frame_received_;
  } else {
    target = message_.prepare(size).data();
    message_.commit(size);
  }
  if (frame_.mask) {
    mask_into(target, received.first(size), *frame_.mask, frame_received_);
  } else {
    std::memcpy(target, received.data(), size);
  }
  frame_received_ += size;
  received = received.subspan(size);
}

std::optional<WebSocketDecoder::Event> WebSocketDecoder::finish_frame() {
  if (is_control(frame_.opcode)) {
    const auto size = static_cast<std::size_t>(frame_.payload_size);
    return Event{control_kind(frame_.opcode), std::span(control_).first(size)};
  }
  if (!frame_.final) return std::nullopt;
  in_message_ = false;
  delivered_ = true;
  return Event{Event::Kind::message, message_.content()};
}

}  // namespace cortado::net
