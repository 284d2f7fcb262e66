// SPDX-License-Identifier: Apache-2.0
// Tests of calls that end before they are answered: cancelled, out of time, connection closed.
#include <doctest/doctest.h>

#include <optional>

#include "rpc/testdata/echo_pair.hpp"

namespace cortado {

using test::EchoPair;
using test::outcome;

namespace {

using LaterTask = Task<Result<Response<test::Echo::LaterResults>>>;

LaterTask start_later(EchoPair& ends, std::string text, CallOptions options = {}) {
  LaterTask task = ends.client.later(std::move(text), options);
  task.start();
  CHECK(ends.pair.deliver());
  return task;
}

}  // namespace

TEST_CASE("destroying a call cancels it and stops its handler") {
  EchoPair ends;
  {
    const LaterTask task = start_later(ends, "dropped");
    CHECK(ends.server.gate.waiting() == 1);
  }
  CHECK(ends.pair.connector.own_calls_in_flight() == 0);
  CHECK(ends.server.destroyed.empty());
  CHECK(ends.pair.deliver());
  CHECK(ends.server.destroyed == std::vector<std::string>{"dropped"});
  CHECK(ends.server.gate.waiting() == 0);
  CHECK(ends.pair.acceptor.served_calls_in_flight() == 0);
  CHECK(ends.pair.acceptor_host.finished == std::vector<std::string>{"Echo.later cancelled"});
}

TEST_CASE("a call destroyed before it was awaited was never made") {
  EchoPair ends;
  {
    const auto task = ends.client.echo("x");
  }
  CHECK(!ends.pair.connector_host.has_output);
}

TEST_CASE("an answer that crosses the cancel is dropped") {
  EchoPair ends;
  {
    const LaterTask task = start_later(ends, "x");
    ends.server.gate.open();  // the answer waits to leave
  }
  CHECK(ends.pair.deliver());
  CHECK(ends.pair.connector.own_calls_in_flight() == 0);
  CHECK(ends.pair.acceptor_host.finished == std::vector<std::string>{"Echo.later ok"});
}

TEST_CASE("the deadline stops the handler and tells the caller") {
  EchoPair ends;
  LaterTask task = start_later(ends, "slow", {.timeout_ms = 50});
  CHECK(ends.pair.acceptor_host.wake_ms == 1050);
  // The callee's clock is ahead: it is first.
  ends.pair.acceptor_host.time_ms = 1050;
  ends.pair.acceptor.advance();
  CHECK(ends.server.destroyed == std::vector<std::string>{"slow"});
  CHECK(ends.pair.deliver());
  CHECK(outcome(task) == "deadline_exceeded: the deadline passed");
  CHECK(ends.pair.acceptor_host.finished ==
        std::vector<std::string>{"Echo.later deadline_exceeded"});
}

TEST_CASE("a handler that was stopped while it called does not come back") {
  EchoPair ends;
  std::optional<Task<Result<Response<test::Echo::RelayResults>>>> task(ends.client.relay("x"));
  task->start();
  // The request arrives; the handler's own call is on its way back.
  const wire::Buffer request = ends.pair.connector.take_output({});
  ends.pair.connector_host.has_output = false;
  CHECK(ends.pair.acceptor.receive(request.content()));
  CHECK(ends.pair.acceptor.own_calls_in_flight() == 1);
  task.reset();
  CHECK(ends.pair.deliver());
  CHECK(ends.pair.acceptor.own_calls_in_flight() == 0);
  CHECK(ends.pair.acceptor_host.finished == std::vector<std::string>{"Echo.relay cancelled"});
}

TEST_CASE("closing ends calls and stops handlers") {
  EchoPair ends;
  LaterTask task = start_later(ends, "a");
  auto unsent = ends.client.echo("b");
  unsent.start();
  const Error lost{StatusCode::unavailable, "connection lost", 0, {}};
  ends.pair.connector.close(lost);
  CHECK(outcome(task) == "unavailable: connection lost");
  CHECK(outcome(unsent) == "unavailable: connection lost");
  CHECK(ends.pair.connector_host.wake_ms == wire::Peer::no_deadline);

  CHECK(ends.server.destroyed.empty());
  ends.pair.acceptor.close(lost);
  CHECK(ends.server.destroyed == std::vector<std::string>{"a"});
  CHECK(ends.pair.acceptor_host.finished == std::vector<std::string>{"Echo.later cancelled"});
  CHECK(ends.pair.acceptor.served_calls_in_flight() == 0);

  auto after = ends.client.echo("c");
  after.start();
  CHECK(outcome(after) == "unavailable: the connection takes no new calls");
}

TEST_CASE("a handler that is stopped by closing gives up its own calls") {
  EchoPair ends;
  auto task = ends.client.relay("x");
  task.start();
  const wire::Buffer request = ends.pair.connector.take_output({});
  CHECK(ends.pair.acceptor.receive(request.content()));
  CHECK(ends.pair.acceptor.own_calls_in_flight() == 1);
  ends.pair.acceptor.close({StatusCode::unavailable, "lost", 0, {}});
  CHECK(ends.pair.acceptor.own_calls_in_flight() == 0);
  CHECK(ends.pair.acceptor.served_calls_in_flight() == 0);
}

TEST_CASE("destroying a connection ends its calls") {
  test::EchoService service;
  ServiceRegistry services;
  CHECK(services.add(service));
  LaterTask task;
  {
    MemoryPair pair({}, services);
    CHECK(pair.deliver());
    task = test::EchoClient(pair.connector).later("a");
    task.start();
    CHECK(pair.deliver());
    CHECK(service.destroyed.empty());
  }
  CHECK(service.destroyed == std::vector<std::string>{"a"});
  CHECK(outcome(task) == "unavailable: the connection is closed");
}

TEST_CASE("who is resumed with an error may call again at once") {
  EchoPair ends;
  std::string result;
  const auto retry = [&]() -> Task<void> {
    const auto first = co_await ends.client.fail("rpc");
    result = first ? "ok" : to_string(first.error());
    const auto second = co_await ends.client.echo("again");
    result += second ? std::string(", ") + (*second)->getText().cStr() : "";
  };
  detach(retry());
  CHECK(ends.pair.deliver());
  CHECK(result == "not_found: not here, again");
}

TEST_CASE("a resumed caller destroys another call of the same message") {
  EchoPair ends;
  std::optional<Task<Result<Response<test::Echo::EchoResults>>>> other(ends.client.echo("other"));
  const auto first = [&]() -> Task<void> {
    const auto answer = co_await ends.client.echo("first");
    CHECK(answer.has_value());
    other.reset();
  };
  Task<void> task = first();
  task.start();
  other->start();
  CHECK(ends.pair.deliver());
  CHECK(task.done());
  CHECK(ends.pair.connector.own_calls_in_flight() == 0);
}

TEST_CASE("a handler that closes its connection while it starts is stopped after it paused") {
  // Not what a handler should do, but a loopback host may lead there.
  class Closer final : public Service {
   public:
    [[nodiscard]] const ServiceInfo& info() const override {
      static constexpr MethodInfo methods[] = {{.ordinal = 0, .name = "close"}};
      static constexpr ServiceInfo info{9, "Closer", methods};
      return info;
    }
    Task<void> dispatch(std::uint16_t, Call&, capnp::AnyPointer::Reader,
                        capnp::AnyPointer::Builder) override {
      connection->close({StatusCode::unavailable, "closed from inside", 0, {}});
      co_await gate;
    }
    Connection* connection = nullptr;
    test::Gate gate;
  };
  Closer service;
  ServiceRegistry services;
  CHECK(services.add(service));
  MemoryPair pair({}, services);
  service.connection = &pair.acceptor;
  auto task = call_method<test::Echo::EchoParams, test::Echo::EchoResults>(
      pair.connector, {9, 0, false, 0}, [](test::Echo::EchoParams::Builder) {}, {});
  task.start();
  CHECK(pair.deliver());
  CHECK(service.gate.waiting() == 0);
  CHECK(pair.acceptor.served_calls_in_flight() == 0);
  CHECK(pair.acceptor_host.finished == std::vector<std::string>{"Closer.close cancelled"});
}

}  // namespace cortado
