// SPDX-License-Identifier: Apache-2.0
// A C++ program in a worker, whose page is in the same module: what both say to each other goes
// through JavaScript and back. The JavaScript's own half is js-glue/src/workers/page-socket.test.ts.
#include <cortado/worker.hpp>
#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "client-wasm/app/keep_running.hpp"
#include "client-wasm/app/testdata/fake_page.hpp"
#include "client-wasm/app/testdata/fake_worker.hpp"
#include "rpc/memory_pair.hpp"
#include "rpc/testdata/echo_pair.hpp"

namespace cortado {
namespace {

using test::EchoClient;
using test::outcome;

/// The page's end: what connectWorker() is in a page, without sessions as it is.
struct PageSide {
  PageSide() { CHECK(services.add(service)); }

  void open() {
    connection.attach();
    fake_page_open();
  }

  /// Lets messages go to and fro until nobody has any.
  void run() {
    for (bool moved = true; moved;) {
      fake_run_microtasks();
      moved = false;
      for (; taken < fake_page_sent_count(); ++taken) {
        std::vector<std::byte> message(static_cast<std::size_t>(fake_page_sent_size(taken)));
        fake_page_sent(taken, message.data());
        REQUIRE(connection.receive(message).has_value());
        moved = true;
      }
      for (auto output = connection.output(); !output.empty(); output = connection.output()) {
        fake_page_deliver(output.data(), static_cast<int>(output.size()));
        connection.clear_output();
        moved = true;
      }
    }
  }

  int taken = 0;
  test::EchoService service;
  ServiceRegistry services;
  MemoryHost host;
  Connection connection{{.peer = {.role = wire::Role::acceptor},
                         .session = wire::SessionOptions{.retained_size_max = 0},
                         .token = {},
                         .call_key_seed = {}},
                        services,
                        host,
                        {"worker", "memory"}};
  EchoClient worker{connection};
};

/// A worker's program that serves Echo, and its page.
struct Worker {
  Worker() { CHECK(services.add(service)); }

  void open() {
    page.open();
    page.run();
  }
  EchoClient echo() { return EchoClient(client.channel()); }
  /// Why the client is closed.
  [[nodiscard]] std::string end() const {
    const ClientStatus& status = client.status();
    return status.state == ClientState::closed ? to_string(status.last_error) : "not closed";
  }

  const int begun = (fake_worker_begin(), 0);
  browser::KeepRunning alive;
  EventLoop loop;
  test::EchoService service;
  ServiceRegistry services;
  Client client = connect_page(loop, {.services = &services});
  PageSide page;
};

// First: to Emscripten a timer that was stopped still runs.
TEST_CASE("the worker runs for as long as it has its page") {
  fake_worker_begin();
  EventLoop loop;
  CHECK(!emscripten_runtime_keepalive_check());
  {
    const Client client = connect_page(loop);
    CHECK(emscripten_runtime_keepalive_check());
  }
  CHECK(!emscripten_runtime_keepalive_check());
  CHECK(fake_page_is_closed() == 1);
}

TEST_CASE("a worker serves its page") {
  Worker worker;
  worker.open();
  CHECK(worker.client.connected());
  auto call = worker.page.worker.echo("hello");
  call.start();
  worker.page.run();
  CHECK(outcome(call) == "hello");
  CHECK(worker.service.runs == 1);
}

TEST_CASE("a worker calls its page, also before it is there, and in a call of the page's") {
  Worker worker;
  auto early = worker.echo().echo("early");
  early.start();
  fake_run_microtasks();
  CHECK(outcome(early) == "not done");
  CHECK(worker.client.status().state == ClientState::reconnecting);
  CHECK(fake_page_sent_count() == 0);
  worker.open();
  CHECK(outcome(early) == "early");
  auto relayed = worker.page.worker.relay("ping");
  relayed.start();
  worker.page.run();
  CHECK(outcome(relayed).find("ping") != std::string::npos);
  CHECK(worker.page.service.runs == 2);
}

TEST_CASE("the calls of a turn leave in one message") {
  Worker worker;
  worker.open();
  const int before = fake_page_sent_count();
  auto first = worker.echo().echo("1");
  auto second = worker.echo().echo("2");
  first.start();
  second.start();
  worker.page.run();
  CHECK(outcome(first) == "1");
  CHECK(outcome(second) == "2");
  CHECK(fake_page_sent_count() == before + 1);
}

TEST_CASE("messages of five megabytes go both ways") {
  Worker worker;
  worker.open();
  constexpr std::size_t size = 5'000'000;
  auto there = worker.page.worker.echo("there", size);
  auto back = worker.echo().echo("back", size);
  there.start();
  back.start();
  worker.page.run();
  CHECK(outcome(there) == "there");
  CHECK(outcome(back) == "back");
}

TEST_CASE("a worker that answers something says so, for as long as it does") {
  Worker worker;
  worker.open();
  worker.service.gate = {};
  CHECK(fake_page_is_serving() == 0);
  auto call = worker.page.worker.later("held");
  call.start();
  worker.page.run();
  CHECK(fake_page_is_serving() == 1);
  worker.service.gate.open();
  worker.page.run();
  CHECK(outcome(call) == "held");
  CHECK(fake_page_is_serving() == 0);
}

TEST_CASE("a call that the page gives up is stopped, and so is one out of time") {
  Worker worker;
  worker.open();
  worker.service.gate = {};
  {
    auto call = worker.page.worker.later("held");
    call.start();
    worker.page.run();
    CHECK(worker.service.gate.waiting() == 1);
  }
  worker.page.run();
  CHECK(worker.service.gate.waiting() == 0);
  auto hurried = worker.page.worker.later("held", {.timeout_ms = 200});
  hurried.start();
  worker.page.run();
  fake_advance(200);
  worker.page.run();
  CHECK(worker.service.gate.waiting() == 0);
  CHECK(outcome(hurried).starts_with("deadline_exceeded: "));
}

TEST_CASE("a worker at rest has no timer: it sleeps, and asks nobody for a sign of life") {
  const int before = fake_timer_count();
  Worker worker;
  worker.open();
  auto call = worker.page.worker.echo("x");
  call.start();
  worker.page.run();
  CHECK(fake_timer_count() == before);
}

TEST_CASE("what the bus has no room for waits here, where others may pass it") {
  Worker worker;
  worker.open();
  fake_page_set_buffered(2'000'000);
  auto call = worker.echo().echo("patient");
  call.start();
  worker.page.run();
  CHECK(outcome(call) == "not done");
  fake_page_set_buffered(0);
  fake_advance(10);
  worker.page.run();
  CHECK(outcome(call) == "patient");
}

TEST_CASE("a page that leaves ends all: calls, handlers, the client") {
  Worker worker;
  worker.open();
  worker.service.gate = worker.page.service.gate = {};
  auto served = worker.page.worker.later("served");
  auto own = worker.echo().later("own");
  served.start();
  own.start();
  worker.page.run();
  auto end = worker.client.closed();
  end.start();
  fake_page_left();
  fake_run_microtasks();
  CHECK(outcome(own).starts_with("unknown: "));
  CHECK(worker.service.gate.waiting() == 0);
  REQUIRE(end.done());
  CHECK(to_string(end.take()) == "unavailable: the connection is closed: the page has left");
  auto late = worker.echo().echo("late");
  late.start();
  CHECK(outcome(late).starts_with("unavailable: "));
}

TEST_CASE("close() tells the page") {
  Worker worker;
  worker.open();
  auto own = worker.echo().later("own");
  own.start();
  worker.page.run();
  worker.client.close();
  CHECK(outcome(own) == "cancelled: the client was closed");
  CHECK(fake_page_is_closed() == 1);
}

TEST_CASE("a page that breaks the protocol is left") {
  Worker worker;
  worker.open();
  const std::vector<std::byte> nonsense(24, std::byte{1});
  fake_page_deliver(nonsense.data(), static_cast<int>(nonsense.size()));
  CHECK(worker.end().starts_with("internal: the page broke the protocol: bad_"));
  CHECK(fake_page_is_closed() == 1);
}

TEST_CASE("a client may be dropped by the coroutine that its answer resumes") {
  Worker worker;
  worker.open();
  bool done = false;
  worker.loop.run([](Worker& self, bool& after) -> Task<void> {
    Client dropped = std::move(self.client);
    const auto answer = co_await EchoClient(dropped.channel()).echo("x");
    after = answer.has_value();
  }(worker, done));
  worker.page.run();
  CHECK(done);
  CHECK(fake_page_is_closed() == 1);
}

TEST_CASE("a second client, and one of a module that was given no page, says what is wrong") {
  Worker worker;
  worker.open();
  Client second = connect_page(worker.loop);
  auto call = EchoClient(second.channel()).echo("x");
  call.start();
  fake_run_microtasks();
  CHECK(outcome(call).starts_with("failed_precondition: this module has no page"));
  CHECK(fake_page_connections() == 2);
  CHECK(worker.client.connected());

  fake_worker_without_page();
  Client third = connect_page(worker.loop);
  fake_run_microtasks();
  CHECK(third.status().state == ClientState::closed);
  CHECK(third.status().last_error.code == StatusCode::failed_precondition);
  fake_worker_begin();  // so that the first has something to close
}

}  // namespace
}  // namespace cortado
