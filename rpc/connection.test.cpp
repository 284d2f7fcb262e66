// SPDX-License-Identifier: Apache-2.0
// Tests of calls over two connections joined in memory: what a handler does and what its caller
// gets.
#include "rpc/connection.hpp"

#include <doctest/doctest.h>

#include "rpc/testdata/echo_pair.hpp"

namespace cortado {

using test::EchoPair;
using test::outcome;

TEST_CASE("a call goes there and back") {
  EchoPair ends;
  auto task = ends.client.echo("hello");
  CHECK(!ends.pair.connector_host.has_output);  // nothing happens before it is awaited
  task.start();
  CHECK(!task.done());
  CHECK(ends.pair.connector.own_calls_in_flight() == 1);
  CHECK(ends.pair.deliver());
  CHECK(outcome(task) == "hello");
  CHECK(ends.pair.connector.own_calls_in_flight() == 0);
  CHECK(ends.pair.acceptor_host.finished == std::vector<std::string>{"Echo.echo ok"});
}

TEST_CASE("the acceptor calls the connector by the same code") {
  EchoPair ends;
  auto task = ends.server_client.echo("from the server");
  task.start();
  CHECK(ends.pair.deliver());
  CHECK(outcome(task) == "from the server");
}

TEST_CASE("calls of a turn leave as one message and come back as one") {
  EchoPair ends;
  std::vector<Task<Result<Response<test::Echo::EchoResults>>>> tasks;
  for (int index = 0; index < 10; ++index) {
    tasks.push_back(ends.client.echo(std::to_string(index)));
    tasks.back().start();
  }
  const wire::Buffer message = ends.pair.connector.take_output({});
  ends.pair.connector_host.has_output = false;
  CHECK(ends.pair.acceptor.receive(message.content()));
  const wire::Buffer answers = ends.pair.acceptor.take_output({});
  ends.pair.acceptor_host.has_output = false;
  CHECK(ends.pair.connector.receive(answers.content()));
  for (std::size_t index = 0; index < tasks.size(); ++index) {
    CHECK(outcome(tasks[index]) == std::to_string(index));
  }
}

TEST_CASE("output is announced once until it is taken") {
  EchoPair ends;
  auto first = ends.client.echo("a");
  auto second = ends.client.echo("b");
  first.start();
  CHECK(std::exchange(ends.pair.connector_host.has_output, false));
  second.start();
  CHECK(!ends.pair.connector_host.has_output);
  const wire::Buffer message = ends.pair.connector.take_output({});
  CHECK(ends.pair.acceptor.receive(message.content()));
  CHECK(ends.pair.deliver());
  CHECK(outcome(first) == "a");
  CHECK(outcome(second) == "b");
}

TEST_CASE("a handler that waits answers when it has waited") {
  EchoPair ends;
  auto task = ends.client.later("at last");
  task.start();
  CHECK(ends.pair.deliver());
  CHECK(ends.pair.acceptor.served_calls_in_flight() == 1);
  CHECK(outcome(task) == "not done");
  ends.pair.acceptor_host.time_ms += 3;
  ends.server.gate.open();
  CHECK(ends.pair.acceptor.served_calls_in_flight() == 0);
  CHECK(ends.pair.deliver());
  CHECK(outcome(task) == "at last");
  CHECK(ends.server.destroyed == std::vector<std::string>{"at last"});
  CHECK(ends.pair.acceptor_host.finished == std::vector<std::string>{"Echo.later ok"});
  CHECK(ends.pair.acceptor_host.last_duration_us == 3000);
}

TEST_CASE("many handlers wait at once and answer each its own call") {
  EchoPair ends;
  std::vector<Task<Result<Response<test::Echo::LaterResults>>>> tasks;
  for (int index = 0; index < 300; ++index) {
    tasks.push_back(ends.client.later(std::to_string(index)));
    tasks.back().start();
    if (index % 7 == 0) CHECK(ends.pair.deliver());
  }
  CHECK(ends.pair.deliver());
  CHECK(ends.pair.acceptor.served_calls_in_flight() == 300);
  ends.server.gate.open();
  CHECK(ends.pair.deliver());
  for (std::size_t index = 0; index < tasks.size(); ++index) {
    CHECK(outcome(tasks[index]) == std::to_string(index));
  }
}

TEST_CASE("a handler calls its caller before it answers") {
  EchoPair ends;
  auto task = ends.client.relay("hello");
  task.start();
  CHECK(ends.pair.deliver());
  CHECK(outcome(task) == "relayed hello");
  CHECK(ends.pair.connector_host.finished == std::vector<std::string>{"Echo.echo ok"});
}

TEST_CASE("every way in which a handler fails") {
  EchoPair ends;
  const auto fail = [&ends](const char* how) {
    auto task = ends.client.fail(how);
    task.start();
    CHECK(ends.pair.deliver());
    return outcome(task);
  };
  CHECK(fail("rpc") == "not_found: not here");
  CHECK(fail("call") == "out_of_range: too far");
  CHECK(fail("ok") == "unknown: all is well?");
  CHECK(ends.pair.acceptor_host.failures.empty());
  CHECK(fail("std") == "internal: internal error");
  CHECK(fail("kj") == "internal: internal error");
  CHECK(fail("int") == "internal: internal error");
  CHECK(ends.pair.acceptor_host.failures ==
        std::vector<std::string>{"Echo.fail: the password is swordfish", "Echo.fail: a secret too",
                                 "Echo.fail: an exception of a type of its own"});
  CHECK(fail("not at all") == "ok");
  CHECK(ends.pair.acceptor_host.finished ==
        std::vector<std::string>{"Echo.fail not_found", "Echo.fail out_of_range",
                                 "Echo.fail unknown", "Echo.fail internal", "Echo.fail internal",
                                 "Echo.fail internal", "Echo.fail ok"});
}

TEST_CASE("an error keeps its hint, and a late one arrives too") {
  EchoPair ends;
  auto task = ends.client.fail("rpc");
  task.start();
  CHECK(ends.pair.deliver());
  CHECK(task.take().error().retry_after_ms == 250);
  auto late = ends.client.fail("later");
  late.start();
  CHECK(ends.pair.deliver());
  ends.server.gate.open();
  CHECK(ends.pair.deliver());
  CHECK(outcome(late) == "aborted: in the end");
}

TEST_CASE("an interface or a method that is not there") {
  EchoPair ends;
  const auto call = [&ends](MethodId method) {
    return call_method<test::Echo::EchoParams, test::Echo::EchoResults>(
        ends.pair.connector, method, [](test::Echo::EchoParams::Builder) {}, {});
  };
  auto no_interface = call({123, 0, false, 0});
  auto no_method = call({test::echo_id, 5, false, 0});
  no_interface.start();
  no_method.start();
  CHECK(ends.pair.deliver());
  CHECK(outcome(no_interface) == "unimplemented: there is no such interface");
  CHECK(outcome(no_method) == "unimplemented: there is no such method");
  CHECK(ends.pair.acceptor_host.finished ==
        std::vector<std::string>{". unimplemented", ". unimplemented"});
}

TEST_CASE("the method's deadline holds where the caller states none") {
  EchoPair ends;
  auto by_method = ends.client.later("a");
  by_method.start();
  CHECK(ends.pair.deliver());
  CHECK(ends.server.last_timeout_ms == 5000);
  auto by_caller = ends.client.later("b", {.timeout_ms = 100});
  by_caller.start();
  CHECK(ends.pair.deliver());
  CHECK(ends.server.last_timeout_ms == 100);
  CHECK(ends.pair.connector_host.wake_ms == 1100);
  CHECK(ends.pair.advance_to(1100));
  CHECK(outcome(by_caller) == "deadline_exceeded: the deadline passed");
  CHECK(outcome(by_method) == "not done");
  CHECK(ends.server.destroyed == std::vector<std::string>{"b"});
  CHECK(ends.pair.connector_host.wake_ms == 6000);
}

TEST_CASE("a call made on behalf of another waits no longer than that one may take") {
  EchoPair ends;
  ends.server.relay_waits = true;
  const wire::TraceContext trace{.trace_id = {std::byte{1}}, .span_id = {std::byte{2}}};
  const auto timeout_after = [&](std::uint32_t timeout_ms, std::uint32_t own_timeout_ms,
                                 std::uint64_t waited_ms) {
    ends.server.relay_timeout_ms = own_timeout_ms;
    auto task = ends.client.relay("x", {.timeout_ms = timeout_ms, .trace = trace});
    task.start();
    CHECK(ends.pair.deliver());
    ends.pair.acceptor_host.time_ms += waited_ms;
    ends.server.gate.open();
    CHECK(ends.pair.deliver());
    CHECK(outcome(task) == "relayed x");
    CHECK(ends.page.last_trace.trace_id == trace.trace_id);
    return ends.page.last_timeout_ms;
  };
  CHECK(timeout_after(0, 0, 10) == 0);
  CHECK(timeout_after(0, 70, 10) == 70);
  CHECK(timeout_after(100, 0, 0) == 100);
  CHECK(timeout_after(100, 0, 40) == 60);
  CHECK(timeout_after(100, 50, 40) == 50);
  CHECK(timeout_after(100, 70, 40) == 60);
}

TEST_CASE("a call on behalf of one whose time is over is not made") {
  EchoPair ends;
  ends.server.relay_waits = true;
  auto task = ends.client.relay("x", {.timeout_ms = 100});
  task.start();
  CHECK(ends.pair.deliver());
  ends.pair.acceptor_host.time_ms += 100;  // and the connection does not know yet
  ends.server.gate.open();
  CHECK(ends.pair.acceptor.own_calls_in_flight() == 0);
  CHECK(ends.pair.deliver());
  CHECK(outcome(task) == "deadline_exceeded: the time of the call that makes this one is over");
}

TEST_CASE("a farewell reaches the host, and new calls fail") {
  EchoPair ends;
  ends.pair.acceptor.goaway(wire::CloseReason::going_away, 1000, "update");
  CHECK(ends.pair.deliver());
  CHECK(ends.pair.connector_host.farewell == "update");
  auto task = ends.client.echo("too late");
  task.start();
  CHECK(outcome(task) == "unavailable: the connection takes no new calls");
}

}  // namespace cortado
