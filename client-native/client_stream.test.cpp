// SPDX-License-Identifier: Apache-2.0
// Streams between a client and a real server, over a network that is cut in the middle.
#include "client-native/test_client.hpp"

namespace cortado::testing {
namespace {

TEST_CASE("streams of each kind") {
  TestServer server;
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, server.websocket_url());
    REQUIRE(client.has_value());
    const FlowClient flow(client->channel());
    auto numbers = flow.count([](auto params) { params.setTo(1000); });
    std::uint32_t next = 0;
    while (auto item = co_await numbers.next()) CHECK(item->getValue() == next++);
    CHECK(next == 1000);
    CHECK(!numbers.error().has_value());

    auto total = flow.total();
    for (std::uint32_t value = 1; value <= 100; ++value) {
      CHECK(co_await total.write([value](auto item) { item.setValue(value); }));
    }
    auto sum = co_await total.finish();
    REQUIRE(sum.has_value());
    CHECK((*sum)->getSum() == 5050);

    auto chat = flow.chat();
    for (const char* text : {"a", "b"}) {
      CHECK(co_await chat.write([text](auto item) { item.setText(text); }));
      auto answer = co_await chat.next();
      REQUIRE(answer);
      CHECK(answer->getText() == "[" + std::string(text) + "]");
    }
    chat.end();
    const auto after_chat = co_await chat.next();
    CHECK(!after_chat);
    CHECK(!chat.error().has_value());

    auto broken = flow.break_([](auto params) { params.setAfter(2); });
    int broken_count = 0;
    while (const auto item = co_await broken.next()) ++broken_count;
    CHECK(broken_count == 2);
    REQUIRE(broken.error().has_value());
    CHECK(broken.error()->code == StatusCode::aborted);
  });
}

TEST_CASE("streams go on over the next connection with nothing lost and nothing twice") {
  TestServer server;
  Network network(server.server.port());
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, network.url(), quick());
    REQUIRE(client.has_value());
    const FlowClient flow(client->channel());
    auto numbers = flow.count([](auto params) {
      params.setTo(20'000);
      params.setPadding(100);
    });
    auto total = flow.total();
    std::uint64_t sum = 0;
    std::uint32_t next = 0;
    while (auto item = co_await numbers.next()) {
      REQUIRE(item->getValue() == next++);
      if (next % 16 == 0) {
        CHECK(co_await total.write([next](auto number) { number.setValue(next); }));
        sum += next;
      }
      if (next % 5'000 == 2'500) network.cut();
    }
    CHECK(!numbers.error().has_value());
    CHECK(next == 20'000);
    auto answer = co_await total.finish();
    REQUIRE(answer.has_value());
    CHECK((*answer)->getSum() == sum);
    CHECK(client->status().resumed_count >= 1);
    CHECK(client->status().lost_count == 0);
  });
}

TEST_CASE("a stream whose session is lost ends with an error, at both ends") {
  TestServer first;
  TestServer second;
  Network network(first.server.port());
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, network.url(), quick());
    REQUIRE(client.has_value());
    const FlowClient flow(client->channel());
    auto numbers = flow.count([](auto) {});
    const auto first_number = co_await numbers.next();
    CHECK(first_number);
    network.lead_to(second.server.port());
    while (const auto number = co_await numbers.next()) {
    }
    REQUIRE(numbers.error().has_value());
    CHECK(numbers.error()->code == StatusCode::unknown);
  });
  CHECK(first.events.count("count over") == 0);  // it still waits for its client
}

TEST_CASE("a reader that stops reading stops the writer, with bounded memory") {
  TestServer server;
  constexpr std::uint32_t item_size = 10'000;
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, server.websocket_url());
    REQUIRE(client.has_value());
    const FlowClient flow(client->channel());
    auto numbers = flow.count([](auto params) {
      params.setTo(500);
      params.setPadding(item_size);
    });
    CHECK(co_await numbers.next());
    co_await happened(loop, server.events, "count blocked");
    const wire::Credit window = wire::PeerOptions{}.stream_window;
    CHECK(server.flow.written <= static_cast<std::uint32_t>(window.bytes) / item_size + 3);
    std::uint32_t next = 1;
    while (auto item = co_await numbers.next()) CHECK(item->getValue() == next++);
    CHECK(next == 500);
  });
}

TEST_CASE("of what a slow reader misses it gets the newest of each key") {
  TestServer server;
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, server.websocket_url());
    REQUIRE(client.has_value());
    const FlowClient flow(client->channel());
    auto numbers = flow.newest([](auto params) {
      params.setTo(5'000);
      params.setPadding(1'000);
    });
    co_await happened(loop, server.events, "newest written");  // without a reader
    std::vector<std::uint32_t> values;
    while (auto item = co_await numbers.next()) values.push_back(item->getValue());
    CHECK(!numbers.error().has_value());
    CHECK(values.size() < 1'000);
    REQUIRE(values.size() > 10);
    std::ranges::sort(values);
    CHECK(std::ranges::adjacent_find(values) == values.end());
    for (std::uint32_t i = 0; i < 10; ++i) CHECK(values[values.size() - 10 + i] == 4'990 + i);
  });
}

TEST_CASE("leaving a stream stops its handler") {
  TestServer server;
  run([&](EventLoop& loop) -> Task<void> {
    auto client = co_await connect(loop, server.websocket_url());
    REQUIRE(client.has_value());
    const FlowClient flow(client->channel());
    {
      auto numbers = flow.count([](auto) {});
      CHECK(co_await numbers.next());
    }
    auto echo = co_await ProbeClient(client->channel()).echo([](auto) {});
    CHECK(echo.has_value());
  });
  server.events.wait_for("count over");
}

}  // namespace
}  // namespace cortado::testing
