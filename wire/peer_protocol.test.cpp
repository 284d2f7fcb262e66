// SPDX-License-Identifier: Apache-2.0
// Tests of what a hostile or broken other end sends: every reason for which a peer closes.
#include <doctest/doctest.h>

#include <initializer_list>

#include "wire/test_support.hpp"

namespace cortado::wire {

namespace {

using test::Bytes;
using test::operator+;
using test::End;
using test::make_frame;
using test::Pair;

constexpr CallId odd = 0x1'0000'0001;   // the first id of a connector
constexpr CallId even = 0x1'0000'0000;  // the first id of an acceptor

Bytes hello_payload(const HelloView& hello = {.payload_size_max = 1000,
                                              .calls_in_flight_max = 10}) {
  Bytes payload(hello_payload_size(hello));
  write_hello(payload, hello);
  return payload;
}

Bytes error_payload() {
  Bytes payload(error_envelope_size);
  write_error(payload, {StatusCode::internal, {}, 0, {}});
  return payload;
}

Bytes goaway_payload() {
  Bytes payload(goaway_size);
  write_goaway(payload, {});
  return payload;
}

const Bytes request_payload(request_envelope_size);
const Bytes response_payload(response_envelope_size);

CloseReason refusal(End& end, const Bytes& message) {
  const auto taken = end.receive(message);
  REQUIRE(!taken.has_value());
  return taken.error();
}

}  // namespace

TEST_CASE("the first frame is the introduction, and only the first") {
  const Bytes hello = make_frame(FrameType::hello, 0, hello_payload());
  const Bytes welcome = make_frame(FrameType::welcome, 0, hello_payload());
  for (const Bytes& first : {make_frame(FrameType::request, odd, request_payload),
                             make_frame(FrameType::ping, 0, Bytes(8)),
                             make_frame(FrameType::ack, 0, Bytes(8)), welcome}) {
    End acceptor({.role = Role::acceptor});
    CHECK(refusal(acceptor, first) == CloseReason::unexpected_frame);
  }
  End acceptor({.role = Role::acceptor});
  CHECK(acceptor.receive(hello));
  CHECK(refusal(acceptor, hello) == CloseReason::unexpected_frame);

  End connector({.role = Role::connector});
  CHECK(refusal(connector, hello) == CloseReason::unexpected_frame);
  CHECK(connector.receive(welcome));
  CHECK(refusal(connector, welcome) == CloseReason::unexpected_frame);
}

TEST_CASE("only an acceptor resumes, only a connector says who it is") {
  const Bytes resumed = hello_payload({.resumed = true});
  const Bytes auth = hello_payload({.auth = test::bytes_of("me")});
  const Bytes grace = hello_payload({.grace_ms = 1});
  const Bytes attempt = hello_payload({.attempt = 1});
  End acceptor({.role = Role::acceptor});
  CHECK(refusal(acceptor, make_frame(FrameType::hello, 0, resumed)) == CloseReason::bad_envelope);
  CHECK(refusal(acceptor, make_frame(FrameType::hello, 0, grace)) == CloseReason::bad_envelope);
  CHECK(acceptor.receive(make_frame(FrameType::hello, 0, auth)));
  End connector({.role = Role::connector});
  CHECK(refusal(connector, make_frame(FrameType::welcome, 0, auth)) == CloseReason::bad_envelope);
  CHECK(refusal(connector, make_frame(FrameType::welcome, 0, attempt)) ==
        CloseReason::bad_envelope);
  CHECK(connector.receive(make_frame(FrameType::welcome, 0, resumed)));
}

TEST_CASE("frames that cannot be cut close the connection") {
  for (const CloseReason reason :
       {CloseReason::bad_magic, CloseReason::bad_version, CloseReason::bad_frame_type,
        CloseReason::truncated_frame, CloseReason::bad_padding}) {
    Bytes message = make_frame(FrameType::ping, 0, Bytes(4));
    switch (reason) {
      case CloseReason::bad_magic: message[0] = std::byte{0}; break;
      case CloseReason::bad_version: message[2] = std::byte{2}; break;
      case CloseReason::bad_frame_type: message[3] = std::byte{10}; break;
      case CloseReason::truncated_frame: message.resize(20); break;
      default: message[23] = std::byte{1}; break;
    }
    Pair pair;
    CHECK(refusal(pair.acceptor, message) == reason);
  }
}

TEST_CASE("payloads that make no sense close the connection") {
  Pair pair;
  pair.connector.call("x");
  for (const Bytes& message :
       {make_frame(FrameType::request, even, Bytes(55)),
        make_frame(FrameType::response, odd, Bytes(7)),
        make_frame(FrameType::error, odd, Bytes(16)), make_frame(FrameType::cancel, even, Bytes(1)),
        make_frame(FrameType::ping, 0, Bytes(7)), make_frame(FrameType::pong, 0, Bytes(9)),
        make_frame(FrameType::goaway, 0, Bytes(15))}) {
    CHECK(refusal(pair.connector, message) == CloseReason::bad_envelope);
  }
  CHECK(refusal(pair.acceptor, make_frame(FrameType::request, odd, Bytes(8))) ==
        CloseReason::bad_envelope);
}

TEST_CASE("an envelope is checked even where nobody waits for it any more") {
  Pair pair;
  pair.connector.peer.cancel(pair.connector.call("x"));
  CHECK(refusal(pair.connector, make_frame(FrameType::response, odd, Bytes(7))) ==
        CloseReason::bad_envelope);
  CHECK(refusal(pair.connector, make_frame(FrameType::error, odd, Bytes(7))) ==
        CloseReason::bad_envelope);
}

TEST_CASE("a request id of the wrong parity or in use closes the connection") {
  Pair pair;
  CHECK(refusal(pair.acceptor, make_frame(FrameType::request, even, request_payload)) ==
        CloseReason::bad_call_id);
  CHECK(refusal(pair.connector, make_frame(FrameType::request, odd, request_payload)) ==
        CloseReason::bad_call_id);
  CHECK(pair.acceptor.receive(make_frame(FrameType::request, odd, request_payload)));
  CHECK(refusal(pair.acceptor, make_frame(FrameType::request, odd, request_payload)) ==
        CloseReason::bad_call_id);
  // Any id of the right parity will do, in any order: they are opaque here.
  for (const CallId id : {CallId{1}, CallId{0xffff'ffff'ffff'ffff}, CallId{3}}) {
    CHECK(pair.acceptor.receive(make_frame(FrameType::request, id, request_payload)));
  }
}

TEST_CASE("a duplicate in one message closes after the first was served") {
  Pair pair;
  const Bytes request = make_frame(FrameType::request, odd, request_payload);
  CHECK(refusal(pair.acceptor, request + request) == CloseReason::bad_call_id);
  CHECK(pair.acceptor.peer.served_calls_in_flight() == 1);
}

TEST_CASE("an answer to a call that was never made closes the connection") {
  Pair pair;
  pair.connector.call("x");
  for (const CallId id :
       {odd + 2, CallId{0x2'0000'0001}, CallId{1}, even, CallId{0xffff'ffff'ffff'ffff}}) {
    CHECK(refusal(pair.connector, make_frame(FrameType::response, id, response_payload)) ==
          CloseReason::bad_call_id);
    CHECK(refusal(pair.connector, make_frame(FrameType::error, id, error_payload())) ==
          CloseReason::bad_call_id);
  }
  CHECK(pair.connector.peer.own_calls_in_flight() == 1);
}

TEST_CASE("a second answer is dropped") {
  Pair pair;
  pair.connector.call("x");
  const Bytes response = make_frame(FrameType::response, odd, response_payload);
  CHECK(pair.connector.receive(response + response));
  CHECK(pair.connector.receive(make_frame(FrameType::error, odd, error_payload())));
  CHECK(pair.connector.events() == "response 0 ");
}

TEST_CASE("a cancel of a call that is not there is dropped, of an own one it closes") {
  Pair pair;
  CHECK(pair.acceptor.receive(make_frame(FrameType::cancel, odd)));
  CHECK(pair.acceptor.events().empty());
  CHECK(refusal(pair.acceptor, make_frame(FrameType::cancel, even)) == CloseReason::bad_call_id);
}

TEST_CASE("only the acceptor says farewell") {
  Pair pair;
  const Bytes goaway = make_frame(FrameType::goaway, 0, goaway_payload());
  CHECK(refusal(pair.acceptor, goaway) == CloseReason::unexpected_frame);
  CHECK(pair.connector.receive(goaway));
}

TEST_CASE("a peer without a session takes no notice of an acknowledgement") {
  Pair pair;
  for (End* const end : {&pair.connector, &pair.acceptor}) {
    CHECK(end->receive(make_frame(FrameType::ack, 0, Bytes(8))));
    CHECK(end->events().empty());
    CHECK(end->peer.output().empty());
  }
}

TEST_CASE("an unknown status code arrives as unknown") {
  Pair pair;
  pair.connector.call("x");
  Bytes payload = error_payload();
  payload[0] = std::byte{99};
  CHECK(pair.connector.receive(make_frame(FrameType::error, odd, payload)));
  CHECK(pair.connector.events() == "error 0 unknown: ");
}

TEST_CASE("an empty message means nothing") {
  Pair pair;
  CHECK(pair.connector.receive({}));
  End fresh({.role = Role::acceptor});
  CHECK(fresh.receive({}));
}

TEST_CASE("frames before a bad one have had their effect") {
  Pair pair;
  const Bytes message = make_frame(FrameType::request, odd, request_payload) + Bytes(16);
  CHECK(refusal(pair.acceptor, message) == CloseReason::bad_magic);
  CHECK(pair.acceptor.events() == "request 4294967297 ");
}

}  // namespace cortado::wire
