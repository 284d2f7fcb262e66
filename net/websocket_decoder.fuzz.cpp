// SPDX-License-Identifier: Apache-2.0
// The decoder fed with anything, cut anywhere: the first byte says where. What it delivers must not
// depend on the cuts.
#include "net/websocket_decoder.hpp"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

namespace {

using cortado::net::WebSocketDecoder;

/// Kinds, sizes and bytes of all events, and the final error, as one run of bytes.
std::vector<std::byte> decode(std::span<const std::byte> input, std::size_t piece_size) {
  WebSocketDecoder decoder(true, 4096);
  std::vector<std::byte> seen;
  while (!input.empty()) {
    std::span<const std::byte> piece = input.first(std::min(piece_size, input.size()));
    input = input.subspan(piece.size());
    while (true) {
      const auto event = decoder.next(piece);
      if (!event) {
        seen.push_back(static_cast<std::byte>(event.error()));
        return seen;
      }
      if (!*event) break;
      seen.push_back(static_cast<std::byte>((*event)->kind));
      seen.insert(seen.end(), (*event)->payload.begin(), (*event)->payload.end());
    }
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto input = std::as_bytes(std::span(data, size)).subspan(1);
  const std::size_t piece_size = std::size_t{data[0]} + 1;
  if (decode(input, input.size()) != decode(input, piece_size)) std::abort();
  return 0;
}
