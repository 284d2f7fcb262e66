// SPDX-License-Identifier: Apache-2.0
// Clients and services of golden/ that stream, compiled from there, over two connections in memory.
#include <boost/json/parse.hpp>  // tidy-allow: generated JSON codecs take its values
#include <doctest/doctest.h>

#include "rpc/json.hpp"         // tidy-allow: what generated code is made of
#include "rpc/memory_pair.hpp"  // tidy-allow: as above
#include "stream_policies.cortado.hpp"
#include "streams.cortado.hpp"

using namespace hazard;
using cortado::Task;

namespace {

class Feed final : public streams::FeedService {
 public:
  Task<void> size(cortado::Call&, streams::Feed::SizeParams::Reader params,
                  streams::Feed::SizeResults::Builder results) override {
    results.setSize(params.getName().size());
    co_return;
  }
  Task<void> watch(cortado::Call&, streams::Feed::WatchParams::Reader params,
                   cortado::Sink<streams::Line>& lines) override {
    for (std::uint32_t number = params.getAfter(); number < params.getAfter() + 3; ++number) {
      co_await lines.write([&](streams::Line::Builder line) {
        line.setNumber(number);
        line.setText(params.getName());
      });
    }
  }
  Task<void> all(cortado::Call& call, streams::Feed::AllParams::Reader,
                 cortado::Sink<streams::Line>&) override {
    timeout_ms = call.timeout_ms();
    call.fail(cortado::StatusCode::not_found, "nothing there");
    co_return;
  }
  Task<void> upload(cortado::Call&, cortado::Source<streams::Line>& lines,
                    streams::Feed::UploadResults::Builder results) override {
    while (auto line = co_await lines.next()) {
      results.setSize(results.getSize() + line->getText().size());
      results.setCount(results.getCount() + 1);
    }
  }
  Task<void> chat(cortado::Call&, cortado::Source<streams::Line>& lines,
                  cortado::Sink<streams::Feed::ChatResults>& answers) override {
    while (auto line = co_await lines.next()) {
      co_await answers.write([&](auto answer) {
        answer.setFrom("server");
        answer.setLine(*line);
      });
    }
  }

  std::uint32_t timeout_ms = 0;
};

class Policies final : public stream_policies::PoliciesService {
 public:
  using Item = stream_policies::Item;
  template <class Params>
  Task<void> flood(Params, cortado::Sink<Item>& sink) {
    for (std::uint32_t number = 0; number < 2000; ++number) {
      const bool is_taken = co_await sink.write([&](Item::Builder item) {
        item.setName(std::to_string(number % 7));
        item.setLevel(number % 2 == 0 ? stream_policies::Level::LOW : stream_policies::Level::HIGH);
        item.setFlag(number % 2 == 0);
        item.setNumber(static_cast<std::int8_t>(number % 5));
      });
      if (!is_taken) co_return;
      ++written;
    }
  }
  using S = stream_policies::Policies;
  Task<void> blocks(cortado::Call&, S::BlocksParams::Reader p, cortado::Sink<Item>& sink) override {
    return flood(p, sink);
  }
  Task<void> drops(cortado::Call&, S::DropsParams::Reader p, cortado::Sink<Item>& sink) override {
    return flood(p, sink);
  }
  Task<void> closes(cortado::Call&, S::ClosesParams::Reader p, cortado::Sink<Item>& sink) override {
    return flood(p, sink);
  }
  Task<void> by_text(cortado::Call&, S::ByTextParams::Reader p,
                     cortado::Sink<Item>& sink) override {
    return flood(p, sink);
  }
  Task<void> by_enum(cortado::Call&, S::ByEnumParams::Reader p,
                     cortado::Sink<Item>& sink) override {
    return flood(p, sink);
  }
  Task<void> by_bool(cortado::Call&, S::ByBoolParams::Reader p,
                     cortado::Sink<Item>& sink) override {
    return flood(p, sink);
  }
  Task<void> by_number(cortado::Call&, S::ByNumberParams::Reader p,
                       cortado::Sink<Item>& sink) override {
    return flood(p, sink);
  }
  Task<void> up(cortado::Call&, cortado::Source<Item>& items,
                S::UpResults::Builder results) override {
    while (auto item = co_await items.next()) results.setCount(results.getCount() + 1);
  }

  int written = 0;
};

struct Ends {
  explicit Ends(cortado::Service& service) : is_added(services.add(service)) {
    CHECK(pair.deliver());
  }
  cortado::ServiceRegistry nothing;
  cortado::ServiceRegistry services;
  bool is_added;
  cortado::MemoryPair pair{nothing, services};
};

/// Reads to the end; the stream's error.
template <class Stream, class Use>
std::string read_all(Ends& ends, Stream& stream, Use use) {
  auto task = [](Stream& from, Use& with) -> Task<void> {
    while (auto item = co_await from.next()) with(*item);
  }(stream, use);
  task.start();
  CHECK(ends.pair.deliver());
  CHECK(task.done());
  return stream.error() ? cortado::to_string(*stream.error()) : "well";
}

}  // namespace

TEST_CASE("generated streams of every kind") {
  Feed service;
  Ends ends(service);
  const streams::FeedClient client(ends.pair.connector);

  auto watch = client.watch([](auto params) {
    params.setName("lines");
    params.setAfter(7);
  });
  std::string seen;
  CHECK(read_all(ends, watch, [&](streams::Line::Reader line) {
          seen += line.getText().cStr() + std::to_string(line.getNumber()) + ' ';
        }) == "well");
  CHECK(seen == "lines7 lines8 lines9 ");

  auto all = client.all();
  CHECK(read_all(ends, all, [](auto) {}) == "not_found: nothing there");
  CHECK(service.timeout_ms == 5000);
  auto all_too = client.all([](auto) {}, {.timeout_ms = 20});
  CHECK(read_all(ends, all_too, [](auto) {}) == "not_found: nothing there");
  CHECK(service.timeout_ms == 20);

  auto upload = client.upload();
  for (const char* text : {"a", "bc", "def"}) {
    CHECK(upload.try_write([&](streams::Line::Builder line) { line.setText(text); }) ==
          cortado::Sent::yes);
  }
  auto answer = upload.finish();
  answer.start();
  CHECK(ends.pair.deliver());
  const auto uploaded = answer.take();
  REQUIRE(uploaded);
  CHECK((*uploaded)->getSize() == 6);
  CHECK((*uploaded)->getCount() == 3);

  auto chat = client.chat();
  CHECK(chat.try_write([](auto line) { line.setText("hello"); }) == cortado::Sent::yes);
  chat.end();
  seen.clear();
  CHECK(read_all(ends, chat, [&](streams::Feed::ChatResults::Reader line) {
          seen += std::string(line.getFrom().cStr()) + ": " + line.getLine().getText().cStr();
        }) == "well");
  CHECK(seen == "server: hello");

  auto nothing = client.ticks();
  CHECK(read_all(ends, nothing, [](auto) {}) == "unimplemented: Feed.ticks is not implemented");
  auto size = client.size([](auto params) { params.setName("1234"); });
  size.start();
  CHECK(ends.pair.deliver());
  CHECK((*size.take())->getSize() == 4);
}

TEST_CASE("generated code carries $overflow to the end that writes") {
  Policies service;
  Ends ends(service);
  const stream_policies::PoliciesClient client(ends.pair.connector);
  constexpr int room = cortado::wire::stream_items_initial;
  const auto count = [&](auto stream) {
    CHECK(ends.pair.deliver());
    int items = 0;
    const std::string end = read_all(ends, stream, [&](auto) { ++items; });
    return std::to_string(items) + ' ' + end.substr(0, end.find(':'));
  };
  CHECK(count(client.blocks()) == "2000 well");
  CHECK(count(client.drops()) ==
        std::to_string(room + cortado::overflow_queue_max.items) + " well");
  CHECK(count(client.closes()) == std::to_string(room) + " resource_exhausted");
  CHECK(count(client.by_text()) == std::to_string(room + 7) + " well");
  CHECK(count(client.by_enum()) == std::to_string(room + 2) + " well");
  CHECK(count(client.by_bool()) == std::to_string(room + 2) + " well");
  CHECK(count(client.by_number()) == std::to_string(room + 5) + " well");

  auto up = client.up();
  for (int number = 0; number < 1000; ++number) {
    CHECK(up.try_write([&](auto item) { item.setName(std::to_string(number % 4)); }) ==
          cortado::Sent::yes);
  }
  auto answer = up.finish();
  answer.start();
  CHECK(ends.pair.deliver());
  REQUIRE(answer.done());
  const auto counted = answer.take();
  REQUIRE_MESSAGE(counted, cortado::to_string(counted.error()));
  CHECK((*counted)->getCount() == room + 4);
}

TEST_CASE("a service says how its methods stream") {
  using enum cortado::wire::CallKind;
  const auto& feed = Feed().info().methods;
  CHECK(feed[0].kind == unary);
  CHECK(feed[1].kind == server_stream);
  CHECK(feed[1].overflow.policy == cortado::OverflowPolicy::drop_oldest);
  CHECK(feed[3].kind == client_stream);
  CHECK(feed[4].kind == bidirectional);
  const auto& policies = Policies().info().methods;
  CHECK(policies[0].overflow.policy == cortado::OverflowPolicy::block);
  const bool has_key = policies[3].overflow.key != nullptr;
  CHECK(has_key);
  CHECK(policies[7].overflow.policy == cortado::OverflowPolicy::block);  // the caller's
  CHECK(policies[9].overflow.policy == cortado::OverflowPolicy::keep_newest);
}

TEST_CASE("the JSON codec of a method that streams is one of items") {
  const cortado::JsonCodec& codec = streams::FeedService::json_codec();
  capnp::MallocMessageBuilder message;
  auto line = message.initRoot<streams::Line>();
  line.setText("x");
  line.setNumber(3);
  std::string out;
  codec.methods[1].results_to_json(message.getRoot<capnp::AnyPointer>().asReader(), out);
  CHECK(out == R"({"text":"x","number":3})");
  capnp::MallocMessageBuilder read;
  CHECK(codec.methods[3].params_from_json(boost::json::parse(out),
                                          read.getRoot<capnp::AnyPointer>()));
  CHECK(read.getRoot<streams::Line>().getNumber() == 3);
  const auto document = boost::json::parse(codec.openrpc);
  const auto& methods = document.at("methods").as_array();
  CHECK(methods.size() == 9);
  CHECK(!methods[0].at("x-cortado").as_object().contains("stream"));
  CHECK(methods[1].at("x-cortado").at("stream").at("results").as_bool());
  CHECK(!methods[1].at("x-cortado").at("stream").at("params").as_bool());
  CHECK(methods[1].at("x-cortado").at("overflow").at("policy").as_string() == "dropOldest");
  const cortado::JsonCodec& policies = stream_policies::PoliciesService::json_codec();
  const auto described = boost::json::parse(policies.openrpc);
  CHECK(described.at("methods").at(3).at("x-cortado").at("overflow").at("key").as_string() ==
        "name");
}
