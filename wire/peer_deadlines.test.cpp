// SPDX-License-Identifier: Apache-2.0
// Tests of deadlines at both ends of a call.
#include <doctest/doctest.h>

#include "wire/test_support.hpp"

namespace cortado::wire {

using test::Pair;

TEST_CASE("without a timeout there is no deadline") {
  Pair pair;
  pair.connector.call("x");
  CHECK(pair.deliver());
  CHECK(pair.connector.peer.next_deadline_ms() == Peer::no_deadline);
  CHECK(pair.acceptor.peer.next_deadline_ms() == Peer::no_deadline);
}

TEST_CASE("the caller ends its call at the deadline and cancels it") {
  Pair pair;
  pair.connector.call("x", 500);
  CHECK(pair.connector.peer.next_deadline_ms() == 1500);
  CHECK(pair.deliver());
  pair.acceptor.events();
  pair.connector.peer.advance(1499);
  CHECK(pair.connector.events().empty());
  pair.connector.peer.advance(1500);
  CHECK(pair.connector.events() == "error 0 deadline_exceeded: the deadline passed");
  CHECK(pair.connector.peer.next_deadline_ms() == Peer::no_deadline);
  CHECK(pair.deliver());
  CHECK(pair.acceptor.events() == "dropped 4294967297 cancelled");
}

TEST_CASE("the callee stops at the deadline and answers") {
  Pair pair;
  pair.connector.call("x", 500);
  pair.set_time(1100);  // it arrives later than it was sent; clocks differ anyway
  CHECK(pair.deliver());
  CHECK(pair.acceptor.peer.next_deadline_ms() == 1600);
  pair.acceptor.events();
  pair.acceptor.peer.advance(1600);
  CHECK(pair.acceptor.events() == "dropped 4294967297 deadline_exceeded");
  CHECK(pair.acceptor.peer.served_calls_in_flight() == 0);
  CHECK(!pair.acceptor.respond(4294967297, "late"));
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "error 0 deadline_exceeded: the deadline passed");
}

TEST_CASE("both ends reaching the deadline at once settle the call once") {
  Pair pair;
  pair.connector.call("x", 500);
  CHECK(pair.deliver());
  pair.acceptor.events();
  pair.connector.peer.advance(5000);
  pair.acceptor.peer.advance(5000);
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "error 0 deadline_exceeded: the deadline passed");
  CHECK(pair.acceptor.events() == "dropped 4294967297 deadline_exceeded");
}

TEST_CASE("an answer before the deadline ends it at both ends") {
  Pair pair;
  pair.connector.call("x", 500);
  CHECK(pair.deliver());
  CHECK(pair.acceptor.respond(pair.acceptor.requests[0], "ok"));
  CHECK(pair.acceptor.peer.next_deadline_ms() == Peer::no_deadline);
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "response 0 ok");
  CHECK(pair.connector.peer.next_deadline_ms() == Peer::no_deadline);
  pair.connector.peer.advance(10'000);
  pair.acceptor.peer.advance(10'000);
  CHECK(pair.connector.events().empty());
}

TEST_CASE("a late answer counts as long as nobody has called time") {
  Pair pair;
  pair.connector.call("x", 500);
  CHECK(pair.deliver());
  pair.set_time(9000);
  CHECK(pair.acceptor.respond(pair.acceptor.requests[0], "ok"));
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "response 0 ok");
}

TEST_CASE("deadlines end in order, each its own call") {
  Pair pair;
  pair.connector.call("a", 300);
  pair.connector.call("b", 100);
  pair.connector.call("c", 200);
  CHECK(pair.connector.peer.next_deadline_ms() == 1100);
  pair.connector.peer.advance(1200);
  CHECK(pair.connector.events() ==
        "error 1 deadline_exceeded: the deadline passed; "
        "error 2 deadline_exceeded: the deadline passed");
  CHECK(pair.connector.peer.next_deadline_ms() == 1300);
}

TEST_CASE("a deadline of an ended call does not touch the next one in its slot") {
  Pair pair;
  pair.connector.peer.cancel(pair.connector.call("a", 100));
  CHECK(pair.connector.call("b", 900) == 0);
  pair.connector.peer.advance(1500);
  CHECK(pair.connector.events().empty());
  CHECK(pair.connector.peer.next_deadline_ms() == 1900);
}

TEST_CASE("an id used twice by a stranger keeps its own deadline") {
  // The protocol forbids it, but it cannot be seen once the first call is over.
  Pair pair;
  const auto request = [](std::uint32_t timeout_ms) {
    test::Bytes payload(request_envelope_size);
    std::memcpy(payload.data() + 16, &timeout_ms, 4);
    return test::make_frame(FrameType::request, 77, payload);
  };
  CHECK(pair.acceptor.receive(request(100)));
  CHECK(pair.acceptor.respond(77, "first"));
  CHECK(pair.acceptor.receive(request(900)));
  pair.acceptor.events();
  pair.acceptor.peer.advance(1500);
  CHECK(pair.acceptor.events().empty());
  CHECK(pair.acceptor.peer.next_deadline_ms() == 1900);
}

TEST_CASE("a clock near its end does not wrap a deadline") {
  Pair pair;
  pair.set_time(~std::uint64_t{0} - 10);
  pair.connector.call("x", 500);
  CHECK(pair.connector.peer.next_deadline_ms() == Peer::no_deadline);
}

}  // namespace cortado::wire
