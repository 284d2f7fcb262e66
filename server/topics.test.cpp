// SPDX-License-Identifier: Apache-2.0
// Topics: who gets what is published, and what a slow reader misses.
#include "server/topics.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "server/session_test_support.hpp"

namespace cortado::testing {
namespace {

using Names = std::vector<std::string>;

/// A reader that takes as many messages as it is told.
class Reader final : public server::TopicReader {
 public:
  bool can_notify() const override { return connected; }
  wire::Sent notify(std::span<const std::byte> frame) override {
    if (room == 0) return wire::Sent::blocked;
    --room;
    received.emplace_back(reinterpret_cast<const char*>(frame.data()), frame.size());
    return wire::Sent::yes;
  }

  bool connected = true;
  int room = 1000;
  Names received;
};

server::TopicMessage message(std::string_view text) {
  wire::Buffer bytes;
  std::memcpy(bytes.prepare(text.size()).data(), text.data(), text.size());
  bytes.commit(text.size());
  return std::make_shared<const wire::Buffer>(std::move(bytes));
}

struct Fixture {
  server::Topics topics;
  server::Metrics metrics;
  Reader reader;
  server::Subscriptions subscriptions{topics, reader, metrics, 3};
};

TEST_CASE_FIXTURE(Fixture, "who is subscribed gets what is published, once") {
  Reader other_reader;
  server::Subscriptions other(topics, other_reader, metrics, 3);
  CHECK(subscriptions.subscribe("a").has_value());
  CHECK(subscriptions.subscribe("a").has_value());
  CHECK(other.subscribe("a").has_value());
  CHECK(other.subscribe("b").has_value());
  topics.publish("a", message("1"));
  topics.publish("b", message("2"));
  topics.publish("c", message("3"));
  subscriptions.unsubscribe("a");
  subscriptions.unsubscribe("never");
  topics.publish("a", message("4"));
  CHECK(reader.received == Names{"1"});
  CHECK(other_reader.received == Names{"1", "2", "4"});
  other.clear();
  topics.publish("a", message("5"));
  CHECK(other_reader.received.size() == 3);
  CHECK(metrics.topic_messages_sent == 4);
}

TEST_CASE_FIXTURE(Fixture, "a reader without room gets the newest of each topic when it has some") {
  CHECK(subscriptions.subscribe("a").has_value());
  CHECK(subscriptions.subscribe("b").has_value());
  reader.room = 1;
  for (const char* text : {"a1", "a2", "a3"}) topics.publish("a", message(text));
  topics.publish("b", message("b1"));
  CHECK(reader.received == Names{"a1"});
  reader.room = 1;
  subscriptions.send_waiting();
  REQUIRE(reader.received.size() == 2);
  reader.room = 10;
  subscriptions.send_waiting();
  std::ranges::sort(reader.received);
  CHECK(reader.received == Names{"a1", "a3", "b1"});
  CHECK(metrics.topic_messages_replaced == 1);
  topics.publish("a", message("a4"));
  CHECK(reader.received.back() == "a4");
}

TEST_CASE_FIXTURE(Fixture, "who is away gets the newest when it is back") {
  CHECK(subscriptions.subscribe("a").has_value());
  reader.connected = false;
  topics.publish("a", message("1"));
  topics.publish("a", message("2"));
  subscriptions.send_waiting();
  CHECK(reader.received.empty());
  reader.connected = true;
  subscriptions.send_waiting();
  CHECK(reader.received == Names{"2"});
}

TEST_CASE_FIXTURE(Fixture, "subscriptions are bounded, topics have a size") {
  for (const char* topic : {"a", "b", "c"}) CHECK(subscriptions.subscribe(topic).has_value());
  const auto refused = subscriptions.subscribe("d");
  REQUIRE(!refused.has_value());
  CHECK(refused.error().code == StatusCode::resource_exhausted);
  CHECK(subscriptions.subscribe("a").has_value());
  subscriptions.unsubscribe("b");
  CHECK(subscriptions.subscribe("d").has_value());
  CHECK(subscriptions.subscribe("").error().code == StatusCode::invalid_argument);
  const std::string long_topic(wire::topic_size_max + 1, 'x');
  CHECK(subscriptions.subscribe(long_topic).error().code == StatusCode::invalid_argument);
}

// --- a real server -------------------------------------------------------------------------------

TEST_CASE("sessions get what a server publishes on topics they are subscribed to") {
  TestServer server;
  TestSession first(server);
  TestSession second(server);
  first.follow("prices/A");
  second.follow("prices/A");
  second.follow("prices/B");
  first.receive_outcomes(1);
  second.receive_outcomes(2);
  publish_price(server, "prices/A", 1);
  publish_price(server, "prices/B", 2);
  first.receive_until([&] { return !first.notifications.empty(); });
  second.receive_until([&] { return second.notifications.size() == 2; });
  CHECK(first.notifications == Names{"prices/A=1"});
  CHECK(second.notifications == Names{"prices/A=1", "prices/B=2"});
  second.unfollow("prices/A");
  second.receive_outcomes(3);
  publish_price(server, "prices/A", 3);
  publish_price(server, "prices/B", 4);
  second.receive_until([&] { return second.notifications.size() == 3; });
  CHECK(second.notifications.back() == "prices/B=4");
}

TEST_CASE("subscriptions live on with their session, and end with it") {
  TestServer server;
  TestSession session(server);
  session.follow("prices/A");
  session.receive_outcomes(1);
  session.close(0);
  for (int price = 1; price <= 5; ++price) publish_price(server, "prices/A", price);
  session.connect();
  session.receive_until([&] { return !session.notifications.empty(); });
  CHECK(session.notifications == Names{"prices/A=5"});
  CHECK(metric(server, "cortado_topic_messages_total{outcome=\"replaced\"}") == 4);
  session.close(1000);
  session.connect();
  publish_price(server, "prices/A", 6);
  session.follow("prices/B");
  session.receive_outcomes(2);
  publish_price(server, "prices/B", 7);
  session.receive_until([&] { return session.notifications.size() == 2; });
  CHECK(session.notifications.back() == "prices/B=7");
}

TEST_CASE("a client that does not consume makes nobody wait, and gets the newest in the end") {
  TestServer server;
  TestSession session(server);
  session.consumes = false;
  session.follow("prices/A");
  session.receive_outcomes(1);
  const int count = 20'000;  // more than the window of items
  for (int price = 1; price <= count; ++price) publish_price(server, "prices/A", price);
  const auto window = static_cast<std::size_t>(wire::connection_items_initial);
  session.receive_until([&] { return session.notifications.size() == window; });
  CHECK(session.notifications.back() == "prices/A=" + std::to_string(window));
  session.consume_all();
  session.receive_until([&] { return session.notifications.size() == window + 1; });
  CHECK(session.notifications.back() == "prices/A=" + std::to_string(count));
  CHECK(metric(server, "cortado_topic_messages_total{outcome=\"replaced\"}") ==
        count - static_cast<int>(window) - 1);
}

TEST_CASE("who cannot be pushed to is told, and what cannot be published is refused") {
  TestServer server;
  const std::string answer =
      HttpClient(server).call(json_request("Probe.follow", R"({"topic":"prices/A"})"));
  CHECK(answer.find("\"unimplemented\"") != std::string::npos);
  CHECK_THROWS_AS(publish_price(server, "", 1), std::invalid_argument);
  const std::string long_topic(wire::topic_size_max + 1, 'x');
  CHECK_THROWS_AS(publish_price(server, long_topic, 1), std::invalid_argument);
  CHECK_THROWS_AS(server.server.publish<Probe::EchoResults>(
                      "x", [](auto item) { item.initData(wire::cut_size); }),
                  std::invalid_argument);
}

}  // namespace
}  // namespace cortado::testing
