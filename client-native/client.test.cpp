// SPDX-License-Identifier: Apache-2.0
// The native client against a real server.
#include "client-native/test_client.hpp"

namespace cortado::testing {
namespace {

TEST_CASE("a call goes there and back") {
  TestServer server;
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, server.websocket_url());
    REQUIRE(client.has_value());
    const ArithmeticClient arithmetic(client->channel());
    auto difference = co_await arithmetic.subtract([](auto params) {
      params.setMinuend(42);
      params.setSubtrahend(23);
    });
    REQUIRE(difference.has_value());
    CHECK((*difference)->getDifference() == 19);
  });
}

TEST_CASE("large params and results, and what the server knows of the caller") {
  TestServer server;
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, server.websocket_url());
    REQUIRE(client.has_value());
    const ProbeClient probe(client->channel());
    const std::string text(1'000'000, 'x');
    auto echo = co_await probe.echo([&](auto params) { params.setText(text.c_str()); });
    REQUIRE(echo.has_value());
    CHECK((*echo)->getText() == text);
    CallOptions options;
    options.timeout_ms = 5000;
    options.trace.flags = 1;
    options.trace.trace_id[0] = std::byte{1};
    options.trace.span_id[0] = std::byte{2};
    auto caller = co_await probe.caller(options);
    REQUIRE(caller.has_value());
    CHECK((*caller)->getTimeoutMs() == 5000);
    CHECK((*caller)->getFlags() == 1);
    CHECK((*caller)->getTraceId()[0] == 1);
    CHECK((*caller)->getSpanId()[0] == 2);
    CHECK((*caller)->getCarrier() == "websocket");
    CHECK((*caller)->getHasAddress());
  });
}

TEST_CASE("failures are values") {
  TestServer server;
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, server.websocket_url());
    REQUIRE(client.has_value());
    const ProbeClient probe(client->channel());
    auto failed = co_await probe.fail([](auto params) {
      params.setCode(5);
      params.setMessage("no such thing");
      params.setRetryAfterMs(70);
    });
    REQUIRE(!failed.has_value());
    CHECK(failed.error().code == StatusCode::not_found);
    CHECK(failed.error().message == "no such thing");
    CHECK(failed.error().retry_after_ms == 70);
    CHECK(failed.error().details.size() == 16);
    auto crashed = co_await probe.crash();
    REQUIRE(!crashed.has_value());
    CHECK(crashed.error().code == StatusCode::internal);
    CHECK(crashed.error().message.find("secret") == std::string::npos);
  });
  CHECK(server.log().find("the secret of the handler") != std::string::npos);
}

TEST_CASE("a deadline ends the call at both ends") {
  TestServer server;
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, server.websocket_url());
    REQUIRE(client.has_value());
    const ProbeClient probe(client->channel());
    CallOptions options;
    options.timeout_ms = 20;
    auto late = co_await probe.forever(options);
    REQUIRE(!late.has_value());
    CHECK(late.error().code == StatusCode::deadline_exceeded);
    auto impatient = co_await probe.impatient();
    REQUIRE(!impatient.has_value());
    CHECK(impatient.error().code == StatusCode::deadline_exceeded);
  });
  server.events.wait_for("forever over");
  server.events.wait_for("impatient over");
}

TEST_CASE("destroying a call's task cancels it at the server") {
  TestServer server;
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, server.websocket_url());
    REQUIRE(client.has_value());
    const ProbeClient probe(client->channel());
    {
      auto call = probe.forever();
      call.start();
      // The request has left when the answer to a later one is here.
      auto echo = co_await probe.echo([](auto) {});
      CHECK(echo.has_value());
      CHECK(!call.done());
    }
    auto echo = co_await probe.echo([](auto) {});
    CHECK(echo.has_value());
  });
  CHECK(server.events.count("forever over") == 1);
}

TEST_CASE("closing a client ends its calls as cancelled") {
  TestServer server;
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, server.websocket_url());
    REQUIRE(client.has_value());
    const ProbeClient probe(client->channel());
    auto waiting = probe.forever();
    waiting.start();
    auto echo = co_await probe.echo([](auto) {});
    CHECK(echo.has_value());
    client->close();
    CHECK(client->status().state == ClientState::closed);
    REQUIRE(waiting.done());
    CHECK(waiting.take().error().code == StatusCode::cancelled);
    const Error end = co_await client->closed();
    CHECK(end.code == StatusCode::cancelled);
    auto after = co_await probe.echo([](auto) {});
    REQUIRE(!after.has_value());
    CHECK(after.error().code == StatusCode::unavailable);
  });
  server.events.wait_for("forever over");
  // It said that it will not come back.
  CHECK(metric(server, "cortado_sessions{client=\"away\"}") == 0);
}

StatusCode connect_code(std::string url, ConnectOptions options = {}) {
  StatusCode code = StatusCode::ok;
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, url, options);
    if (!client) code = client.error().code;
  });
  return code;
}

TEST_CASE("no server, another server, none in time") {
  TestServer server;
  CHECK(connect_code("nonsense") == StatusCode::invalid_argument);
  CHECK(connect_code("ws://127.0.0.1:1/rpc") == StatusCode::unavailable);
  CHECK(connect_code("ws://127.0.0.1:" + std::to_string(server.server.port()) + "/healthz") ==
        StatusCode::failed_precondition);
  asio::io_context context;
  const asio::ip::tcp::acceptor silent(context, {asio::ip::make_address("127.0.0.1"), 0});
  ConnectOptions options;
  options.timeout_ms = 30;
  CHECK(connect_code("ws://127.0.0.1:" + std::to_string(silent.local_endpoint().port()), options) ==
        StatusCode::deadline_exceeded);
}

TEST_CASE("a connect that is given up leaves nothing behind") {
  asio::io_context context;
  const asio::ip::tcp::acceptor silent(context, {asio::ip::make_address("127.0.0.1"), 0});
  const std::string url = "ws://127.0.0.1:" + std::to_string(silent.local_endpoint().port());
  run([&](EventLoop& loop) -> Task<void> {
    {
      auto connecting = connect(loop, url);
      connecting.start();
    }
    auto other = connect(loop, "nonsense");
    CHECK(!(co_await std::move(other)).has_value());
  });
}

TEST_CASE("a thousand calls at once share messages") {
  TestServer server;
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, server.websocket_url());
    REQUIRE(client.has_value());
    const ArithmeticClient arithmetic(client->channel());
    std::vector<Task<Result<Response<Arithmetic::SubtractResults>>>> calls;
    for (int i = 0; i < 1000; ++i) {
      calls.push_back(arithmetic.subtract([i](auto params) { params.setMinuend(i); }));
      calls.back().start();
    }
    // Answers come in the order of the calls: with the last one all are here.
    auto last = co_await arithmetic.get_data();
    REQUIRE(last.has_value());
    for (int i = 0; i < 1000; ++i) {
      auto& call = calls[static_cast<std::size_t>(i)];
      REQUIRE(call.done());
      CHECK((*call.take())->getDifference() == i);
    }
  });
}

TEST_CASE("a server's handler calls another server") {
  TestServer server;
  EventLoop loop;
  loop.run([](TestServer& target, EventLoop& own) -> Task<void> {
    auto client = co_await connect(executor_of(own), target.websocket_url());
    REQUIRE(client.has_value());
    auto data = co_await ArithmeticClient(client->channel()).get_data();
    REQUIRE(data.has_value());
    CHECK((*data)->getText() == "hello");
  }(server, loop));
}

}  // namespace
}  // namespace cortado::testing
