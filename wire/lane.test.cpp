// SPDX-License-Identifier: Apache-2.0
// The golden messages of lanes: whose they are, and why a WebSocket is closed because of one.
#include "wire/lane.hpp"

#include <doctest/doctest.h>

#include "wire/test_json.hpp"
#include "wire/test_support.hpp"

namespace cortado::wire {

namespace {

using test::Bytes;
using test::Json;
using test::to_hex;

/// What read_lane() gave is written as it came.
void check_rewritten(const LaneMessage& read, const Bytes& message) {
  Buffer rewritten;
  if (read.end) {
    write_lane_end(rewritten, read.lane, *read.end);
  } else {
    std::array<std::byte, lane_header_size> header{};
    write_lane(header, read.lane);
    std::ranges::copy(header, rewritten.prepare(header.size()).begin());
    rewritten.commit(header.size());
    std::ranges::copy(read.rest, rewritten.prepare(read.rest.size()).begin());
    rewritten.commit(read.rest.size());
  }
  CHECK(to_hex(rewritten.content()) == to_hex(message));
}

}  // namespace

TEST_CASE("golden messages of lanes are whose they should be and are refused where they should") {
  const Json vectors = test::read_json("schema/vectors/frames/lanes.json");
  CHECK(vectors.elements.size() > 15);
  for (const Json& vector : vectors.elements) {
    CAPTURE(vector["name"].text);
    const Bytes message = test::from_hex(vector["bytes"].text);
    const auto read = read_lane(message);
    CHECK(std::string(read ? "" : name(read.error())) ==
          (vector.has("closes") ? vector["closes"].text : ""));
    if (!read || vector.has("closes")) continue;
    CHECK(read->lane == vector["lane"].number);
    CHECK(read->end.has_value() == vector.has("code"));
    if (read->end) {
      CHECK(read->end->code == vector["code"].number);
      CHECK(read->end->reason == vector["reason"].text);
    } else {
      CHECK(to_hex(read->rest) == vector["rest"].text);
    }
    if (read->end || read->rest.size() != message.size()) check_rewritten(*read, message);
  }
}

TEST_CASE("a reason that is too long is cut at a character") {
  Buffer out;
  write_lane_end(out, 1, {1000, std::string(lane_reason_size_max - 1, 'r') + "\u00e9"});
  const auto read = read_lane(std::as_const(out).content());
  REQUIRE(read.has_value());
  CHECK(read->end->reason == std::string(lane_reason_size_max - 1, 'r'));
}

}  // namespace cortado::wire
