// SPDX-License-Identifier: Apache-2.0
// Calls that come again by their idempotency key, over sessions that share a memory.
#include <doctest/doctest.h>

#include <memory>

#include "rpc/testdata/keyed_client.hpp"

namespace cortado {

using test::KeyedClient;
using Texts = std::vector<std::string>;

namespace {

/// An acceptor with any number of sessions.
struct Server {
  Server() { CHECK(services.add(service)); }

  test::EchoService service;
  ServiceRegistry services;
  AnswerMemory memory{{.remembered_ms = 5000, .size_max = 1 << 22, .seed = 3, .on_full = {}}};

  std::unique_ptr<KeyedClient> connect(std::uint32_t ack_frames = wire::ack_frames_max) {
    return std::make_unique<KeyedClient>(services, memory, ack_frames);
  }
  /// One whose session ends with the answers to what it calls unheard.
  std::unique_ptr<KeyedClient> connect_deaf() {
    auto client = connect();
    client->lose_answers();
    return client;
  }
};

}  // namespace

TEST_CASE("a call whose answer was lost with its session is answered, and has run once") {
  Server server;
  auto lost = server.connect_deaf();
  lost->echo("key", "hello");
  CHECK(server.service.runs == 1);
  SUBCASE("while the old session waits") {}
  SUBCASE("when it has ended") { lost.reset(); }
  const auto next = server.connect();
  next->echo("key", "hello");
  CHECK(next->outcomes == Texts{"hello"});
  CHECK(server.service.runs == 1);
  CHECK(next->host.finished == Texts{"Echo.echo ok"});
}

TEST_CASE("errors of the handler are answered again, those of the moment run again") {
  Server server;
  auto lost = server.connect_deaf();
  for (const char* how : {"rpc", "call", "std"}) lost->fail(how, how);
  lost.reset();
  CHECK(server.service.runs == 3);
  const auto next = server.connect();
  for (const char* how : {"rpc", "call", "std"}) next->fail(how, how);
  CHECK(next->outcomes ==
        Texts{"not_found: not here", "out_of_range: too far", "internal: internal error"});
  CHECK(server.service.runs == 4);
}

TEST_CASE("a call that still runs is joined, in whatever session") {
  Server server;
  const auto lost = server.connect_deaf();
  lost->later("key", "once");
  const auto next = server.connect();
  next->later("key", "once");
  next->later("key", "once");
  CHECK(server.service.gate.waiting() == 1);
  CHECK(next->outcomes.empty());
  server.service.gate.open();
  next->deliver();
  CHECK(next->outcomes == Texts{"once", "once"});
  CHECK(server.service.runs == 1);
  CHECK(next->acceptor.served_calls_in_flight() == 0);
}

TEST_CASE("who has joined gets the error, too") {
  Server server;
  const auto lost = server.connect_deaf();
  lost->fail("key", "later");
  const auto next = server.connect();
  next->fail("key", "later");
  server.service.gate.open();
  next->deliver();
  CHECK(next->outcomes == Texts{"aborted: in the end"});
  CHECK(server.service.runs == 1);
}

TEST_CASE("when what was joined is stopped, the next one runs") {
  Server server;
  auto lost = server.connect_deaf();
  const wire::CallSlot slot = lost->later("key", "again");
  const auto next = server.connect();
  next->later("key", "again");
  next->later("key", "again");
  SUBCASE("with its session") { lost->end(); }
  SUBCASE("by its caller") { lost->cancel(slot); }
  CHECK(server.service.destroyed == Texts{"again"});
  CHECK(server.service.runs == 1);
  next->wake();
  CHECK(server.service.runs == 2);
  server.service.gate.open();
  next->deliver();
  CHECK(next->outcomes == Texts{"again", "again"});
  CHECK(server.service.runs == 2);
}

TEST_CASE("a call that is to run although it joined another one may end before it does") {
  Server server;
  auto lost = server.connect_deaf();
  lost->later("key", "x");
  auto next = server.connect();
  const wire::CallSlot slot = next->later("key", "x");
  const auto last = server.connect();
  last->later("key", "x");
  lost.reset();
  SUBCASE("cancelled") { next->cancel(slot); }
  SUBCASE("with its session") { next.reset(); }
  last->wake();
  CHECK(server.service.runs == 2);
  server.service.gate.open();
  last->deliver();
  CHECK(last->outcomes == Texts{"x"});
}

TEST_CASE("a session that ends with calls that joined each other runs none of them again") {
  Server server;
  auto lost = server.connect();
  lost->later("key", "x");
  lost->later("key", "x");
  lost->end();
  lost->wake();
  CHECK(server.service.runs == 1);
  CHECK(server.service.destroyed == Texts{"x"});
  lost.reset();
  CHECK(server.memory.size() == 0);
}

TEST_CASE("a call that has joined ends by its own deadline, and by its own caller") {
  Server server;
  const auto lost = server.connect_deaf();
  lost->later("key", "x");
  const auto next = server.connect();
  next->later("key", "x", /*timeout_ms=*/50);
  next->cancel(next->later("key", "x"));
  CHECK(next->acceptor.served_calls_in_flight() == 1);
  next->host.time_ms += 50;
  next->wake();
  CHECK(next->outcomes == Texts{"deadline_exceeded: the deadline passed"});
  server.service.gate.open();
  CHECK(server.service.runs == 1);
  next->later("key", "x");
  CHECK(next->outcomes.back() == "x");
  CHECK(server.service.runs == 1);
}

TEST_CASE("a key used again with other params is refused, with another method it is another key") {
  Server server;
  const auto client = server.connect();
  client->echo("key", "a");
  client->echo("key", "b");
  client->later("key", "a");
  client->later("key", "b");
  server.service.gate.open();
  client->deliver();
  const std::string refusal = "invalid_argument: this idempotency key was used with other params";
  CHECK(client->outcomes == Texts{"a", refusal, refusal, "a"});
  CHECK(server.service.runs == 2);
}

TEST_CASE("calls without a key run each time") {
  Server server;
  const auto client = server.connect();
  client->echo("", "a");
  client->echo("", "a");
  CHECK(server.service.runs == 2);
  CHECK(server.memory.size() == 0);
}

TEST_CASE("what the client has acknowledged is forgotten at once") {
  Server server;
  const auto client = server.connect(/*ack_frames=*/1);
  client->echo("small", "a");
  CHECK(client->outcomes == Texts{"a"});
  CHECK(server.memory.size() == 0);
  client->echo("in parts", "b", 200'000);
  CHECK(client->outcomes == Texts{"a", "b"});
  client->echo("behind it", "c");
  CHECK(server.memory.size() == 0);
  client->fail("error", "rpc");
  CHECK(server.memory.size() == 0);
}

TEST_CASE("an answer in parts that was not heard to the end is remembered") {
  Server server;
  auto lost = server.connect_deaf();
  lost->echo("key", "large", 200'000);
  lost.reset();
  CHECK(server.memory.size() > 200'000);
  const auto next = server.connect(/*ack_frames=*/1);
  next->echo("key", "large", 200'000);
  CHECK(next->outcomes == Texts{"large"});
  CHECK(server.service.runs == 1);
  next->echo("behind it", "x");
  CHECK(server.memory.size() == 0);
}

TEST_CASE("who got the answer last has to acknowledge it") {
  Server server;
  const auto lost = server.connect_deaf();
  lost->later("joined", "x");
  lost->echo("answered", "y");
  const auto next = server.connect(/*ack_frames=*/1);
  next->later("joined", "x");
  next->echo("answered", "y");
  server.service.gate.open();
  next->deliver();
  CHECK(next->outcomes == Texts{"y", "x"});
  CHECK(server.memory.size() == 0);
}

TEST_CASE("a client that is done does not ask again") {
  Server server;
  const auto client = server.connect();
  client->echo("key", "a");
  CHECK(server.memory.size() > 0);
  client->acceptor.forget_answers();
  CHECK(server.memory.size() == 0);
}

}  // namespace cortado
