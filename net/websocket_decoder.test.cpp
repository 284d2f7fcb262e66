// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_decoder.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace cortado::net {
namespace {

using Kind = WebSocketDecoder::Event::Kind;

constexpr MaskKey mask_key{std::byte{0x11}, std::byte{0x22}, std::byte{0x33}, std::byte{0x44}};

struct Sent {
  std::string_view payload;
  Opcode opcode = Opcode::binary;
  bool final = true;
  bool masked = true;
};

std::vector<std::byte> encode(std::initializer_list<Sent> frames) {
  std::vector<std::byte> out;
  for (const Sent& frame : frames) {
    FrameHeader header{.final = frame.final, .opcode = frame.opcode};
    header.payload_size = frame.payload.size();
    if (frame.masked) header.mask = mask_key;
    std::array<std::byte, websocket_header_size_max> bytes{};
    const std::size_t size = write_header(bytes, header);
    out.insert(out.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    const std::size_t start = out.size();
    out.resize(start + frame.payload.size());
    mask_into(out.data() + start, std::as_bytes(std::span(frame.payload)),
              frame.masked ? mask_key : MaskKey{}, 0);
  }
  return out;
}

struct Heard {
  std::vector<std::string> events;  // "message:text"
  std::optional<CloseCode> error;
};

void feed(WebSocketDecoder& decoder, std::span<const std::byte> received, Heard& heard) {
  while (!heard.error) {
    const auto event = decoder.next(received);
    if (!event) {
      heard.error = event.error();
      return;
    }
    if (!*event) return;
    const std::span<const std::byte> payload = (*event)->payload;
    std::string text(payload.size(), '\0');
    if (!payload.empty()) std::memcpy(text.data(), payload.data(), payload.size());
    switch ((*event)->kind) {
      case Kind::message:
        CHECK(reinterpret_cast<std::uintptr_t>(payload.data()) % 8 == 0);
        heard.events.push_back("message:" + text);
        break;
      case Kind::ping: heard.events.push_back("ping:" + text); break;
      case Kind::pong: heard.events.push_back("pong:" + text); break;
      case Kind::close: heard.events.push_back("close:" + text); break;
    }
  }
}

Heard decode(std::span<const std::byte> received, std::size_t message_size_max = 1024) {
  WebSocketDecoder decoder(/*expects_mask=*/true, message_size_max);
  Heard heard;
  feed(decoder, received, heard);
  return heard;
}

using Events = std::vector<std::string>;

TEST_CASE("a stream cut at any two bytes gives the same messages") {
  const std::string long_text(300, 'x');
  const auto stream = encode({{"one"},
                              {"", Opcode::ping},
                              {"tw", Opcode::binary, false},
                              {"between", Opcode::ping},
                              {"", Opcode::continuation, false},
                              {"o", Opcode::continuation},
                              {""},
                              {long_text},
                              {"bye", Opcode::close}});
  const Events expected{"message:one", "ping:",    "ping:between",
                        "message:two", "message:", "message:" + long_text,
                        "close:bye"};
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); second += 13) {
      WebSocketDecoder decoder(true, 1024);
      Heard heard;
      feed(decoder, std::span(stream).first(first), heard);
      feed(decoder, std::span(stream).subspan(first, second - first), heard);
      feed(decoder, std::span(stream).subspan(second), heard);
      REQUIRE(heard.events == expected);
    }
  }
}

TEST_CASE("memory can be exchanged between messages only") {
  const auto stream = encode({{"one"}, {"two"}});
  WebSocketDecoder decoder(true, 1024);
  Heard heard;
  feed(decoder, std::span(stream).first(8), heard);
  CHECK(!decoder.between_messages());
  feed(decoder, std::span(stream).subspan(8, 1), heard);
  CHECK(decoder.between_messages());
  decoder.memory() = {};
  feed(decoder, std::span(stream).subspan(9), heard);
  CHECK(heard.events == Events{"message:one", "message:two"});
}

TEST_CASE("a text message is not ours") {
  CHECK(decode(encode({{"hello", Opcode::text}})).error == CloseCode::unsupported_data);
}

TEST_CASE("a client that does not mask, and a server that does, break the protocol") {
  CHECK(decode(encode({{"x", Opcode::binary, true, false}})).error == CloseCode::protocol_error);
  WebSocketDecoder decoder(/*expects_mask=*/false, 1024);
  Heard heard;
  feed(decoder, encode({{"x"}}), heard);
  CHECK(heard.error == CloseCode::protocol_error);
}

TEST_CASE("fragments in the wrong order break the protocol") {
  CHECK(decode(encode({{"x", Opcode::continuation}})).error == CloseCode::protocol_error);
  CHECK(decode(encode({{"x", Opcode::binary, false}, {"y", Opcode::binary}})).error ==
        CloseCode::protocol_error);
}

TEST_CASE("a message above the limit is refused by its header, also in fragments") {
  CHECK(decode(encode({{"12345678"}}), 8).events == Events{"message:12345678"});
  const auto too_big = encode({{"123456789"}});
  CHECK(decode(std::span(too_big).first(6), 8).error == CloseCode::message_too_big);
  CHECK(
      decode(encode({{"12345", Opcode::binary, false}, {"6789", Opcode::continuation}}), 8).error ==
      CloseCode::message_too_big);
}

TEST_CASE("memory follows received bytes, not the announced size") {
  WebSocketDecoder decoder(true, std::size_t{1} << 40);
  std::array<std::byte, websocket_header_size_max> bytes{};
  const std::size_t size =
      write_header(bytes, {.mask = mask_key, .payload_size = std::uint64_t{1} << 39});
  Heard heard;
  feed(decoder, std::span(bytes).first(size), heard);
  CHECK(!heard.error.has_value());
  CHECK(decoder.memory().capacity() < 4096);
}

}  // namespace
}  // namespace cortado::net
