// SPDX-License-Identifier: Apache-2.0
// A client whose connection is lost: what goes on, what is sent again, what fails honestly.
// docs/sessions.md.
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>

#include <thread>

#include "client-native/test_client.hpp"
#include "net/websocket_key.hpp"

namespace cortado::testing {
namespace {

TEST_CASE("a call in flight is answered over the next connection") {
  TestServer server;
  Network network(server.server.port());
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, network.url(), quick());
    REQUIRE(client.has_value());
    const ProbeClient probe(client->channel());
    // Once there is an answer there is a session; what was sent before would be lost with its socket.
    auto echo = co_await probe.echo([](auto) {});
    REQUIRE(echo.has_value());
    auto held = probe.hold([](auto params) { params.setText("held"); });
    held.start();
    co_await happened(loop, server.events, "hold started");
    for (std::uint32_t cuts = 1; cuts <= 3; ++cuts) {
      network.cut();
      co_await disconnected(*client);
      CHECK(client->status().state == ClientState::reconnecting);
      CHECK(client->status().last_error.code == StatusCode::unavailable);
      co_await resumed(*client, cuts);
      CHECK(client->connected());
    }
    auto released = co_await probe.release();
    CHECK(released.has_value());
    auto answer = co_await std::move(held);
    REQUIRE(answer.has_value());
    CHECK((*answer)->getText() == "held");
    CHECK(client->status().lost_count == 0);
  });
  CHECK(server.events.count("hold started") == 1);
}

TEST_CASE("calls made without a connection wait for the next") {
  TestServer server;
  Network network(server.server.port());
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, network.url(), quick());
    REQUIRE(client.has_value());
    network.lead_to(0);
    co_await disconnected(*client);
    while (client->status().failed_attempts < 3) co_await client->changed();
    const ArithmeticClient arithmetic(client->channel());
    auto update = arithmetic.update([](auto) {});
    update.start();
    CHECK(!update.done());
    network.lead_later_to(server.server.port());
    auto outcome = co_await std::move(update);
    CHECK(outcome.has_value());
    CHECK(client->status().failed_attempts == 0);
  });
  CHECK(server.events.count("update") == 1);
}

TEST_CASE("a server that has forgotten the session: idempotent calls are made again, others fail") {
  TestServer first;
  TestServer second;
  Network network(first.server.port());
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, network.url(), quick());
    REQUIRE(client.has_value());
    const ProbeClient probe(client->channel());
    auto idempotent = probe.later([](auto params) {
      params.setMs(1u << 30);
      params.setText("again");
    });
    idempotent.start();
    auto other = probe.forever();
    other.start();
    co_await happened(loop, first.events, "later started");
    co_await happened(loop, first.events, "forever started");
    network.lead_to(second.server.port());
    auto outcome = co_await std::move(other);
    REQUIRE(!outcome.has_value());
    CHECK(outcome.error().code == StatusCode::unknown);  // it may have run
    CHECK(!idempotent.done());
    co_await happened(loop, second.events, "later started");
    CHECK(client->status().lost_count == 1);
  });
  CHECK(second.events.count("forever started") == 0);
}

TEST_CASE("a session that is lost with an answer: the call is made again, and has run once") {
  ServerOptions options;
  options.session_grace_ms = 0;
  TestServer server(options);
  Network network(server.server.port());
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, network.url(), quick());
    REQUIRE(client.has_value());
    const ProbeClient probe(client->channel());
    auto call = probe.later([](auto params) {
      params.setMs(50);
      params.setText("once");
    });
    call.start();
    co_await happened(loop, server.events, "later started");
    network.lose_answers();
    co_await happened(loop, server.events, "later over");
    network.cut();
    auto answer = co_await std::move(call);
    REQUIRE(answer.has_value());
    CHECK((*answer)->getText() == "once");
    CHECK(client->status().lost_count == 1);
  });
  CHECK(server.events.count("later started") == 1);
  CHECK(metric(server, "cortado_answers_repeated_total") == 1);
}

TEST_CASE("a server that goes away finishes what is in flight, the next one gets new calls") {
  TestServer first;
  TestServer second;
  Network network(first.server.port());
  std::thread stopping;
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, network.url(), quick());
    REQUIRE(client.has_value());
    const ProbeClient probe(client->channel());
    auto held = probe.later([](auto params) {
      params.setMs(60);
      params.setText("old");
    });
    held.start();
    co_await happened(loop, first.events, "later started");
    network.lead_later_to(second.server.port());
    stopping = std::thread([&first] { first.server.stop(); });
    while (client->connected()) co_await client->changed();  // GOAWAY
    auto waiting = probe.hold([](auto params) { params.setText("new"); });
    waiting.start();
    auto old = co_await std::move(held);
    REQUIRE(old.has_value());
    CHECK((*old)->getText() == "old");
    co_await happened(loop, second.events, "hold started");
    auto released = co_await probe.release();
    CHECK(released.has_value());
    auto fresh = co_await std::move(waiting);
    REQUIRE(fresh.has_value());
    CHECK((*fresh)->getText() == "new");
  });
  stopping.join();
  CHECK(first.events.count("hold started") == 0);
}

TEST_CASE("closing a client that has no connection ends its calls, and the attempts") {
  TestServer server;
  Network network(server.server.port());
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, network.url(), quick());
    REQUIRE(client.has_value());
    network.lead_to(0);
    co_await disconnected(*client);
    const ProbeClient probe(client->channel());
    auto waiting = probe.forever();
    waiting.start();
    client->close();
    REQUIRE(waiting.done());
    CHECK(waiting.take().error().code == StatusCode::cancelled);
  });
}

TEST_CASE("a client that is dropped in the middle of reconnecting leaves nothing behind") {
  TestServer server;
  Network network(server.server.port());
  run([&](EventLoop& loop) -> Task<void> {
    {
      auto client = co_await connect(loop, network.url(), quick());
      REQUIRE(client.has_value());
      network.lead_to(0);
      co_await disconnected(*client);
    }
    auto other = co_await connect(loop, server.websocket_url());
    CHECK(other.has_value());
  });
}

TEST_CASE("more than may wait for a server that is away is refused") {
  TestServer server;
  Network network(server.server.port());
  run([&](EventLoop& loop) -> Task<void> {
    ConnectOptions options = quick();
    options.backlog_size_max = 100'000;
    auto client = co_await connect(loop, network.url(), options);
    REQUIRE(client.has_value());
    network.lead_to(0);
    co_await disconnected(*client);
    const ProbeClient probe(client->channel());
    const std::string text(150'000, 'x');
    auto waiting = probe.echo([&](auto params) { params.setText(text.c_str()); });
    waiting.start();
    CHECK(!waiting.done());
    auto refused = co_await probe.echo([](auto) {});
    REQUIRE(!refused.has_value());
    CHECK(refused.error().code == StatusCode::resource_exhausted);
    network.lead_later_to(server.server.port());
    auto echo = co_await std::move(waiting);
    CHECK(echo.has_value());
  });
}

TEST_CASE("a server that breaks the protocol is left for good") {
  asio::io_context context;
  asio::ip::tcp::acceptor acceptor(context, {asio::ip::make_address("127.0.0.1"), 0});
  std::thread wrong([&] {
    asio::ip::tcp::socket socket = acceptor.accept();
    std::string request;
    asio::read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n");
    const std::string name = "Sec-WebSocket-Key: ";
    const std::string key = request.substr(request.find(name) + name.size(), 24);
    const std::string answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        net::accept_key(key) + "\r\nSec-WebSocket-Protocol: cortado.v1\r\n\r\n";
    asio::write(socket, asio::buffer(answer));
    std::string rest;
    asio::read(socket, asio::dynamic_buffer(rest), asio::transfer_at_least(1));  // HELLO
    asio::write(socket, asio::buffer("\x82\x10" + std::string("16 bytes nonsense")));
    boost::system::error_code closed;
    asio::read(socket, asio::dynamic_buffer(rest), closed);
  });
  const std::string url = "ws://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, url, quick());
    REQUIRE(client.has_value());
    auto call = ArithmeticClient(client->channel()).get_data();
    call.start();
    const Error end = co_await client->closed();
    CHECK(end.code == StatusCode::internal);
    CHECK(end.message.find("bad_magic") != std::string::npos);
    REQUIRE(call.done());
    CHECK(call.take().error().code == StatusCode::internal);
  });
  wrong.join();
}

TEST_CASE("a call made by a handler waits no longer than the call that it serves") {
  TestServer server;
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, server.websocket_url());
    REQUIRE(client.has_value());
    const wire::RequestHeader header{.timeout_ms = 30};
    const Call parent(header, CallerInfo{}, net::now_ms() + 30);
    CallOptions options;
    options.parent = &parent;
    auto late = co_await ProbeClient(client->channel()).forever(options);
    REQUIRE(!late.has_value());
    CHECK(late.error().code == StatusCode::deadline_exceeded);
  });
}

}  // namespace
}  // namespace cortado::testing
