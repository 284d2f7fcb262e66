// SPDX-License-Identifier: Apache-2.0
// Payloads of streams, topics and parts: END, CREDIT, NOTIFY, PART. Byte for byte:
// docs/protocol.md, section "Payloads".
#include <cassert>

#include "wire/bytes.hpp"
#include "wire/envelope.hpp"

namespace cortado::wire {

namespace {

namespace notify_at {
constexpr std::size_t topic_size = 0;
constexpr std::size_t reserved = 2;
constexpr std::size_t reserved_size = 6;
}  // namespace notify_at

namespace part_at {
constexpr std::size_t type = 0;
constexpr std::size_t flags = 1;
constexpr std::size_t reserved = 2;
constexpr std::size_t reserved_size = 6;
}  // namespace part_at

constexpr std::uint8_t flag_first = 1;
constexpr std::uint8_t flag_last = 2;

}  // namespace

bool read_end(std::span<const std::byte> payload, ErrorView& status) {
  if (!payload.empty()) return read(payload, status);
  status.code = StatusCode::ok;
  return true;
}

void write_credit(std::span<std::byte> payload, Credit credit) {
  store(payload, 0, static_cast<std::uint32_t>(credit.items));
  store(payload, sizeof(std::uint32_t), static_cast<std::uint32_t>(credit.bytes));
}

bool read(std::span<const std::byte> payload, Credit& credit) {
  if (payload.size() != credit_size) return false;
  const auto items = load<std::uint32_t>(payload, 0);
  const auto bytes = load<std::uint32_t>(payload, sizeof items);
  if (items > credit_max || bytes > credit_max) return false;
  credit = {static_cast<std::int32_t>(items), static_cast<std::int32_t>(bytes)};
  return true;
}

std::size_t notify_payload_size(const NotifyView& notify) {
  return notify_size + padded(notify.topic.size()) + notify.message.size();
}

void write_notify(std::span<std::byte> payload, const NotifyView& notify) {
  assert(!notify.topic.empty() && notify.topic.size() <= topic_size_max);
  std::memset(payload.data(), 0, notify_size);
  store(payload, notify_at::topic_size, static_cast<std::uint16_t>(notify.topic.size()));
  const std::size_t message_at =
      store_padded(payload, notify_size, std::as_bytes(std::span(notify.topic)));
  if (!notify.message.empty()) {
    std::memcpy(payload.data() + message_at, notify.message.data(), notify.message.size());
  }
}

bool read(std::span<const std::byte> payload, NotifyView& notify) {
  if (payload.size() < notify_size) return false;
  const std::size_t topic_size = load<std::uint16_t>(payload, notify_at::topic_size);
  const std::size_t topic_end = notify_size + topic_size;
  const std::size_t message_at = padded(topic_end);
  if (topic_size == 0 || topic_size > topic_size_max || message_at > payload.size() ||
      !all_zero(payload.subspan(notify_at::reserved, notify_at::reserved_size)) ||
      !all_zero(payload.subspan(topic_end, message_at - topic_end))) {
    return false;
  }
  notify = {{reinterpret_cast<const char*>(payload.data()) + notify_size, topic_size},
            payload.subspan(message_at)};
  return true;
}

void write_part(std::span<std::byte> payload, const PartView& part) {
  std::memset(payload.data(), 0, part_header_size);
  store(payload, part_at::type, static_cast<std::uint8_t>(part.type));
  const unsigned flags = (part.is_first ? flag_first : 0U) | (part.is_last ? flag_last : 0U);
  store(payload, part_at::flags, static_cast<std::uint8_t>(flags));
}

bool read(std::span<const std::byte> payload, PartView& part) {
  if (payload.size() < part_header_size) return false;
  const auto type = load<std::uint8_t>(payload, part_at::type);
  const auto flags = load<std::uint8_t>(payload, part_at::flags);
  if (type < static_cast<std::uint8_t>(FrameType::request) ||
      type > static_cast<std::uint8_t>(FrameType::end) || flags > (flag_first | flag_last) ||
      !all_zero(payload.subspan(part_at::reserved, part_at::reserved_size))) {
    return false;
  }
  part = {static_cast<FrameType>(type), (flags & flag_first) != 0, (flags & flag_last) != 0,
          payload.subspan(part_header_size)};
  return true;
}

}  // namespace cortado::wire
