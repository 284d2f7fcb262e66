// SPDX-License-Identifier: Apache-2.0
// Tests of what becomes of items while their reader has no room, and of items that cannot be sent or
// read.
#include <doctest/doctest.h>

#include <cstring>

#include "rpc/testdata/feed_service.hpp"

namespace cortado {

using test::FeedPair;
using test::NumberReader;

namespace {

constexpr std::uint32_t room = wire::stream_items_initial;
constexpr auto queue = static_cast<std::uint32_t>(overflow_queue_max.items);

std::vector<std::uint32_t> read_all(FeedPair& ends, ServerStream<test::Feed::NewestResults>& from) {
  NumberReader reader;
  auto reading = reader.read(from);
  reading.start();
  CHECK(ends.pair.deliver());
  CHECK(reader.is_at_end);
  return reader.values;
}

/// A message of one segment with one text field, for OverflowQueue.
struct TextItem {
  explicit TextItem(std::uint32_t value, std::size_t padding = 0) {
    auto item = message.initRoot<test::Feed::NewestResults>();
    item.setValue(value);
    item.initPadding(static_cast<unsigned>(padding));
  }
  Segments segments() { return message.getSegmentsForOutput(); }
  capnp::MallocMessageBuilder message;
};

std::uint32_t first_value(OverflowQueue& items) {
  return Response<test::Feed::NewestResults>(ReceivedMessage(items.front()))->getValue();
}

}  // namespace

TEST_CASE("keep_newest: one item of each key waits, in its first one's place") {
  FeedPair ends;
  auto stream = ends.client.by_policy(3, 100'005);
  CHECK(ends.pair.deliver());
  CHECK(ends.server.written == 100'005);  // nobody waited
  CHECK(ends.server.finished == 1);
  CHECK(ends.pair.acceptor.served_calls_in_flight() == 1);  // until the last has left
  const auto values = read_all(ends, stream);
  REQUIRE(values.size() == room + 10);
  for (std::uint32_t at = 0; at < room; ++at) CHECK(values[at] == at);
  std::vector<std::uint32_t> newest(values.begin() + room, values.end());
  // 256 was the first to wait: keys 6, 7, 8, 9, 0, ...; 100'004 is the last, of key 4.
  CHECK(newest == std::vector<std::uint32_t>{99'996, 99'997, 99'998, 99'999, 100'000, 100'001,
                                             100'002, 100'003, 100'004, 99'995});
  CHECK(!stream.error());
  CHECK(ends.pair.acceptor.served_calls_in_flight() == 0);
  CHECK(ends.pair.acceptor_host.finished == std::vector<std::string>{"Feed.newest ok"});
}

TEST_CASE("drop_oldest: what waits longest makes room") {
  FeedPair ends;
  auto stream = ends.client.by_policy(4, 100'000);
  CHECK(ends.pair.deliver());
  CHECK(ends.server.written == 100'000);
  const auto values = read_all(ends, stream);
  REQUIRE(values.size() == room + queue);
  for (std::uint32_t at = 0; at < room; ++at) CHECK(values[at] == at);
  for (std::uint32_t at = 0; at < queue; ++at) {
    CHECK(values[room + at] == 100'000 - queue + at);
  }
}

TEST_CASE("close: a reader that is too slow loses the stream") {
  FeedPair ends;
  auto stream = ends.client.by_policy(5, 100'000);
  CHECK(ends.pair.deliver());
  CHECK(ends.server.written == room + queue);
  CHECK(ends.server.running == 0);
  const auto values = read_all(ends, stream);
  CHECK(values.size() == room);
  REQUIRE(stream.error());
  CHECK(stream.error()->code == StatusCode::resource_exhausted);
  CHECK(ends.pair.acceptor_host.finished ==
        std::vector<std::string>{"Feed.patient resource_exhausted"});
}

TEST_CASE("a handler whose stream is broken off is stopped, but not while it runs") {
  for (const bool is_known : {false, true}) {
    FeedPair ends;
    ends.server.waits_at_start = is_known;
    ends.server.waits_at_end = true;
    auto stream = ends.client.by_policy(5, 100'000);
    CHECK(ends.pair.deliver());
    if (is_known) {
      ends.server.gate.open();  // it runs without the connection's knowledge, and waits again
      CHECK(ends.server.running == 1);
      CHECK(ends.pair.acceptor_host.wake_ms <= ends.pair.acceptor_host.time_ms);
      CHECK(ends.pair.advance_to(1000));
    }
    CHECK(ends.server.running == 0);
    CHECK(ends.server.finished == 0);
    CHECK(ends.server.end_gate.waiting() == 0);
    CHECK(ends.pair.acceptor.served_calls_in_flight() == 0);
    REQUIRE(stream.error());
    CHECK(ends.pair.acceptor_host.finished ==
          std::vector<std::string>{"Feed.patient resource_exhausted"});
  }
}

TEST_CASE("a handler whose stream was broken off may finish before it is stopped") {
  FeedPair ends;
  ends.server.waits_at_start = true;
  auto stream = ends.client.by_policy(5, 100'000);
  CHECK(ends.pair.deliver());
  ends.server.gate.open();
  CHECK(ends.server.running == 0);
  CHECK(ends.pair.advance_to(1000));
  CHECK(ends.pair.acceptor.served_calls_in_flight() == 0);
  REQUIRE(stream.error());
}

TEST_CASE("the policies do not wait for a reader with room") {
  for (const std::uint16_t ordinal : {std::uint16_t{3}, std::uint16_t{4}, std::uint16_t{5}}) {
    FeedPair ends;
    auto stream = ends.client.by_policy(ordinal, 200);
    const auto values = read_all(ends, stream);
    CHECK(values.size() == 200);
    CHECK(!stream.error());
  }
}

TEST_CASE("leaving a stream whose items wait ends it") {
  FeedPair ends;
  {
    auto stream = ends.client.by_policy(3, 10'000);
    CHECK(ends.pair.deliver());
    CHECK(ends.pair.acceptor.served_calls_in_flight() == 1);
  }
  CHECK(ends.pair.deliver());
  CHECK(ends.pair.acceptor.served_calls_in_flight() == 0);
  CHECK(ends.pair.acceptor_host.finished == std::vector<std::string>{"Feed.newest cancelled"});
}

TEST_CASE("a caller's items wait by policy too, and leave before the end") {
  FeedPair ends;
  ends.server.waits_at_start = true;
  auto stream = ends.client.total({}, {OverflowPolicy::drop_oldest});
  for (std::uint32_t value = 0; value < 10'000; ++value) {
    CHECK(stream.try_write([&](auto item) { item.setValue(value); }) == Sent::yes);
  }
  auto answer = stream.finish();
  answer.start();
  CHECK(ends.pair.deliver());
  ends.server.gate.open();
  CHECK(ends.pair.deliver());
  REQUIRE(answer.done());
  auto result = answer.take();
  REQUIRE(result);
  CHECK((*result)->getItems() == room + queue);
}

TEST_CASE("the queue's bound is in bytes too") {
  for (const OverflowPolicy policy : {OverflowPolicy::drop_oldest, OverflowPolicy::close}) {
    OverflowQueue items(policy);
    std::uint32_t taken = 0;
    for (std::uint32_t value = 0; value < 100; ++value) {
      TextItem item(value, 40'000);
      if (items.push("", item.segments())) ++taken;
    }
    CHECK(items.full());
    std::uint32_t count = 0;
    const std::uint32_t first = first_value(items);
    for (; !items.empty(); items.pop()) CHECK(first_value(items) == first + count++);
    CHECK(count == 7);
    CHECK(first == (policy == OverflowPolicy::close ? 0 : 93));
    CHECK(taken == (policy == OverflowPolicy::close ? 7 : 100));
  }
  OverflowQueue one(OverflowPolicy::drop_oldest);
  TextItem huge(1, 1'000'000);
  CHECK(one.push("", huge.segments()));
  TextItem next(2, 1'000'000);
  CHECK(one.push("", next.segments()));
  CHECK(first_value(one) == 2);
  one.pop();
  CHECK(one.empty());
}

TEST_CASE("keep_newest says when there are more keys than places") {
  OverflowQueue items(OverflowPolicy::keep_newest);
  for (std::uint32_t value = 0; value < queue; ++value) {
    CHECK(!items.full());
    TextItem item(value);
    CHECK(items.push(std::to_string(value), item.segments()));
  }
  CHECK(items.full());
  TextItem newer(5000);
  CHECK(items.push("0", newer.segments()));
  CHECK(first_value(items) == 5000);
  items.pop();
  CHECK(!items.full());
  CHECK(first_value(items) == 1);
  items.clear();
  CHECK(items.empty());
  CHECK(items.push("1", newer.segments()));
  CHECK(first_value(items) == 5000);
}

TEST_CASE("an item that is too large ends the call at both ends") {
  {
    FeedPair ends(wire::PeerOptions{.payload_size_max = 100'000}, wire::PeerOptions{});
    auto stream = ends.client.count(0, 3, 200'000);
    NumberReader reader;
    auto reading = reader.read(stream);
    reading.start();
    CHECK(ends.pair.deliver());
    CHECK(reader.is_at_end);
    CHECK(to_string(*stream.error()) == "resource_exhausted: an item is too large");
    CHECK(ends.server.written == 0);
    CHECK(ends.pair.acceptor.served_calls_in_flight() == 0);
  }
  FeedPair ends(wire::PeerOptions{}, wire::PeerOptions{.payload_size_max = 100'000});
  auto stream = ends.client.total();
  CHECK(ends.pair.deliver());
  CHECK(stream.try_write([](auto item) { item.initPadding(200'000); }) == Sent::too_large);
  CHECK(stream.try_write([](auto) {}) == Sent::over);
  auto answer = stream.finish();
  answer.start();
  CHECK(!answer.done());  // nothing goes on inside code that writes
  CHECK(ends.pair.connector_host.wake_ms <= ends.pair.connector_host.time_ms);
  CHECK(ends.pair.advance_to(1000));
  REQUIRE(answer.done());
  CHECK(to_string(answer.take().error()) == "resource_exhausted: an item is too large");
  CHECK(ends.server.running == 0);
}

TEST_CASE("a stream broken off and left at once is forgotten") {
  FeedPair ends(wire::PeerOptions{}, wire::PeerOptions{.payload_size_max = 100'000});
  {
    auto stream = ends.client.total();
    CHECK(ends.pair.deliver());
    CHECK(stream.try_write([](auto item) { item.initPadding(200'000); }) == Sent::too_large);
  }
  CHECK(ends.pair.advance_to(1000));
  CHECK(ends.pair.connector.own_calls_in_flight() == 0);
  CHECK(ends.pair.acceptor.served_calls_in_flight() == 0);
}

// --- items from a stranger -----------------------------------------------------------------------

namespace {

/// The other end of a Connection, by hand.
class Stranger final : public wire::PeerHandler {
 public:
  explicit Stranger(wire::Role role) : peer({.role = role}, *this) { peer.introduce(); }

  void on_request(wire::CallId id, const wire::RequestView&) override { request = id; }
  void on_request_dropped(wire::CallId, StatusCode) override { is_dropped = true; }
  void on_response(wire::CallSlot, const wire::ResponseView&) override { status = "ok"; }
  void on_error(wire::CallSlot, const wire::ErrorView& error) override {
    status = std::string(wire::name(error.code)) + ": " + std::string(error.message);
  }
  void on_introduced(const wire::HelloView&) override {}
  void on_goaway(const wire::GoawayView&) override {}
  void on_pong(std::uint64_t) override {}

  /// Everything there is to say, both ways.
  void talk(Connection& other) {
    for (;;) {
      const wire::Buffer out = peer.take_output({});
      if (!out.empty()) CHECK(other.receive(out.content()));
      const wire::Buffer in = other.take_output({});
      if (in.empty() && out.empty()) return;
      if (!in.empty()) CHECK(peer.receive(in.content(), 0));
    }
  }

  void send_item(wire::CallId id, std::span<const std::uint64_t> words) {
    const auto bytes = std::as_bytes(words);
    std::memcpy(peer.prepare_item(bytes.size()).data(), bytes.data(), bytes.size());
    CHECK(peer.send_item(id, bytes.size()) == Sent::yes);
  }

  wire::Peer peer;
  wire::CallId request = 0;
  bool is_dropped = false;
  std::string status = "none";
};

constexpr std::array<std::uint64_t, 2> good{std::uint64_t{1} << 32, 0};          // all defaults
constexpr std::array<std::uint64_t, 1> truncated{std::uint64_t{100} << 32};      // no segment
constexpr std::array<std::uint64_t, 2> no_struct{std::uint64_t{1} << 32, 0x01};  // a list

}  // namespace

TEST_CASE("an item that is no message ends a caller's stream, whether read at once or later") {
  for (const std::span<const std::uint64_t> bad :
       {std::span<const std::uint64_t>(truncated), std::span<const std::uint64_t>(no_struct)}) {
    for (const bool is_waiting : {false, true}) {
      const ServiceRegistry nothing;
      MemoryHost host;
      Connection client({.role = wire::Role::connector}, nothing, host, {});
      client.introduce();
      Stranger server(wire::Role::acceptor);
      auto stream = test::FeedClient(client).count(0, 10);
      server.talk(client);
      NumberReader reader;
      auto reading = reader.read(stream);
      if (is_waiting) reading.start();
      server.send_item(server.request, good);
      server.send_item(server.request, bad);
      server.send_item(server.request, good);
      server.talk(client);
      if (!is_waiting) reading.start();
      server.talk(client);
      CHECK(reader.values == std::vector<std::uint32_t>{0});
      CHECK(reader.is_at_end);
      CHECK(to_string(*stream.error()) == "internal: an item is no valid message");
      CHECK(server.is_dropped);
      client.advance();
      CHECK(client.own_calls_in_flight() == 0);
    }
  }
}

TEST_CASE("a stream is broken off once") {
  const ServiceRegistry nothing;
  MemoryHost host;
  Connection client({.role = wire::Role::connector}, nothing, host, {});
  client.introduce();
  Stranger server(wire::Role::acceptor);
  auto stream = test::FeedClient(client).chat();
  server.talk(client);
  server.send_item(server.request, good);
  server.send_item(server.request, truncated);
  server.talk(client);
  const auto write = [&stream] {
    return stream.try_write([](auto item) { item.initText(wire::payload_size_max); });
  };
  CHECK(write() == Sent::too_large);
  auto other = test::FeedClient(client).count(0, 1);  // in the same slot
  int items = 0;
  auto reading = [](auto& from, int& count) -> Task<void> {
    while (auto item = co_await from.next()) ++count;
  }(stream, items);
  reading.start();
  CHECK(reading.done());
  CHECK(items == 1);
  CHECK(to_string(*stream.error()) == "resource_exhausted: an item is too large");
  CHECK(client.own_calls_in_flight() == 1);
  client.advance();
  CHECK(!other.error());
}

TEST_CASE(
    "an item that is no message, or a source that fails, fails the handler that did not look") {
  for (const bool is_bad_item : {false, true}) {
    for (const bool looks : {false, true}) {
      test::FeedService service;
      service.looks_at_error = looks;
      ServiceRegistry services;
      REQUIRE(services.add(service));
      MemoryHost host;
      Connection server({.role = wire::Role::acceptor}, services, host, {});
      server.introduce();
      Stranger client(wire::Role::connector);
      const wire::RequestHeader header{
          .interface_id = test::feed_id, .method = 1, .kind = wire::CallKind::client_stream};
      static_cast<void>(client.peer.prepare_params(0, header));
      const auto slot = client.peer.call(header, 0, 0);
      REQUIRE(slot);
      const wire::CallId id = client.peer.id_of(*slot);
      client.send_item(id, good);
      if (is_bad_item) {
        client.send_item(id, no_struct);
        client.send_item(id, good);
      } else {
        CHECK(client.peer.end(id, {.code = StatusCode::aborted, .message = "the disk is gone"}));
      }
      client.talk(server);
      CHECK(service.read == 1);
      CHECK(service.finished == 1);
      const std::string error = is_bad_item ? "invalid_argument: an item is no valid message"
                                            : "aborted: the disk is gone";
      CHECK(client.status == (looks ? "ok" : error));
      if (looks) CHECK(to_string(*service.source_error) == error);
      CHECK(server.served_calls_in_flight() == 0);
    }
  }
}

}  // namespace cortado
