// SPDX-License-Identifier: Apache-2.0
// Tests of what one end takes of the other: size and number of calls.
#include <doctest/doctest.h>

#include <string>

#include "wire/test_support.hpp"

namespace cortado::wire {

using test::Bytes;
using test::End;
using test::Pair;

TEST_CASE("the caller keeps to the calls the callee serves at once") {
  Pair pair({}, {.calls_in_flight_max = 2});
  pair.connector.call("a");
  pair.connector.call("b");
  CHECK(pair.connector.try_call("c").error() == StatusCode::resource_exhausted);
  CHECK(pair.deliver());
  CHECK(pair.acceptor.events() == "request 4294967297 a; request 4294967299 b");
  CHECK(pair.acceptor.respond(4294967297, ""));
  CHECK(pair.deliver());
  CHECK(pair.connector.try_call("c").has_value());
}

TEST_CASE("calls beyond the limit, made before it was known, fail one by one") {
  End connector({.role = Role::connector});
  End acceptor({.role = Role::acceptor, .calls_in_flight_max = 1});
  connector.peer.introduce();
  acceptor.peer.introduce();
  connector.call("a");
  connector.call("b");
  CHECK(acceptor.receive(connector.take_output()));
  CHECK(connector.receive(acceptor.take_output()));
  CHECK(acceptor.peer.served_calls_in_flight() == 1);
  CHECK(connector.events() ==
        "introduced 16777216 1; error 1 resource_exhausted: too many calls in flight");
}

TEST_CASE("a call answered at once makes room for the next in the same message") {
  Pair pair({}, {.calls_in_flight_max = 1});
  pair.acceptor.on_request_do = [&](CallId id, const RequestView&) {
    pair.acceptor.respond(id, "ok");
  };
  for (int count = 0; count < 3; ++count) {
    CHECK(pair.connector.try_call("x").has_value());
    CHECK(pair.deliver());
  }
  CHECK(pair.connector.events() == "response 0 ok; response 0 ok; response 0 ok");
}

TEST_CASE("a request larger than the callee takes is not sent") {
  Pair pair({}, {.payload_size_max = 100});
  CHECK(pair.connector.try_call(std::string(44, 'x')).has_value());
  CHECK(pair.connector.try_call(std::string(45, 'x')).error() == StatusCode::resource_exhausted);
  CHECK(pair.deliver());
  CHECK(pair.connector.peer.output().empty());
}

TEST_CASE("a larger request made before the limit was known fails, the connection lives") {
  End connector({.role = Role::connector});
  End acceptor({.role = Role::acceptor, .payload_size_max = 100});
  connector.peer.introduce();
  acceptor.peer.introduce();
  connector.call(std::string(1000, 'x'));
  CHECK(acceptor.receive(connector.take_output()));
  CHECK(connector.receive(acceptor.take_output()));
  CHECK(connector.events() ==
        "introduced 100 65536; error 0 resource_exhausted: the request is too large");
}

TEST_CASE("results larger than the caller takes become an error") {
  Pair pair({.payload_size_max = 100}, {});
  pair.connector.call("a");
  pair.connector.call("b");
  CHECK(pair.deliver());
  CHECK(pair.acceptor.respond(pair.acceptor.requests[0], std::string(92, 'x')));
  CHECK(pair.acceptor.respond(pair.acceptor.requests[1], std::string(93, 'x')));
  CHECK(pair.deliver());
  CHECK(pair.connector.events() == "response 0 " + std::string(92, 'x') +
                                       "; error 1 resource_exhausted: the results are too large");
}

TEST_CASE("an error too large for the caller loses its details, then its message") {
  Pair pair({.payload_size_max = 64}, {});
  const Bytes details(64);
  for (const auto& [message, received] :
       {std::pair{std::string("short"), "short"}, std::pair{std::string(60, 'x'), ""}}) {
    pair.connector.call("a");
    CHECK(pair.deliver());
    CHECK(pair.acceptor.peer.fail(pair.acceptor.requests.back(),
                                  {StatusCode::aborted, message, 0, details}));
    CHECK(pair.deliver());
    CHECK(pair.connector.events() == "error 0 aborted: " + std::string(received));
  }
}

TEST_CASE("metadata and keys beyond their limits are the caller's mistake") {
  Pair pair;
  const Bytes metadata(metadata_size_max + 1);
  const Bytes key(idempotency_key_size_max + 1);
  CHECK(pair.connector.peer.call({.metadata = metadata}, 0, 0).error() ==
        StatusCode::invalid_argument);
  CHECK(pair.connector.peer.call({.idempotency_key = key}, 0, 0).error() ==
        StatusCode::invalid_argument);
  CHECK(pair.connector.peer.output().empty());
}

TEST_CASE("a payload above the announced limit closes, unless it is a request") {
  Pair pair({.payload_size_max = 100}, {});
  const Bytes large(200);
  CHECK(pair.connector.receive(test::make_frame(FrameType::notify, 0, large)).error() ==
        CloseReason::payload_too_large);
  const Bytes too_large(payload_size_max + 8);
  CHECK(pair.connector.receive(test::make_frame(FrameType::request, 2, too_large)).error() ==
        CloseReason::payload_too_large);
}

TEST_CASE("memory follows the calls in flight, not the calls made") {
  Pair pair;
  for (int count = 0; count < 100'000; ++count) {
    pair.connector.call("x", 30'000);
    CHECK(pair.deliver());
    CHECK(pair.acceptor.respond(pair.acceptor.requests.back(), "y"));
    CHECK(pair.deliver());
    pair.connector.events();
    pair.acceptor.events();
  }
  CHECK(pair.connector.call("x") == 0);
  CHECK(pair.connector.peer.take_output({}).capacity() <= 4096);
}

}  // namespace cortado::wire
