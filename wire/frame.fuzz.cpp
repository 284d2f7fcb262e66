// SPDX-License-Identifier: Apache-2.0
// Any bytes as a message. What is cut into frames and written again is what came.
// Input: one byte for the payload limit, then the message.
#include <cstdlib>

#include "wire/conversation.hpp"

using namespace cortado::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint32_t payload_limit = 1U << (data[0] % 32);
  const auto input = std::as_bytes(std::span(data + 1, size - 1));
  const test::Bytes message(input.begin(), input.end());

  FrameCursor cursor(message, payload_limit);
  Buffer rewritten;
  for (;;) {
    const auto frame = cursor.next();
    if (!frame) break;
    if (!*frame) {
      test::must(rewritten.size() == message.size(), "all of a good message is frames");
      break;
    }
    const auto& [type, call_id, payload] = **frame;
    test::must(payload.size() <= payload_limit, "payloads keep to the limit");
    test::must(may_have_id(type, call_id), "an id where it belongs");
    const auto room = prepare_frame(rewritten, payload.size());
    if (!payload.empty()) std::memcpy(room.data(), payload.data(), payload.size());
    commit_frame(rewritten, type, call_id, payload.size());
  }
  test::must(
      rewritten.size() <= message.size() &&
          std::equal(rewritten.content().begin(), rewritten.content().end(), message.begin()),
      "frames are rewritten as they were");
  return 0;
}
