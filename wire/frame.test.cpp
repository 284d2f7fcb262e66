// SPDX-License-Identifier: Apache-2.0
// Tests of the frame's header: what is written is read, and everything else is refused.
#include "wire/frame.hpp"

#include <doctest/doctest.h>

#include "wire/test_support.hpp"

namespace cortado::wire {

namespace {

using test::Bytes;
using test::operator+;
using test::bytes_of;
using test::make_frame;

constexpr std::uint32_t limit = 1024;

void write(Buffer& out, FrameType type, std::uint64_t call_id, std::string_view payload) {
  const auto room = prepare_frame(out, payload.size());
  std::memcpy(room.data(), payload.data(), payload.size());
  commit_frame(out, type, call_id, payload.size());
}

/// The error of the first frame of `message`; fails the test when there is none.
CloseReason refused(const Bytes& message, std::uint32_t payload_limit = limit) {
  FrameCursor cursor(message, payload_limit);
  const auto frame = cursor.next();
  REQUIRE(!frame.has_value());
  return frame.error();
}

}  // namespace

TEST_CASE("an empty message has no frames") {
  FrameCursor cursor({}, limit);
  const auto frame = cursor.next();
  REQUIRE(frame.has_value());
  CHECK(!frame->has_value());
}

TEST_CASE("a frame is written as the protocol lays it out") {
  Buffer out;
  write(out, FrameType::request, 0x0102030405060708, "hello");
  CHECK(test::to_hex(out.content()) ==
        "cafe0101"
        "0807060504030201"
        "05000000"
        "68656c6c6f000000");
}

TEST_CASE("padding is written over whatever was there") {
  Buffer out;
  for (std::byte& byte : out.prepare(64)) byte = std::byte{0xff};
  write(out, FrameType::ping, 0, "x");
  CHECK(test::to_hex(out.content().subspan(frame_header_size)) == "7800000000000000");
}

TEST_CASE("frames of one message come in order, then nothing") {
  Buffer out;
  write(out, FrameType::request, 1, "first");
  write(out, FrameType::cancel, 3, "");
  write(out, FrameType::pong, 0, "12345678");
  FrameCursor cursor(out.content(), limit);
  const auto first = cursor.next();
  CHECK((*first)->type == FrameType::request);
  CHECK((*first)->call_id == 1);
  CHECK(test::text_of((*first)->payload) == "first");
  const auto second = cursor.next();
  CHECK((*second)->type == FrameType::cancel);
  CHECK((*second)->payload.empty());
  const auto third = cursor.next();
  CHECK(test::text_of((*third)->payload) == "12345678");
  CHECK(!(*cursor.next()).has_value());
}

TEST_CASE("payloads are aligned where the message is") {
  Buffer out;
  for (int size = 0; size < 20; ++size) {
    write(out, FrameType::response, 1, std::string(static_cast<std::size_t>(size), 'x'));
  }
  FrameCursor cursor(out.content(), limit);
  while (const auto frame = *cursor.next()) {
    CHECK(reinterpret_cast<std::uintptr_t>(frame->payload.data()) % frame_alignment == 0);
  }
}

TEST_CASE("a message cut at any byte is refused") {
  const Bytes whole = make_frame(FrameType::request, 1, bytes_of("hello, world"));
  for (std::size_t size = 1; size < whole.size(); ++size) {
    CHECK(refused(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))) ==
          CloseReason::truncated_frame);
  }
}

TEST_CASE("a second frame cut short is refused after the first was given") {
  Bytes message = make_frame(FrameType::request, 1, bytes_of("a")) + Bytes(8);
  FrameCursor cursor(message, limit);
  CHECK(cursor.next().has_value());
  CHECK(cursor.next().error() == CloseReason::truncated_frame);
}

TEST_CASE("the magic, the version and the type are checked, in this order") {
  Bytes message = make_frame(FrameType::request, 1, {});
  message[3] = std::byte{0};
  CHECK(refused(message) == CloseReason::bad_frame_type);
  message[2] = std::byte{2};
  CHECK(refused(message) == CloseReason::bad_version);
  message[1] = std::byte{0xca};
  CHECK(refused(message) == CloseReason::bad_magic);
}

TEST_CASE("every type number is known or refused") {
  for (unsigned number = 0; number < 256; ++number) {
    const bool is_known = (number >= 1 && number <= 9) || (number >= 0x10 && number <= 0x16);
    const std::uint64_t call_id = number <= 7 || number == 9 || number == 0x16 ? 1 : 0;
    const Bytes message = make_frame(number, call_id, {});
    FrameCursor cursor(message, limit);
    CHECK(cursor.next().has_value() == is_known);
  }
}

TEST_CASE("frames of a call have its id, others none, and credit either") {
  for (const FrameType type :
       {FrameType::request, FrameType::response, FrameType::error, FrameType::item, FrameType::end,
        FrameType::cancel, FrameType::part}) {
    CHECK(refused(make_frame(type, 0)) == CloseReason::bad_call_id);
  }
  for (const FrameType type :
       {FrameType::notify, FrameType::hello, FrameType::welcome, FrameType::ack, FrameType::ping,
        FrameType::pong, FrameType::goaway}) {
    CHECK(refused(make_frame(type, 1)) == CloseReason::bad_call_id);
  }
  for (const std::uint64_t call_id : {0U, 1U}) {
    const Bytes credit = make_frame(FrameType::credit, call_id);
    CHECK(FrameCursor(credit, limit).next().has_value());
  }
}

TEST_CASE("a payload above the limit is refused before it is looked for") {
  const Bytes whole = make_frame(FrameType::request, 1, bytes_of("12345678"));
  FrameCursor cursor(whole, 8);
  CHECK(cursor.next().has_value());
  CHECK(refused(whole, 7) == CloseReason::payload_too_large);

  Bytes header = make_frame(FrameType::request, 1, {});
  for (std::size_t at = 12; at < 16; ++at) header[at] = std::byte{0xff};
  CHECK(refused(header) == CloseReason::payload_too_large);
  CHECK(refused(header, UINT32_MAX) == CloseReason::truncated_frame);
}

TEST_CASE("padding that is not zero is refused") {
  const Bytes whole = make_frame(FrameType::request, 1, bytes_of("hello"));
  for (std::size_t at = frame_header_size + 5; at < whole.size(); ++at) {
    Bytes message = whole;
    message[at] = std::byte{1};
    CHECK(refused(message) == CloseReason::bad_padding);
  }
}

TEST_CASE("names and numbers of the protocol agree") {
  CHECK(name(FrameType::goaway) == "goaway");
  CHECK(name(StatusCode::failed_precondition) == "failed_precondition");
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): what a careless host may do
  CHECK(name(static_cast<StatusCode>(99)).empty());
  CHECK(to_frame_type(0x0a) == std::nullopt);
  CHECK(to_frame_type(0x10) == FrameType::hello);
  CHECK(to_status_code(16) == StatusCode::unauthenticated);
  CHECK(to_status_code(17) == std::nullopt);
  CHECK(to_close_reason(13) == CloseReason::session_lost);
  CHECK(to_close_reason(14) == std::nullopt);
}

}  // namespace cortado::wire
