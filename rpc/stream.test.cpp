// SPDX-License-Identifier: Apache-2.0
// Tests of calls that stream, over two connections joined in memory: what handlers and callers write
// and read, and how it ends.
#include "rpc/stream.hpp"

#include <doctest/doctest.h>

#include "rpc/testdata/feed_service.hpp"

namespace cortado {

using test::FeedPair;
using test::NumberReader;

namespace {

using Answer = Task<Result<Response<test::Feed::TotalResults>>>;

std::string outcome(Answer& answer) {
  if (!answer.done()) return "not done";
  auto result = answer.take();
  if (!result) return to_string(result.error());
  return std::to_string((*result)->getItems()) + " items, sum " +
         std::to_string((*result)->getSum());
}

template <class Stream>
std::string error_of(const Stream& stream) {
  return stream.error() ? to_string(*stream.error()) : "none";
}

/// Writes numbers, then says how far it came.
template <class Stream>
Task<void> write_numbers(Stream& stream, std::uint32_t count, std::uint32_t& written,
                         std::size_t padding = 0) {
  for (std::uint32_t value = 0; value < count; ++value) {
    const bool is_taken = co_await stream.write([&](auto item) {
      item.setValue(value);
      if constexpr (requires { item.initPadding(1); }) {
        item.initPadding(static_cast<unsigned>(padding));
      }
    });
    if (!is_taken) co_return;
    ++written;
  }
}

}  // namespace

TEST_CASE("a server stream brings every item in order, then ends") {
  for (const std::uint32_t count : {0U, 1U, 2U, 255U, 256U, 257U, 5000U}) {
    CAPTURE(count);
    FeedPair ends;
    auto stream = ends.client.count(7, 7 + count);
    NumberReader reader;
    auto reading = reader.read(stream);
    reading.start();
    CHECK(ends.pair.deliver());
    CHECK(reading.done());
    CHECK(reader.values.size() == count);
    CHECK(reader.are_from(7));
    CHECK(error_of(stream) == "none");
    CHECK(ends.pair.acceptor_host.finished == std::vector<std::string>{"Feed.count ok"});
    CHECK(ends.pair.connector.own_calls_in_flight() == 0);
    CHECK(ends.pair.acceptor.served_calls_in_flight() == 0);
  }
}

TEST_CASE("the acceptor reads a stream of the connector") {
  FeedPair ends;
  auto stream = ends.server_client.count(0, 1000);
  NumberReader reader;
  auto reading = reader.read(stream);
  reading.start();
  CHECK(ends.pair.deliver());
  CHECK(reader.is_at_end);
  CHECK(reader.values.size() == 1000);
  CHECK(reader.are_from(0));
}

TEST_CASE("a reader that stops stops the writer, and goes on later") {
  FeedPair ends;
  auto stream = ends.client.count(0, 100'000);
  CHECK(ends.pair.deliver());
  CHECK(ends.server.written == wire::stream_items_initial);
  NumberReader reader;
  {
    auto reading = reader.read(stream, 10);
    reading.start();
    CHECK(reading.done());
  }
  CHECK(ends.pair.deliver());
  const wire::PeerOptions defaults;
  CHECK(ends.server.written > wire::stream_items_initial);
  CHECK(ends.server.written <= reader.values.size() + std::size_t(defaults.stream_window.items));
  auto reading = reader.read(stream);
  reading.start();
  CHECK(ends.pair.deliver());
  CHECK(reader.is_at_end);
  CHECK(reader.values.size() == 100'000);
  CHECK(reader.are_from(0));
}

TEST_CASE("bytes stop a writer too") {
  FeedPair ends;
  auto stream = ends.client.count(0, 100, 10'000);
  CHECK(ends.pair.deliver());
  CHECK(ends.server.written == 7);  // the last one found less than its size left
  NumberReader reader;
  auto reading = reader.read(stream);
  reading.start();
  CHECK(ends.pair.deliver());
  CHECK(reader.values.size() == 100);
  CHECK(reader.are_from(0));
}

TEST_CASE("items larger than the scratch memory, and than a frame") {
  FeedPair ends;
  auto stream = ends.client.count(0, 5, 300'000);
  NumberReader reader;
  auto reading = reader.read(stream);
  reading.start();
  CHECK(ends.pair.deliver());
  CHECK(reader.values == std::vector<std::uint32_t>{0, 1, 2, 3, 4});
}

TEST_CASE("leaving a stream stops its handler") {
  FeedPair ends;
  {
    auto stream = ends.client.count(0, 100'000);
    CHECK(ends.pair.deliver());
    CHECK(ends.server.running == 1);
  }
  CHECK(ends.pair.deliver());
  CHECK(ends.server.running == 0);
  CHECK(ends.server.finished == 0);
  CHECK(ends.pair.acceptor.served_calls_in_flight() == 0);
  CHECK(ends.pair.acceptor_host.finished == std::vector<std::string>{"Feed.count cancelled"});
  // And the credit of what it had sent has come back.
  auto next = ends.client.count(0, 20'000);
  NumberReader reader;
  auto reading = reader.read(next);
  reading.start();
  CHECK(ends.pair.deliver());
  CHECK(reader.values.size() == 20'000);
}

TEST_CASE("a handler that fails ends its stream with its status, behind what it had sent") {
  FeedPair ends;
  ends.server.fails_at = 300;
  auto stream = ends.client.count(0, 1000);
  CHECK(ends.pair.deliver());
  CHECK(error_of(stream) == "none");
  NumberReader reader;
  auto reading = reader.read(stream);
  reading.start();
  CHECK(ends.pair.deliver());
  CHECK(reader.is_at_end);
  CHECK(reader.values.size() == 300);
  CHECK(error_of(stream) == "aborted: no further");
  CHECK(ends.pair.acceptor_host.finished == std::vector<std::string>{"Feed.count aborted"});
}

TEST_CASE("a deadline ends a stream at both ends") {
  FeedPair ends;
  auto stream = ends.client.count(0, 1000, 0, {.timeout_ms = 50});
  CHECK(ends.pair.deliver());
  CHECK(ends.pair.advance_to(1050));
  CHECK(ends.server.running == 0);
  NumberReader reader;
  auto reading = reader.read(stream);
  reading.start();
  CHECK(reader.is_at_end);
  CHECK(reader.values.size() == wire::stream_items_initial);  // what had come
  CHECK(error_of(stream) == "deadline_exceeded: the deadline passed");
}

TEST_CASE("a client stream is added up and answered") {
  FeedPair ends;
  auto stream = ends.client.total();
  std::uint32_t written = 0;
  auto writing = write_numbers(stream, 3000, written);
  writing.start();
  CHECK(!writing.done());
  CHECK(written == wire::stream_items_initial);
  CHECK(ends.pair.deliver());
  CHECK(writing.done());
  auto answer = stream.finish();
  answer.start();
  CHECK(ends.pair.deliver());
  CHECK(outcome(answer) == "3000 items, sum 4498500");
  CHECK(error_of(stream) == "none");
  auto again = stream.finish();
  again.start();
  CHECK(outcome(again) == "failed_precondition: the results were taken already");
}

TEST_CASE("a client stream may be answered before its end") {
  FeedPair ends;
  ends.server.answers_at = 2;
  auto stream = ends.client.total();
  std::uint32_t written = 0;
  auto writing = write_numbers(stream, 5000, written);
  writing.start();
  CHECK(ends.pair.deliver());
  CHECK(writing.done());
  CHECK(written < 5000);
  CHECK(stream.try_write([](auto) { FAIL("filled for nobody"); }) == Sent::over);
  auto answer = stream.finish();
  answer.start();
  CHECK(outcome(answer) == "3 items, sum 3");
}

TEST_CASE("a client stream that is left cancels") {
  FeedPair ends;
  {
    auto stream = ends.client.total();
    std::uint32_t written = 0;
    auto writing = write_numbers(stream, 10, written);
    writing.start();
    CHECK(writing.done());
    CHECK(ends.pair.deliver());
    CHECK(ends.server.read == 10);
    CHECK(ends.server.running == 1);
  }
  CHECK(ends.pair.deliver());
  CHECK(ends.server.running == 0);
  CHECK(ends.pair.acceptor_host.finished == std::vector<std::string>{"Feed.total cancelled"});
}

TEST_CASE("both send at once") {
  FeedPair ends;
  auto stream = ends.client.chat();
  std::uint32_t written = 0;
  auto writing = write_numbers(stream, 2000, written);
  writing.start();
  std::vector<std::uint32_t> values;
  bool is_at_end = false;
  auto reading = [](auto& from, auto& into, bool& end) -> Task<void> {
    while (auto item = co_await from.next()) {
      CHECK(std::string_view(item->getText().cStr()) == "[]");
      into.push_back(item->getValue());
    }
    end = true;
  }(stream, values, is_at_end);
  reading.start();
  CHECK(ends.pair.deliver());
  CHECK(writing.done());
  CHECK(!is_at_end);
  stream.end();
  CHECK(stream.try_write([](auto) {}) == Sent::over);
  CHECK(ends.pair.deliver());
  CHECK(is_at_end);
  CHECK(values.size() == 2000);
  for (std::uint32_t at = 0; at < values.size(); ++at) CHECK(values[at] == at);
  CHECK(error_of(stream) == "none");
}

TEST_CASE("writers of one stream take turns, in the order in which they came") {
  FeedPair ends;
  ends.server.waits_at_start = true;
  auto stream = ends.client.total();
  std::uint32_t filled = 0;
  std::uint32_t written = 0;
  auto filling = write_numbers(stream, 10'000, filled);
  filling.start();
  std::vector<int> order;
  const auto write = [&](int who) -> Task<void> {
    if (co_await stream.write([](auto item) { item.setValue(0); })) order.push_back(who);
  };
  auto second = write(2);
  second.start();
  auto third = write(3);
  third.start();
  {
    auto left = write(4);
    left.start();
    CHECK(!left.done());
  }
  CHECK(stream.try_write([](auto) { FAIL("there is no room"); }) == Sent::blocked);
  CHECK(filled == wire::stream_items_initial);
  CHECK(ends.pair.deliver());
  ends.server.gate.open();
  CHECK(ends.pair.deliver());
  CHECK(order == std::vector<int>{2, 3});
  CHECK(filled == 10'000);
  static_cast<void>(written);
}

TEST_CASE("what fills an item may send another") {
  FeedPair ends;
  auto outer = ends.client.total();
  auto inner = ends.client.total();
  CHECK(outer.try_write([&](auto item) {
    CHECK(inner.try_write([&](auto other) {
      other.setValue(1);
      CHECK(outer.try_write([](auto third) { third.setValue(10); }) == Sent::yes);
    }) == Sent::yes);
    item.setValue(100);
  }) == Sent::yes);
  auto answers = std::array{outer.finish(), inner.finish()};
  for (auto& answer : answers) answer.start();
  CHECK(ends.pair.deliver());
  CHECK(outcome(answers[0]) == "2 items, sum 110");
  CHECK(outcome(answers[1]) == "1 items, sum 1");
}

TEST_CASE("an item taken from one stream may end another, or its own") {
  FeedPair ends;
  std::optional stream(ends.client.count(0, 100));
  auto reading = [](auto& from) -> Task<void> {
    while (auto item = co_await from->next()) {
      if (item->getValue() == 3) break;
    }
    from.reset();
  }(stream);
  reading.start();
  CHECK(ends.pair.deliver());
  CHECK(reading.done());
  CHECK(ends.pair.acceptor.served_calls_in_flight() == 0);
}

TEST_CASE("a connection that closes ends its streams") {
  FeedPair ends;
  auto count = ends.client.count(0, 1000);
  auto total = ends.client.total();
  std::uint32_t written = 0;
  auto writing = write_numbers(total, 1000, written);
  writing.start();
  CHECK(!writing.done());
  auto answer = total.finish();
  ends.pair.connector.close({StatusCode::unavailable, "lost", 0, {}});
  CHECK(writing.done());
  answer.start();
  CHECK(outcome(answer) == "unavailable: lost");
  NumberReader reader;
  auto reading = reader.read(count);
  reading.start();
  CHECK(reader.is_at_end);
  CHECK(error_of(count) == "unavailable: lost");
  auto late = ends.client.count(0, 1);
  CHECK(error_of(late) == "unavailable: the connection takes no new calls");
}

TEST_CASE("a stream outlives its connection") {
  std::optional<ServerStream<test::Feed::CountResults>> stream;
  {
    FeedPair ends;
    stream.emplace(ends.client.count(0, 10));
    CHECK(ends.pair.deliver());
  }
  NumberReader reader;
  auto reading = reader.read(*stream);
  reading.start();
  CHECK(reader.values.size() == 10);
  CHECK(reader.is_at_end);
  CHECK(error_of(*stream) == "none");
}

TEST_CASE("a method that streams otherwise is not run") {
  FeedPair ends;
  auto stream = open_server_stream<test::Feed::CountParams, test::Feed::CountResults>(
      ends.pair.connector, {test::feed_id, 1, false, 0, wire::CallKind::server_stream}, [](auto) {},
      {});
  auto unary = call_method<test::Feed::CountParams, test::Feed::CountResults>(
      ends.pair.connector, {test::feed_id, 0, false, 0}, [](auto) {}, {});
  unary.start();
  CHECK(ends.pair.deliver());
  CHECK(error_of(stream) == "unimplemented: the method streams otherwise");
  CHECK(to_string(unary.take().error()) == "unimplemented: the method streams otherwise");
  CHECK(ends.pair.acceptor.served_calls_in_flight() == 0);
}

TEST_CASE("a channel without streams says so") {
  class Plain final : public Channel {
   public:
    Task<Result<ReceivedMessage>> call(const MethodId&, capnp::MessageBuilder&,
                                       const CallOptions&) override {
      co_return std::unexpected(Error{});
    }
  };
  Plain channel;
  auto stream = test::FeedClient(channel).count(0, 1);
  NumberReader reader;
  auto reading = reader.read(stream);
  reading.start();
  CHECK(reader.is_at_end);
  CHECK(error_of(stream) == "unimplemented: this channel brings single answers");
}

TEST_CASE("a dispatcher without items refuses methods that stream") {
  test::FeedService service;
  for (std::uint16_t ordinal = 0; ordinal < 3; ++ordinal) {
    Call call({}, {});
    capnp::MallocMessageBuilder message;
    auto task = service.dispatch(ordinal, call, {}, message.getRoot<capnp::AnyPointer>());
    task.start();
    CHECK(task.done());
    REQUIRE(call.failure());
    CHECK(call.failure()->code == StatusCode::unimplemented);
  }
}

}  // namespace cortado
