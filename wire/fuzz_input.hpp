// SPDX-License-Identifier: Apache-2.0
// What the fuzzers of peer and session make of their input: numbers, and frames that get past the
// first checks. Test code only.
#pragma once

#include <algorithm>

#include "wire/test_support.hpp"

namespace cortado::wire::test {

/// Reads the input from its beginning; zeros behind its end.
class Input {
 public:
  explicit Input(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool at_end() const { return bytes_.empty(); }
  std::uint32_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }
  Bytes take(std::size_t size) {
    size = std::min(size, bytes_.size());
    const auto taken = std::as_bytes(bytes_.first(size));
    bytes_ = bytes_.subspan(size);
    return {taken.begin(), taken.end()};
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

/// An id that may mean something to the peer.
inline CallId choose_id(Input& input) {
  const std::uint32_t choice = input.byte();
  const CallId generation = choice % 4;
  const CallId slot = choice / 4 % 8;
  return generation << 32 | slot << 1 | choice / 32 % 2;
}

/// A payload that may be one of this type.
inline Bytes choose_payload(Input& input, FrameType type) {
  Bytes payload;
  switch (type) {
    case FrameType::request:
      payload.resize(request_envelope_size + input.byte() % 32);
      payload[6] = static_cast<std::byte>(input.byte() % 9);  // kind
      payload[16] = static_cast<std::byte>(input.byte());     // a timeout
      break;
    case FrameType::response: payload.resize(response_envelope_size); break;
    case FrameType::end:
      if (input.byte() % 2 == 0) break;
      [[fallthrough]];
    case FrameType::error:
      payload.resize(error_envelope_size);
      payload[0] = static_cast<std::byte>(1 + input.byte() % 20);
      break;
    case FrameType::credit:
      payload.resize(credit_size);
      payload[0] = static_cast<std::byte>(input.byte());
      payload[input.byte() % 2 == 0 ? 5 : 7] = static_cast<std::byte>(input.byte());
      break;
    case FrameType::notify:
      payload.resize(notify_size + 8 + input.byte() % 64);
      payload[0] = std::byte{8};
      break;
    case FrameType::part:
      payload.resize(part_header_size + input.byte() % 8 * 9);
      payload[0] = static_cast<std::byte>(1 + input.byte() % 5);
      payload[1] = static_cast<std::byte>(input.byte() % 5);
      break;
    case FrameType::hello:
    case FrameType::welcome:
      payload.resize(hello_size + 8);
      payload[1] = payload[4] = std::byte{8};             // 2048 bytes, 8 calls
      payload[8] = static_cast<std::byte>(input.byte());  // frames received
      payload[16] = std::byte{5};                         // the token's size
      payload[18] = static_cast<std::byte>(input.byte() % 2);
      payload[24] = static_cast<std::byte>(input.byte());  // attempt
      for (std::size_t at = 0; at < 5; ++at) payload[hello_size + at] = std::byte{'t'};
      break;
    case FrameType::ack:
    case FrameType::ping:
    case FrameType::pong:
      payload.resize(8);
      payload[0] = static_cast<std::byte>(input.byte());
      break;
    default: payload = input.take(input.byte() % 32); break;
  }
  return payload;
}

/// A frame with a true header, so that what is behind it is reached.
inline Bytes choose_frame(Input& input) {
  const std::uint32_t type = input.byte() % 24;
  const bool has_id = type < 8 || type == 9;
  const CallId id = has_id && input.byte() % 16 != 0 ? choose_id(input) : 0;
  const bool is_wild = input.byte() % 16 == 0;
  const Bytes payload =
      is_wild ? input.take(input.byte()) : choose_payload(input, static_cast<FrameType>(type));
  return make_frame(type, id, payload);
}

}  // namespace cortado::wire::test
