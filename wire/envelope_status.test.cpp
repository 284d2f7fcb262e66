// SPDX-License-Identifier: Apache-2.0
// Tests of ERROR, HELLO, WELCOME and GOAWAY payloads.
#include <doctest/doctest.h>

#include "wire/envelope.hpp"
#include "wire/test_support.hpp"

namespace cortado::wire {

namespace {

using test::Bytes;
using test::operator+;
using test::bytes_of;
using test::text_of;

Bytes write(const ErrorView& error) {
  Bytes payload(error_payload_size(error), std::byte{0xee});
  write_error(payload, error);
  return payload;
}

Bytes write(const HelloView& hello) {
  Bytes payload(hello_payload_size(hello), std::byte{0xee});
  write_hello(payload, hello);
  return payload;
}

Bytes write(const GoawayView& goaway) {
  Bytes payload(goaway_payload_size(goaway), std::byte{0xee});
  write_goaway(payload, goaway);
  return payload;
}

Bytes with(Bytes payload, std::size_t at, unsigned value) {
  payload[at] = static_cast<std::byte>(value);
  return payload;
}

Bytes cut(const Bytes& payload, std::size_t size) {
  return {payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(size)};
}

}  // namespace

TEST_CASE("an error is read as it was written") {
  const Bytes details = test::from_hex("0102030405060708 0000000000000000");
  const Bytes payload = write(ErrorView{StatusCode::not_found, "no such symbol", 1500, details});
  const auto error = read_error(payload);
  REQUIRE(error);
  CHECK(error->code == StatusCode::not_found);
  CHECK(error->message == "no such symbol");
  CHECK(error->retry_after_ms == 1500);
  CHECK(text_of(error->details) == text_of(details));
}

TEST_CASE("an error needs neither message nor details") {
  const Bytes payload = write(ErrorView{StatusCode::internal, {}, 0, {}});
  CHECK(payload.size() == error_envelope_size);
  REQUIRE(read_error(payload));
  CHECK(read_error(payload)->message.empty());
}

TEST_CASE("a status code from the future is unknown, ok is no error") {
  const Bytes payload = write(ErrorView{StatusCode::unauthenticated, "x", 0, {}});
  CHECK(read_error(payload)->code == StatusCode::unauthenticated);
  CHECK(read_error(with(payload, 0, 17))->code == StatusCode::unknown);
  CHECK(read_error(with(payload, 1, 1))->code == StatusCode::unknown);
  CHECK(!read_error(with(payload, 0, 0)));
}

TEST_CASE("a long message is cut at a character") {
  CHECK(cut_at_character("abc", 3) == "abc");
  CHECK(cut_at_character("abc", 2) == "ab");
  CHECK(cut_at_character("a\u00e9", 2) == "a");
  CHECK(cut_at_character("\U0001f600", 3).empty());
  CHECK(cut_at_character("\x80\x80", 1).empty());  // no UTF-8 at all

  std::string text(error_message_size_max - 1, 'x');
  text += "\u00e9";
  const Bytes payload = write(ErrorView{StatusCode::internal, text, 0, {}});
  CHECK(read_error(payload)->message.size() == error_message_size_max - 1);
}

TEST_CASE("an error whose sizes or zeros are wrong is refused") {
  const Bytes details(8);
  const Bytes payload = write(ErrorView{StatusCode::internal, "hello", 0, details});
  for (std::size_t size = 0; size < payload.size(); ++size) CHECK(!read_error(cut(payload, size)));
  CHECK(!read_error(payload + Bytes(8)));
  CHECK(!read_error(with(payload, 2, 1)));       // reserved
  CHECK(!read_error(with(payload, 16 + 5, 1)));  // padding of the message
  CHECK(!read_error(with(payload, 11, 0xff)));   // message size beyond everything
  CHECK(!read_error(with(payload, 12, 7)));      // details too small for a type id
  Bytes long_message = write(ErrorView{StatusCode::internal, std::string(4096, 'x'), 0, {}});
  CHECK(read_error(long_message));
  long_message = with(long_message, 8, 1) + Bytes(8);  // 4097
  CHECK(!read_error(long_message));
}

TEST_CASE("an introduction is read as it was written") {
  const HelloView hello{.payload_size_max = 1000,
                        .calls_in_flight_max = 5,
                        .frames_received = 77,
                        .resumed = true,
                        .attempt = 0x80000001,
                        .grace_ms = 0x80000002,
                        .session_token = bytes_of("token"),
                        .auth = bytes_of("who")};
  const Bytes payload = write(hello);
  CHECK(payload.size() == 32 + 8 + 3);
  const auto read = read_hello(payload);
  REQUIRE(read);
  CHECK(read->payload_size_max == 1000);
  CHECK(read->calls_in_flight_max == 5);
  CHECK(read->frames_received == 77);
  CHECK(read->resumed);
  CHECK(read->attempt == 0x80000001);
  CHECK(read->grace_ms == 0x80000002);
  CHECK(text_of(read->session_token) == "token");
  CHECK(text_of(read->auth) == "who");
}

TEST_CASE("an introduction whose sizes or zeros are wrong is refused") {
  const Bytes payload = write(HelloView{.session_token = bytes_of("token"), .auth = bytes_of("a")});
  for (std::size_t size = 0; size < payload.size(); ++size) CHECK(!read_hello(cut(payload, size)));
  CHECK(!read_hello(payload + Bytes(1)));
  CHECK(!read_hello(with(payload, 18, 2)));  // a flag not yet invented
  CHECK(!read_hello(with(payload, 19, 1)));
  const Bytes long_token(session_token_size_max + 1);
  CHECK(!read_hello(write(HelloView{.session_token = long_token})));
  CHECK(!read_hello(with(payload, 32 + 5, 1)));  // padding of the token
  CHECK(!read_hello(with(payload, 17, 0xff)));   // token beyond everything
  CHECK(!read_hello(with(payload, 23, 0xff)));   // auth beyond everything
}

TEST_CASE("a farewell is read as it was written") {
  const Bytes payload = write(GoawayView{CloseReason::idle, 5000, "quiet"});
  CHECK(payload.size() == goaway_size + 5);
  const auto goaway = read_goaway(payload);
  REQUIRE(goaway);
  CHECK(goaway->reason == CloseReason::idle);
  CHECK(goaway->grace_ms == 5000);
  CHECK(goaway->message == "quiet");
  CHECK(read_goaway(with(payload, 0, 200))->reason == CloseReason::going_away);
}

TEST_CASE("a farewell whose sizes or zeros are wrong is refused") {
  const Bytes payload = write(GoawayView{CloseReason::going_away, 0, "x"});
  for (std::size_t size = 0; size < payload.size(); ++size) CHECK(!read_goaway(cut(payload, size)));
  CHECK(!read_goaway(payload + Bytes(1)));
  CHECK(!read_goaway(with(payload, 2, 1)));
  CHECK(!read_goaway(with(payload, 12, 1)));
  CHECK(!read_goaway(with(payload, 9, 0xff)));
}

}  // namespace cortado::wire
