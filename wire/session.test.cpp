// SPDX-License-Identifier: Apache-2.0
// Tests of what a session does on one connection: acknowledging, large payloads, silence, farewell,
// bounds.
#include <doctest/doctest.h>

#include <string>

#include "wire/test_session.hpp"

namespace cortado::wire {

using test::Bytes;
using test::operator+;
using test::bytes_of;
using test::make_frame;
using test::SessionEnd;
using test::SessionPair;

namespace {

Bytes number_frame(FrameType type, std::uint64_t number) {
  Bytes payload(sizeof number);
  std::memcpy(payload.data(), &number, sizeof number);
  return make_frame(type, 0, payload);
}

/// The types of the frames in a message, as in "hello request request".
std::string types(std::span<const std::byte> message) {
  FrameCursor cursor(message, payload_size_max);
  std::string text;
  for (auto frame = cursor.next(); frame && *frame; frame = cursor.next()) {
    text += (text.empty() ? "" : " ") + std::string(name((**frame).type));
  }
  return text;
}

const std::string id = std::to_string(0x1'0000'0001);

}  // namespace

TEST_CASE("frames are acknowledged after so many, and then not kept") {
  SessionPair pair({}, {.ack_frames = 3});
  pair.connect();
  for (int count = 0; count < 2; ++count) pair.connector->end.call("x");
  CHECK(pair.acceptor->receive(pair.connector->take_all()));
  CHECK(!pair.acceptor->session.has_output());
  CHECK(pair.connector->session.backlog_size() == 2 * 80);
  pair.connector->end.call("x");
  CHECK(pair.acceptor->receive(pair.connector->take_all()));
  CHECK(pair.connector->receive(pair.acceptor->take_message()));
  CHECK(pair.connector->session.backlog_size() == 0);
}

TEST_CASE("frames are acknowledged after so many bytes, and after a time") {
  SessionPair pair({}, {.ack_bytes = 1000, .ack_delay_ms = 50});
  pair.connect();
  pair.connector->end.call(std::string(1000, 'x'));
  CHECK(pair.acceptor->receive(pair.connector->take_all()));
  CHECK(types(pair.acceptor->take_message()) == "ack");
  pair.acceptor->end.now_ms = 2000;
  pair.connector->end.call("x");
  CHECK(pair.acceptor->receive(pair.connector->take_all()));
  CHECK(pair.acceptor->session.next_deadline_ms() == 2050);
  pair.acceptor->advance_to(2049);
  CHECK(!pair.acceptor->session.has_output());
  pair.acceptor->advance_to(2050);
  CHECK(types(pair.acceptor->take_message()) == "ack");
  CHECK(pair.acceptor->session.next_deadline_ms() == Peer::no_deadline);
}

TEST_CASE("a ping is answered with a pong and what there is to acknowledge") {
  SessionPair pair;
  pair.connect();
  CHECK(pair.connector->receive(number_frame(FrameType::ping, 7)));
  CHECK(types(pair.connector->take_message()) == "pong");
  pair.acceptor->end.call("x");
  CHECK(pair.connector->receive(pair.acceptor->take_all()));
  CHECK(pair.connector->receive(number_frame(FrameType::ping, 7)));
  CHECK(types(pair.connector->take_message()) == "pong ack");
}

TEST_CASE("an acknowledgement of more than was sent closes, of less means nothing") {
  SessionPair pair;
  pair.connect();
  for (int count = 0; count < 3; ++count) pair.connector->end.call("x");
  pair.connector->take_all();
  CHECK(pair.connector->receive(number_frame(FrameType::ack, 3)));
  CHECK(pair.connector->session.backlog_size() == 0);
  CHECK(pair.connector->receive(number_frame(FrameType::ack, 1)));
  CHECK(pair.connector->receive(number_frame(FrameType::ack, 4)).error() ==
        CloseReason::bad_envelope);
  CHECK(pair.connector->receive(make_frame(FrameType::ack, 0, Bytes(7))).error() ==
        CloseReason::bad_envelope);
}

TEST_CASE("a large payload leaves in parts, and small frames go between") {
  SessionPair pair;
  pair.connect();
  pair.connector->events();
  const std::string large(200'000, 'L');
  const CallSlot slot = pair.connector->end.call(large);
  CHECK(slot == 0);
  CHECK(types(pair.connector->session.output()) == "part");
  const Bytes part = pair.connector->take_message();
  CHECK(part.size() == 16 + 8 + cut_size);
  pair.connector->end.call("small");
  const Bytes small = pair.connector->take_message();
  CHECK(types(small) == "request part");
  CHECK(pair.acceptor->receive(part));
  CHECK(pair.acceptor->receive(small));
  CHECK(pair.acceptor->end.events() == "request 4294967299 small");
  CHECK(pair.deliver());
  CHECK(pair.acceptor->end.events() == "request " + id + " " + large);
  CHECK(pair.acceptor->end.respond(0x1'0000'0001, large));
  CHECK(pair.deliver());
  CHECK(pair.connector->end.events() == "response 0 " + large);
}

TEST_CASE("room for a large payload may grow, what was written stays in it") {
  SessionPair pair;
  pair.connect();
  Peer& peer = pair.connector->end.peer;
  std::string text(300'000, 'x');
  for (std::size_t at = 0; at < text.size(); ++at) text[at] = static_cast<char>('a' + at % 23);
  std::size_t written = 0;
  for (const std::size_t capacity : {100U, 3000U, 65'000U, 70'000U, 140'000U, 300'000U}) {
    const std::span<std::byte> room = peer.prepare_params(capacity, {});
    CHECK(reinterpret_cast<std::uintptr_t>(room.data()) % 8 == 0);
    std::memcpy(room.data() + written, text.data() + written, capacity - written);
    written = capacity;
  }
  CHECK(peer.call({}, text.size(), 0).has_value());
  // A room that was large does for a small call too.
  CHECK(peer.prepare_params(100'000, {}).size() >= 100'000);
  std::memcpy(peer.prepare_params(100, {}).data(), "small", 5);
  CHECK(peer.call({}, 5, 0).has_value());
  CHECK(pair.deliver());
  CHECK(pair.acceptor->end.events() == "request 4294967299 small; request " + id + " " + text);
}

TEST_CASE("frames of a call stay behind its large one, those of others pass") {
  SessionPair pair;
  pair.connect();
  const CallId call = pair.connector->end.open(CallKind::client_stream);
  CHECK(pair.deliver());
  pair.acceptor->events();
  const std::string large(70'000, 'L');
  CHECK(pair.connector->end.send(call, large) == Sent::yes);
  pair.acceptor->end.peer.consumed(call, {});
  CHECK(pair.connector->end.send(call, "behind") == Sent::blocked);  // 64 KiB at first
  CHECK(pair.connector->end.peer.end(call));
  pair.connector->end.call("other");
  CHECK(pair.deliver());
  CHECK(pair.acceptor->end.events() ==
        "request 4294967299 other; item " + id + " " + large + "; end " + id + " ok");
}

TEST_CASE("a call that ends while its request leaves in parts leaves no more of it") {
  SessionPair pair;
  pair.connect();
  pair.acceptor->events();
  const CallSlot slot = pair.connector->end.call(std::string(200'000, 'x'));
  CHECK(pair.acceptor->receive(pair.connector->take_message()));
  pair.connector->end.peer.cancel(slot);
  CHECK(types(pair.connector->session.output()) == "cancel");
  CHECK(pair.deliver());
  CHECK(pair.acceptor->events().empty());
  pair.connector->end.call(std::string(100'000, 'y'));
  CHECK(pair.deliver());
  CHECK(pair.acceptor->end.requests.size() == 1);
}

TEST_CASE("parts survive a lost connection, at any of them") {
  for (std::size_t lost_at = 0; lost_at < 5; ++lost_at) {
    SessionPair pair;
    pair.connect();
    pair.acceptor->events();
    const std::string large(300'000, 'L');
    pair.connector->end.call(large);
    for (std::size_t part = 0; part < lost_at; ++part) {
      CHECK(pair.acceptor->receive(pair.connector->take_message()));
    }
    CHECK(!pair.connector->take_message().empty());  // lost
    pair.reconnect();
    CHECK(pair.acceptor->end.events() == "request " + id + " " + large);
  }
}

TEST_CASE("large payloads wait for acknowledgements rather than cost the session its resumption") {
  SessionPair pair({.retained_size_max = 300'000});
  pair.connect();
  pair.connector->end.call(std::string(2'000'000, 'x'));
  std::size_t sent = 0;
  while (pair.connector->session.has_output()) sent += pair.connector->take_message().size();
  CHECK(sent < 300'000);
  pair.reconnect();
  CHECK(pair.acceptor->end.requests.size() == 1);
  CHECK(pair.connector->events().ends_with("resumed"));
}

TEST_CASE("an item in parts that nobody wants any more gives its credit back") {
  SessionPair pair;
  pair.connect();
  const std::string large(150'000, 'x');
  CallId call = pair.acceptor->end.open(CallKind::server_stream);
  CHECK(pair.deliver());
  CHECK(pair.connector->end.send(call, large) == Sent::yes);
  CHECK(pair.acceptor->receive(pair.connector->take_message()));  // the first part
  const Bytes rest = pair.connector->take_all();
  pair.acceptor->end.peer.cancel(Peer::slot_of(call));
  CHECK(pair.acceptor->receive(rest));
  CHECK(pair.deliver());
  CHECK(pair.acceptor->end.events().empty());
  const Flow& flow = pair.acceptor->end.peer.connection_flow();
  CHECK(flow.receive.bytes + flow.pending.bytes == PeerOptions{}.connection_window.bytes);
  CHECK(flow.receive.items + flow.pending.items == PeerOptions{}.connection_window.items);

  // Or whoever has not sent all of it takes it back.
  call = pair.acceptor->end.open(CallKind::server_stream);
  CHECK(pair.deliver());
  const Credit before = pair.connector->end.peer.connection_flow().send;
  CHECK(pair.connector->end.send(call, large) == Sent::yes);
  CHECK(pair.connector->end.peer.connection_flow().send.bytes == before.bytes - 150'000);
  CHECK(pair.acceptor->receive(pair.connector->take_message()));
  pair.acceptor->end.peer.cancel(Peer::slot_of(call));
  CHECK(pair.connector->receive(pair.acceptor->take_all()));
  CHECK(pair.connector->end.peer.connection_flow().send == before);
  CHECK(!pair.connector->session.has_output());
}

TEST_CASE("silence is met with a ping, then the connection is given up") {
  const SessionOptions pinging{.ping_interval_ms = 20'000, .ping_timeout_ms = 5'000};
  SessionPair pair({}, pinging);
  pair.connect();
  pair.acceptor->events();
  CHECK(pair.acceptor->session.next_deadline_ms() == 21'000);
  pair.acceptor->advance_to(21'000);
  CHECK(pair.acceptor->session.next_deadline_ms() == 26'000);
  const Bytes ping = pair.acceptor->take_message();
  CHECK(types(ping) == "ping");
  pair.acceptor->end.now_ms = 21'030;
  CHECK(pair.connector->receive(ping));
  CHECK(pair.acceptor->receive(pair.connector->take_message()));
  CHECK(pair.acceptor->session.round_trip_ms() == 30);
  pair.acceptor->advance_to(41'030);
  pair.acceptor->take_message();
  CHECK(pair.acceptor->events().empty());
  pair.acceptor->advance_to(46'030);
  CHECK(pair.acceptor->events() == "silent");
  pair.acceptor->advance_to(99'000);
  CHECK(pair.acceptor->events().empty());  // told once
}

TEST_CASE("a long sleep ends in a ping first: what came meanwhile may be waiting") {
  SessionPair pair({.ping_interval_ms = 50'000});
  pair.connect();
  pair.connector->events();
  pair.connector->advance_to(10'000'000);
  CHECK(pair.connector->events().empty());
  CHECK(types(pair.connector->take_message()) == "ping");
}

TEST_CASE("a session that nobody comes back to expires") {
  SessionPair pair({}, {.grace_ms = 500});
  pair.connect();
  pair.acceptor->end.call("for the page");
  pair.connector->end.call("for the server");
  CHECK(pair.deliver());
  pair.acceptor->events();
  pair.cut();
  CHECK(pair.acceptor->session.next_deadline_ms() == 1500);
  pair.acceptor->advance_to(1499);
  CHECK(pair.acceptor->events().empty());
  pair.acceptor->advance_to(1500);
  CHECK(pair.acceptor->events() == "expired; dropped " + id + " cancelled; lost 0 perhaps run");
  CHECK(pair.acceptor->end.try_call("x").error() == StatusCode::unavailable);
  CHECK(pair.acceptor->session.next_deadline_ms() == Peer::no_deadline);
}

TEST_CASE("a session without a connection in which too much waits expires") {
  SessionPair pair({}, {.retained_size_max = 100'000});
  pair.connect();
  pair.acceptor->events();
  pair.cut();
  for (int count = 0; count < 4; ++count) pair.acceptor->end.call(std::string(49'000, 'x'));
  CHECK(pair.acceptor->session.next_deadline_ms() > 1000);
  pair.acceptor->end.call(std::string(49'000, 'x'));
  CHECK(pair.acceptor->session.next_deadline_ms() == 0);
  pair.acceptor->advance_to(1000);
  CHECK(pair.acceptor->events().starts_with("expired"));
  CHECK(pair.acceptor->session.backlog_size() == 0);
}

TEST_CASE("a farewell refuses new calls at both ends, those in flight go on") {
  SessionPair pair;
  pair.connect();
  pair.connector->end.call("in flight");
  CHECK(pair.deliver());
  pair.acceptor->session.goaway(CloseReason::going_away, 100, "update");
  CHECK(pair.connector->end.try_call("crossing").has_value());
  CHECK(pair.deliver());
  CHECK(pair.connector->events() == "new session; goaway update; error 1 unavailable: going away");
  CHECK(pair.connector->end.try_call("late").error() == StatusCode::unavailable);
  CHECK(pair.acceptor->end.respond(0x1'0000'0001, "done"));
  pair.reconnect();
  CHECK(pair.connector->events() == "resumed; response 0 done");
  pair.connector->session.abandon();
  pair.make_acceptor("token 2");
  pair.connect();
  CHECK(pair.connector->end.try_call("elsewhere").has_value());
}

TEST_CASE("a farewell while nobody is there is said again when somebody is") {
  SessionPair pair;
  pair.connect();
  pair.cut();
  pair.acceptor->session.goaway(CloseReason::going_away, 0, "first");
  pair.acceptor->on_introduced_do = [&] {
    pair.acceptor->session.goaway(CloseReason::going_away, 0, "again");
  };
  pair.connect();
  CHECK(pair.connector->events() == "new session; resumed; goaway again");
}

TEST_CASE("what comes without an introduction, or with two, closes") {
  SessionPair pair;
  pair.attach();
  const Bytes hello = pair.connector->take_message();
  CHECK(pair.acceptor->receive(number_frame(FrameType::ping, 1)).error() ==
        CloseReason::unexpected_frame);
  CHECK(pair.acceptor->receive(hello));
  CHECK(pair.acceptor->receive(hello).error() == CloseReason::unexpected_frame);
  CHECK(pair.connector->receive(hello).error() == CloseReason::unexpected_frame);
  const Bytes welcome = pair.acceptor->take_message();
  CHECK(pair.acceptor->receive(welcome).error() == CloseReason::unexpected_frame);
  CHECK(pair.connector->receive(welcome));
}

TEST_CASE("the first message of a link is looked at without a session") {
  CHECK(Session::read_hello_of({}).error() == CloseReason::unexpected_frame);
  CHECK(Session::read_hello_of(number_frame(FrameType::ping, 1)).error() ==
        CloseReason::unexpected_frame);
  CHECK(Session::read_hello_of(Bytes(16)).error() == CloseReason::bad_magic);
  CHECK(Session::read_hello_of(make_frame(FrameType::hello, 0, Bytes(31))).error() ==
        CloseReason::bad_envelope);
  Bytes resumed(hello_size);
  write_hello(resumed, {.resumed = true});
  CHECK(Session::read_hello_of(make_frame(FrameType::hello, 0, resumed)).error() ==
        CloseReason::bad_envelope);
}

TEST_CASE("a WELCOME that resumes what was not asked for, or another session, closes") {
  SessionPair pair;
  const auto welcome = [](std::string_view token) {
    const HelloView says{.payload_size_max = 1000,
                         .calls_in_flight_max = 1,
                         .resumed = true,
                         .session_token = bytes_of(token)};
    Bytes payload(hello_payload_size(says));
    write_hello(payload, says);
    return make_frame(FrameType::welcome, 0, payload);
  };
  pair.attach();
  CHECK(pair.connector->receive(welcome("token 1")).error() == CloseReason::bad_envelope);
  pair.cut();
  pair.connect();
  pair.cut();
  pair.attach();
  CHECK(pair.connector->receive(welcome("token 9")).error() == CloseReason::bad_envelope);
}

TEST_CASE("a handler that gives the connection up is told nothing more of its message") {
  SessionPair pair;
  pair.connect();
  pair.connector->end.call("one");
  pair.connector->end.call("two");
  pair.acceptor->end.on_request_do = [&](CallId, const RequestView&) {
    pair.acceptor->session.detach(1000);
  };
  CHECK(pair.acceptor->receive(pair.connector->take_all()));
  CHECK(pair.acceptor->end.requests.size() == 1);
  pair.acceptor->end.on_request_do = nullptr;
  pair.connector->session.detach(1000);
  pair.connect();
  CHECK(pair.acceptor->end.requests.size() == 2);
}

}  // namespace cortado::wire
