// SPDX-License-Identifier: Apache-2.0
// The client of C++ applications in a page that does as it is told, against a server in the same
// module: what both say to each other goes through Emscripten's WebSocket API and back.
#include <cortado/client.hpp>
#include <doctest/doctest.h>
#include <kj/debug.h>

#include <string>
#include <vector>

#include "client-wasm/app/testdata/fake_page.hpp"
#include "rpc/memory_pair.hpp"
#include "rpc/testdata/echo_service.hpp"

namespace cortado {
namespace {

using test::EchoClient;

/// A server of Echo at the other end of one of the page's sockets.
struct EchoServer {
  explicit EchoServer(int socket) : socket(socket), sent(socket) {
    CHECK(services.add(service));
    connection.introduce();
  }

  /// Lets messages go to and fro until nobody has any.
  void run() {
    for (bool moved = true; moved;) {
      fake_run_microtasks();
      moved = false;
      while (const auto message = sent.next()) {
        messages += 1;
        REQUIRE(connection.receive(*message).has_value());
        moved = true;
      }
      if (!std::exchange(host.has_output, false)) continue;
      const wire::Buffer output = connection.take_output({});
      fake_deliver(socket, output.content().data(), static_cast<int>(output.size()));
      moved = true;
    }
  }

  int socket;
  int messages = 0;
  test::SentMessages sent;
  test::EchoService service;
  ServiceRegistry services;
  MemoryHost host;
  Connection connection{{.role = wire::Role::acceptor}, services, host, {"", "websocket"}};
};

/// What came of connecting.
struct Attempt {
  test::KeepAlive alive;
  EventLoop loop;
  std::optional<Result<Client>> result;
  int socket = fake_socket_count();

  explicit Attempt(std::string url = "ws://host", ConnectOptions options = {}) {
    loop.run([](Attempt& self, std::string to, ConnectOptions with) -> Task<void> {
      self.result = co_await connect(self.loop, std::move(to), with);
    }(*this, std::move(url), options));
  }

  [[nodiscard]] std::string error() const {
    return !result ? "nothing yet" : *result ? "connected" : to_string(result->error());
  }
};

/// A page that is connected.
struct Page : Attempt {
  explicit Page(ConnectOptions options = {}) : Attempt("ws://host", options) {
    REQUIRE(fake_socket_count() == socket + 1);
    fake_open(socket);
    server.run();
    REQUIRE(error() == "connected");
  }

  Client& client() { return **result; }
  EchoClient echo() { return EchoClient(client().channel()); }

  /// Starts a task that puts what comes of a call into `outcomes`.
  void call(std::string text, CallOptions options = {}) {
    loop.run([](Page& self, std::string words, CallOptions with) -> Task<void> {
      auto answer = co_await self.echo().echo(words, 0, with);
      self.outcomes.push_back(answer ? std::string((*answer)->getText().cStr())
                                     : to_string(answer.error()));
    }(*this, std::move(text), options));
  }

  EchoServer server{socket};
  std::vector<std::string> outcomes;
};

TEST_CASE("a page connects, calls and is answered") {
  Page page;
  CHECK(fake_url_is(page.socket, "ws://host/rpc"));
  CHECK(page.client().connected());
  page.call("hello");
  page.server.run();
  CHECK(page.outcomes == std::vector<std::string>{"hello"});
}

TEST_CASE("the calls of a turn leave in one message, also those that answers lead to") {
  Page page;
  const int before = page.server.messages;
  for (int index = 0; index < 10; ++index) {
    page.loop.run([](Page& self) -> Task<void> {
      for (int count = 0; count < 3; ++count) {
        if (co_await self.echo().echo("x")) self.outcomes.emplace_back("x");
      }
    }(page));
  }
  page.server.run();
  CHECK(page.outcomes.size() == 30);
  CHECK(page.server.messages - before == 3);
}

TEST_CASE("one timer ends what has run out of time") {
  Page page;
  const int timers = fake_timer_count();
  page.server.service.gate = {};
  for (const std::uint32_t timeout_ms : {300U, 100U, 200U}) {
    page.loop.run([](Page& self, std::uint32_t ms) -> Task<void> {
      const auto answer = co_await self.echo().later("x", {.timeout_ms = ms});
      self.outcomes.push_back(std::to_string(ms) + " " + to_string(answer.error()));
    }(page, timeout_ms));
  }
  page.server.run();
  CHECK(fake_timer_count() == timers + 1);
  fake_advance(99);
  CHECK(page.outcomes.empty());
  fake_advance(1);
  CHECK(page.outcomes == std::vector<std::string>{"100 deadline_exceeded: the deadline passed"});
  fake_advance(1000);
  CHECK(page.outcomes.size() == 3);
  CHECK(fake_timer_count() == timers);
}

TEST_CASE("a lost connection ends calls, and closed() says why") {
  Page page;
  Error end;
  page.loop.run([](Page& self, Error& why) -> Task<void> { why = co_await self.client().closed(); }(
                                               page, end));
  page.call("never sent");
  fake_end(page.socket, 1006);
  const std::string lost = "unavailable: the connection is closed";
  CHECK(page.outcomes == std::vector<std::string>{lost});
  CHECK(to_string(end) == lost);
  CHECK(!page.client().connected());
  page.call("too late");
  CHECK(page.outcomes.size() == 2);
  CHECK(page.outcomes.back().starts_with("unavailable"));
}

TEST_CASE("close() ends calls and the socket") {
  Page page;
  page.call("x");
  page.client().close();
  CHECK(page.outcomes == std::vector<std::string>{"cancelled: the client was closed"});
  CHECK(fake_closed_with(page.socket) == 1000);
  CHECK(!page.client().connected());
  page.server.run();
}

TEST_CASE("a client may be dropped by the coroutine that its answer resumes") {
  Page page;
  bool after = false;
  page.loop.run([](Page& self, bool& done) -> Task<void> {
    const auto answer = co_await self.echo().echo("x");
    self.result.reset();
    done = answer.has_value();
  }(page, after));
  page.server.run();
  CHECK(after);
  CHECK(fake_closed_with(page.socket) == 1000);
}

TEST_CASE("the server calls what the page serves") {
  test::EchoService own;
  ServiceRegistry services;
  CHECK(services.add(own));
  Page page({.services = &services});
  page.loop.run([](Page& self) -> Task<void> {
    const auto answer = co_await self.echo().relay("ping");
    self.outcomes.emplace_back(answer ? (*answer)->getText().cStr() : "failed");
  }(page));
  page.server.run();
  REQUIRE(page.outcomes.size() == 1);
  CHECK(page.outcomes[0].find("ping") != std::string::npos);
  CHECK(page.outcomes[0] != "ping");
}

TEST_CASE("connecting fails with a reason") {
  CHECK(Attempt("host").error() == "invalid_argument: no address of a server: \"host\"");
  CHECK(Attempt("ws://refused").error() ==
        "failed_precondition: the browser refuses a WebSocket to ws://refused/rpc");

  Attempt away;
  CHECK(away.error() == "nothing yet");
  fake_end(away.socket, 1006);
  CHECK(away.error().starts_with("unavailable: no WebSocket to ws://host/rpc"));

  Attempt silent("ws://host", {.timeout_ms = 500});
  fake_advance(499);
  CHECK(silent.error() == "nothing yet");
  fake_advance(1);
  CHECK(silent.error() == "deadline_exceeded: no connection in time");
  CHECK(fake_closed_with(silent.socket) == 1000);
}

TEST_CASE("a task that is dropped while it connects closes its socket") {
  const test::KeepAlive alive;
  EventLoop loop;
  const int socket = fake_socket_count();
  {
    Task<Result<Client>> connecting = connect(loop, "ws://host");
    connecting.start();
    CHECK(fake_timer_count() == 1);
  }
  CHECK(fake_closed_with(socket) == 1000);
  CHECK(fake_timer_count() == 0);
}

TEST_CASE("a server that breaks the protocol is left") {
  for (const bool text : {false, true}) {
    Page page;
    page.call("x");
    const std::vector<std::byte> nonsense(24, std::byte{1});
    if (text) {
      fake_deliver_text(page.socket);
    } else {
      fake_deliver(page.socket, nonsense.data(), static_cast<int>(nonsense.size()));
    }
    REQUIRE(page.outcomes.size() == 1);
    CHECK(page.outcomes[0].starts_with("unavailable: the connection is closed (400"));
    CHECK(fake_closed_with(page.socket) == (text ? 4002 : 4000));
  }
}

TEST_CASE("an exception of Cap'n Proto ends its task, never the module") {
  Page page;
  page.loop.run([]() -> Task<void> {
    KJ_FAIL_REQUIRE("thrown on purpose");
    co_return;
  }());
  page.loop.run([](Page& self) -> Task<void> {
    co_await self.echo().echo("x");
    throw std::string("after an answer");
  }(page));
  page.loop.run([](Page& self) -> Task<void> {
    try {
      KJ_FAIL_ASSERT("caught by the application");
    } catch (const kj::Exception& exception) {
      self.outcomes.emplace_back(exception.getDescription().cStr());
    }
    co_return;
  }(page));
  page.server.run();
  page.call("still here");
  page.server.run();
  REQUIRE(page.outcomes.size() == 2);
  CHECK(page.outcomes[0].find("caught by the application") != std::string::npos);
  CHECK(page.outcomes[1] == "still here");
}

TEST_CASE("results that are no message are an error of their call") {
  Page page;
  page.call("x");
  fake_run_microtasks();
  // The id of the page's first call, answered with words that point outside of themselves.
  std::vector<std::byte> answer(16 + 8 + 16);
  const unsigned char bytes[] = {0xca, 0xfe, 1, 2, 1,    0,    0, 0, 1, 0, 0, 0, 24, 0,
                                 0,    0,    0, 0, 0,    0,    0, 0, 0, 0, 0, 0, 0,  0,
                                 1,    0,    0, 0, 0xfc, 0x7f, 0, 0, 1, 0, 1, 0};
  for (std::size_t at = 0; at < sizeof bytes; ++at) answer[at] = std::byte{bytes[at]};
  fake_deliver(page.socket, answer.data(), static_cast<int>(answer.size()));
  REQUIRE(page.outcomes.size() == 1);
  CHECK(page.outcomes[0].starts_with("internal: "));
  CHECK(page.client().connected());
}

}  // namespace
}  // namespace cortado
