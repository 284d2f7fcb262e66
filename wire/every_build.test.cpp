// SPDX-License-Identifier: Apache-2.0
// The same bytes give the same events and the same answers in every build: native and wasm, 64 bits
// and 32, by every compiler. One number stands for all of them; it changes with the protocol.
#include <doctest/doctest.h>

#include <random>

#include "wire/fuzz_input.hpp"

namespace cortado::wire::test {
namespace {

constexpr std::uint32_t seeds = 100;
constexpr std::size_t input_size = 50'000;

/// FNV-1a, 64 bits.
class Digest {
 public:
  void add(std::span<const std::byte> bytes) {
    for (const std::byte byte : bytes) {
      value_ = (value_ ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3;
    }
  }
  void add(std::string_view text) { add(std::as_bytes(std::span(text))); }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

void act(End& end, Input& input) {
  switch (input.byte() % 8) {
    case 0: static_cast<void>(end.try_call("ours", input.byte() * 4)); break;
    case 1: static_cast<void>(end.try_call("ours", 0, CallKind::bidirectional)); break;
    case 2: static_cast<void>(end.respond(choose_id(input), "theirs")); break;
    case 3: static_cast<void>(end.fail(choose_id(input), StatusCode::aborted, "no")); break;
    default: end.peer.advance(end.now_ms); break;
  }
}

/// What a peer makes of a stranger's frames, until one of them breaks the protocol; with calls of its
/// own and answers between them. Returns how many it took.
std::uint32_t converse(Input& input, std::uint32_t seed, Digest& digest) {
  const bool is_connector = seed % 2 == 0;
  End end({.role = is_connector ? Role::connector : Role::acceptor,
           .payload_size_max = 1024,
           .calls_in_flight_max = 5,
           .seed = seed});
  end.peer.introduce();
  Bytes hello(hello_size);
  hello[1] = hello[4] = std::byte{8};  // 2048 bytes, 8 calls
  REQUIRE(end.receive(make_frame(is_connector ? FrameType::welcome : FrameType::hello, 0, hello)));
  std::uint32_t taken_count = 0;
  while (!input.at_end()) {
    end.now_ms += input.byte() % 3;
    act(end, input);
    const auto taken = end.receive(choose_frame(input));
    digest.add(end.events());
    digest.add(end.take_output());
    if (!taken) {
      digest.add(name(taken.error()));
      break;
    }
    ++taken_count;
  }
  return taken_count;
}

}  // namespace

TEST_CASE("the same bytes give the same events in every build") {
  Digest digest;
  std::uint32_t frames_taken = 0;
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::uint8_t> bytes(input_size);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    Input input(bytes);
    while (!input.at_end()) frames_taken += converse(input, seed, digest);
  }
  CHECK(frames_taken == 53'585);
  CHECK(digest.value() == 1'382'302'587'863'457'950);
}

}  // namespace cortado::wire::test
