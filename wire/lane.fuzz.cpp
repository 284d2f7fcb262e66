// SPDX-License-Identifier: Apache-2.0
// Any bytes as a message of a WebSocket with lanes: the rest lies in the message, and what is said of
// a lane is written as it was.
#include "wire/lane.hpp"

#include <cstdlib>

#include "wire/conversation.hpp"

using namespace cortado::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = std::as_bytes(std::span(data, size));
  const test::Bytes message(input.begin(), input.end());
  const auto read = read_lane(message);
  if (!read) return 0;
  test::must(read->rest.size() <= message.size(), "the rest is of the message");
  Buffer rewritten;
  if (read->end) {
    test::must(read->rest.empty(), "nothing is behind an end");
    write_lane_end(rewritten, read->lane, *read->end);
    const auto again = read_lane(std::as_const(rewritten).content());
    test::must(again && again->end && again->end->code == read->end->code, "an end stays one");
  } else if (read->rest.size() != message.size()) {
    write_lane(rewritten.prepare(lane_header_size).first<lane_header_size>(), read->lane);
    rewritten.commit(lane_header_size);
    test::must(rewritten.size() + read->rest.size() == message.size() &&
                   std::ranges::equal(std::as_const(rewritten).content(),
                                      std::span(message).first(lane_header_size)),
               "a lane is rewritten as it was");
  }
  return 0;
}
