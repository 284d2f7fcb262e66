// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_frame.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace cortado::net {
namespace {

std::vector<std::byte> written(const FrameHeader& header) {
  std::array<std::byte, websocket_header_size_max> bytes{};
  const std::size_t size = write_header(bytes, header);
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

std::vector<std::byte> bytes(std::initializer_list<unsigned> values) {
  std::vector<std::byte> result;
  for (const unsigned value : values) result.push_back(static_cast<std::byte>(value));
  return result;
}

TEST_CASE("headers of every size are written as the RFC draws them") {
  CHECK(written({.payload_size = 5}) == bytes({0x82, 5}));
  CHECK(written({.payload_size = 125}) == bytes({0x82, 125}));
  CHECK(written({.payload_size = 126}) == bytes({0x82, 126, 0, 126}));
  CHECK(written({.payload_size = 65535}) == bytes({0x82, 126, 0xff, 0xff}));
  CHECK(written({.payload_size = 65536}) == bytes({0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}));
  CHECK(written({.final = false, .opcode = Opcode::continuation}) == bytes({0x00, 0}));
}

TEST_CASE("a header reads back, and every cut of it asks for more") {
  for (const std::uint64_t size : {0ULL, 125ULL, 126ULL, 65535ULL, 65536ULL, 1ULL << 40}) {
    for (const bool masked : {false, true}) {
      FrameHeader header{.payload_size = size};
      if (masked) header.mask = MaskKey{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
      const std::vector<std::byte> encoded = written(header);
      for (std::size_t cut = 0; cut < encoded.size(); ++cut) {
        const auto read = read_header(std::span(encoded).first(cut));
        REQUIRE(read.has_value());
        CHECK(!read->has_value());
      }
      const auto read = read_header(encoded);
      REQUIRE(read.has_value());
      REQUIRE(read->has_value());
      CHECK((*read)->size == encoded.size());
      CHECK((*read)->header.payload_size == size);
      CHECK((*read)->header.mask == header.mask);
    }
  }
}

TEST_CASE("what the RFC forbids is refused") {
  for (const auto& header : {
           bytes({0xc2, 0}),                               // a reserved bit
           bytes({0x83, 0}),                               // reserved opcodes
           bytes({0x8b, 0}), bytes({0x09, 0}),             // a fragmented ping
           bytes({0x89, 126, 0, 126}),                     // a ping of 126 bytes
           bytes({0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0}),  // 64 bits of size
       }) {
    const auto read = read_header(header);
    REQUIRE(!read.has_value());
    CHECK(read.error() == CloseCode::protocol_error);
  }
}

TEST_CASE("masking by parts is masking as a whole, and masking twice restores") {
  const MaskKey key{std::byte{0xa1}, std::byte{0x02}, std::byte{0xc3}, std::byte{0x64}};
  std::vector<std::byte> plain(67);
  for (std::size_t i = 0; i < plain.size(); ++i) plain[i] = static_cast<std::byte>(i * 7);
  std::vector<std::byte> expected(plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i) expected[i] = plain[i] ^ key[i % 4];

  for (std::size_t cut = 0; cut <= plain.size(); ++cut) {
    std::vector<std::byte> masked(plain.size());
    mask_into(masked.data(), std::span(plain).first(cut), key, 0);
    mask_into(masked.data() + cut, std::span(plain).subspan(cut), key, cut);
    CHECK(masked == expected);
  }
  mask_into(expected.data(), expected, key, 0);
  CHECK(expected == plain);
}

}  // namespace
}  // namespace cortado::net
