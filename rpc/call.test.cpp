// SPDX-License-Identifier: Apache-2.0
// Tests of what a handler knows of its call.
#include "rpc/call.hpp"

#include <doctest/doctest.h>

#include "rpc/testdata/echo_service.hpp"

namespace cortado {

TEST_CASE("a call tells what its header said") {
  wire::RequestHeader header{.idempotent = true, .timeout_ms = 250};
  header.trace.flags = 1;
  const Call call(header, {"127.0.0.1:1", "memory"});
  CHECK(call.timeout_ms() == 250);
  CHECK(call.idempotent());
  CHECK(call.trace().flags == 1);
  CHECK(call.caller().address == "127.0.0.1:1");
  CHECK(call.caller().carrier == "memory");
}

TEST_CASE("a caller without a way back cannot be called") {
  const Call call({}, {"127.0.0.1:1", "http"});
  const test::EchoClient client(call.caller_channel());
  auto task = client.echo("hello");
  task.start();
  REQUIRE(task.done());
  const auto answer = task.take();
  REQUIRE(!answer);
  CHECK(answer.error().code == StatusCode::unimplemented);
}

TEST_CASE("a call fails without an exception") {
  Call call({}, {});
  CHECK(!call.failure());
  call.fail(StatusCode::not_found, "no");
  REQUIRE(call.failure());
  CHECK(call.failure()->message == "no");
  call.fail(Error{StatusCode::aborted, "yes", 9, {}});
  CHECK(call.failure()->code == StatusCode::aborted);
  CHECK(call.failure()->retry_after_ms == 9);
}

}  // namespace cortado
