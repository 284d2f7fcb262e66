// SPDX-License-Identifier: Apache-2.0
// The client of C++ applications in a page that does as it is told, against a server in the same
// module: what both say to each other goes through Emscripten's WebSocket API and back.
#include <cortado/client.hpp>
#include <doctest/doctest.h>
#include <kj/debug.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client-wasm/app/keep_running.hpp"
#include "client-wasm/app/testdata/fake_page.hpp"
#include "rpc/memory_pair.hpp"
#include "rpc/testdata/echo_service.hpp"

namespace cortado {
namespace {

using test::EchoClient;

/// A server of Echo that keeps its session over the page's sockets.
struct EchoServer {
  explicit EchoServer(int first_socket) {
    CHECK(services.add(service));
    serve(first_socket);
  }

  /// At the other end of this one from now on.
  void serve(int next_socket) {
    connection.detach();
    socket = next_socket;
    sent.emplace(next_socket);
    awaits_hello = true;
  }

  /// Lets messages go to and fro until nobody has any.
  void run() {
    for (bool moved = true; moved;) {
      fake_run_microtasks();
      moved = false;
      while (const auto message = sent->next()) {
        messages += 1;
        if (std::exchange(awaits_hello, false)) connection.attach();
        REQUIRE(connection.receive(*message).has_value());
        moved = true;
      }
      for (auto output = connection.output(); !output.empty(); output = connection.output()) {
        fake_deliver(socket, output.data(), static_cast<int>(output.size()));
        connection.clear_output();
        moved = true;
      }
    }
  }

  static constexpr std::array token{std::byte{7}};
  int socket = 0;
  int messages = 0;
  bool awaits_hello = false;
  std::optional<test::SentMessages> sent;
  test::EchoService service;
  ServiceRegistry services;
  MemoryHost host;
  Connection connection{{.peer = {.role = wire::Role::acceptor},
                         .session = wire::SessionOptions{},
                         .token = token,
                         .call_key_seed = {}},
                        services,
                        host,
                        {"", "websocket"}};
};

/// What came of connecting.
struct Attempt {
  browser::KeepRunning alive;
  EventLoop loop;
  std::optional<Result<Client>> result;
  int socket = fake_socket_count();

  explicit Attempt(std::string url = "ws://host", ConnectOptions options = {}) {
    loop.run([](Attempt& self, std::string to, ConnectOptions with) -> Task<void> {
      self.result = co_await connect(self.loop, std::move(to), with);
    }(*this, std::move(url), options));
    fake_run_microtasks();
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

// First: to Emscripten a timer that was stopped still runs.
TEST_CASE("the page runs for as long as a task does") {
  CHECK(!emscripten_runtime_keepalive_check());
  EventLoop loop;
  WaitList event;
  loop.run([](WaitList& awaited) -> Task<void> { co_await awaited.wait(); }(event));
  CHECK(emscripten_runtime_keepalive_check());
  event.resume_all();
  CHECK(!emscripten_runtime_keepalive_check());
}

TEST_CASE("a page connects, calls and is answered") {
  Page page;
  CHECK(fake_url_is(page.socket, "ws://host/rpc"));
  CHECK(page.client().connected());
  page.call("hello");
  page.server.run();
  CHECK(page.outcomes == std::vector<std::string>{"hello"});
}

TEST_CASE("a path alone is one of the page's own server") {
  const Attempt attempt("/rpc");
  REQUIRE(fake_socket_count() == attempt.socket + 1);
  CHECK(fake_url_is(attempt.socket, "wss://page:8443/rpc"));
  fake_end(attempt.socket, 1006);
  fake_run_microtasks();
  CHECK(attempt.result.has_value());
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
  CHECK(timers == 1);  // for the ping
  page.server.service.gate = {};
  for (const std::uint32_t timeout_ms : {300U, 100U, 200U}) {
    page.loop.run([](Page& self, std::uint32_t ms) -> Task<void> {
      const auto answer = co_await self.echo().later("x", {.timeout_ms = ms});
      self.outcomes.push_back(std::to_string(ms) + " " + to_string(answer.error()));
    }(page, timeout_ms));
  }
  page.server.run();
  CHECK(fake_timer_count() == timers);
  fake_advance(99);
  CHECK(page.outcomes.empty());
  fake_advance(1);
  CHECK(page.outcomes == std::vector<std::string>{"100 deadline_exceeded: the deadline passed"});
  fake_advance(1000);
  CHECK(page.outcomes.size() == 3);
  CHECK(fake_timer_count() == timers);
}

/// The wait before the first attempt to connect again: chance is the longest that there may be.
constexpr double retry_delay_ms = ConnectOptions{}.retry_delay_ms;

TEST_CASE("after a lost socket calls go on over the next one, in the same session") {
  Page page;
  page.loop.run([](Page& self) -> Task<void> {
    const auto answer = co_await self.echo().later("held");
    self.outcomes.emplace_back(answer ? (*answer)->getText().cStr() : "failed");
  }(page));
  page.server.run();
  fake_end(page.socket, 1006);
  CHECK(page.client().status().state == ClientState::reconnecting);
  page.call("made while away");
  fake_advance(retry_delay_ms);
  REQUIRE(fake_socket_count() == page.socket + 2);
  CHECK(page.outcomes.empty());
  fake_open(page.socket + 1);
  page.server.serve(page.socket + 1);
  page.server.service.gate.open();
  page.server.run();
  CHECK(page.outcomes.size() == 2);
  CHECK(std::ranges::count(page.outcomes, "held") == 1);
  CHECK(std::ranges::count(page.outcomes, "made while away") == 1);
  CHECK(page.client().connected());
  CHECK(page.client().status().resumed_count == 1);
}

TEST_CASE("a page that is kept for the way back leaves its socket, and goes on when it is shown") {
  Page page;
  page.server.service.gate = {};
  page.loop.run([](Page& self) -> Task<void> {
    const auto answer = co_await self.echo().later("held");
    self.outcomes.emplace_back(answer ? (*answer)->getText().cStr() : "failed");
  }(page));
  page.server.run();
  fake_page_event("pagehide", 1);
  CHECK(fake_closed_with(page.socket) == 4009);  // going_away: the session waits
  CHECK(page.client().status().state == ClientState::reconnecting);
  CHECK(fake_socket_count() == page.socket + 1);
  fake_page_event("pageshow", 1);
  REQUIRE(fake_socket_count() == page.socket + 2);
  fake_open(page.socket + 1);
  page.server.serve(page.socket + 1);
  page.server.service.gate.open();
  page.server.run();
  CHECK(page.outcomes == std::vector<std::string>{"held"});
  CHECK(page.client().status().resumed_count == 1);
}

TEST_CASE("a page that is left for good says so") {
  Page page;
  fake_page_event("pagehide", 0);
  CHECK(fake_closed_with(page.socket) == 1000);
}

TEST_CASE("a socket on its way is given up with the page, and tried anew when it is shown") {
  Page page;
  fake_end(page.socket, 1006);
  fake_advance(retry_delay_ms);
  REQUIRE(fake_socket_count() == page.socket + 2);
  fake_page_event("pagehide", 1);
  CHECK(fake_closed_with(page.socket + 1) == 4009);
  fake_page_event("pageshow", 1);
  CHECK(fake_socket_count() == page.socket + 3);
}

TEST_CASE("the network that comes back is used at once, and a socket of the old one is left") {
  Page page;
  fake_page_event("online", 0);  // it was never gone
  CHECK(fake_closed_with(page.socket) == 0);
  fake_page_event("offline", 0);
  CHECK(fake_closed_with(page.socket) == 0);
  fake_page_event("online", 0);
  CHECK(fake_closed_with(page.socket) == 4009);
  fake_advance(0);
  REQUIRE(fake_socket_count() == page.socket + 2);
  fake_end(page.socket + 1, 1006);
  fake_page_event("visibilitychange", 0);
  CHECK(fake_socket_count() == page.socket + 3);
}

TEST_CASE("a client that is gone hears nothing of its page") {
  {
    const Page page;
  }
  fake_run_microtasks();
  fake_page_event("pagehide", 0);
  fake_page_event("online", 0);
}

TEST_CASE("a server that is away is tried again, also when it does not answer") {
  Page page({.timeout_ms = 700});
  fake_end(page.socket, 1006);
  fake_advance(retry_delay_ms);
  REQUIRE(fake_socket_count() == page.socket + 2);
  fake_end(page.socket + 1, 1006);
  CHECK(page.client().status().failed_attempts == 1);
  for (int ms = 0; ms < 2 * retry_delay_ms && fake_socket_count() < page.socket + 3; ++ms) {
    fake_advance(1);
  }
  REQUIRE(fake_socket_count() == page.socket + 3);
  fake_advance(700);
  CHECK(fake_closed_with(page.socket + 2) == 1000);
  CHECK(page.client().status().failed_attempts == 2);
  // Step by step: a wait that chance made short is followed by an attempt that has an end, too.
  for (int ms = 0; ms < 4 * retry_delay_ms && fake_socket_count() < page.socket + 4; ++ms) {
    fake_advance(1);
  }
  REQUIRE(fake_socket_count() == page.socket + 4);
  fake_open(page.socket + 3);
  page.server.serve(page.socket + 3);
  page.call("at last");
  page.server.run();
  CHECK(page.outcomes == std::vector<std::string>{"at last"});
}

TEST_CASE("an end that is final ends calls, and closed() says why") {
  Page page;
  Error end;
  page.loop.run([](Page& self, Error& why) -> Task<void> { why = co_await self.client().closed(); }(
                                               page, end));
  page.call("in flight");
  page.server.run();
  page.outcomes.clear();
  page.call("never sent");
  fake_end(page.socket, 4001);
  fake_run_microtasks();
  const std::string lost = "unavailable: the connection is closed (4001)";
  CHECK(page.outcomes == std::vector<std::string>{lost});
  CHECK(to_string(end) == lost);
  CHECK(!page.client().connected());
  page.call("too late");
  CHECK(page.outcomes.size() == 2);
  CHECK(page.outcomes.back().starts_with("unavailable"));
  fake_advance(100'000);
  CHECK(fake_socket_count() == page.socket + 1);
}

TEST_CASE("what the browser has no room for waits here, where others may pass it") {
  Page page;
  fake_set_buffered(page.socket, 2'000'000);
  page.call("patient");
  page.server.run();
  CHECK(page.outcomes.empty());
  fake_set_buffered(page.socket, 0);
  fake_advance(10);
  page.server.run();
  CHECK(page.outcomes == std::vector<std::string>{"patient"});
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
        "failed_precondition: no WebSocket to ws://refused/rpc: the browser refuses it");

  Attempt away;
  CHECK(away.error() == "nothing yet");
  fake_end(away.socket, 1006);
  fake_run_microtasks();
  CHECK(away.error().starts_with("unavailable: no WebSocket to ws://host/rpc"));

  Attempt silent("ws://host", {.timeout_ms = 500});
  fake_advance(499);
  CHECK(silent.error() == "nothing yet");
  fake_advance(1);
  CHECK(silent.error() == "deadline_exceeded: no connection in time");
  CHECK(fake_closed_with(silent.socket) == 1000);
}

TEST_CASE("a task that is dropped while it connects closes its socket") {
  const browser::KeepRunning alive;
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
    CHECK(page.outcomes[0].starts_with("internal: the server broke the protocol: bad_"));
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
