// SPDX-License-Identifier: Apache-2.0
// Clients and services of golden/, compiled from there, call each other without a connection.
#include <capnp/serialize.h>
#include <doctest/doctest.h>

#include <set>

#include "codegen/golden_support.hpp"
#include "interfaces.cortado.hpp"
#include "name_clash.cortado.hpp"
#include "nested_scopes.cortado.hpp"
#include "reserved_words.cortado.hpp"
#include "rpc/json.hpp"  // tidy-allow: what generated code is made of
#include "unions.cortado.hpp"

using namespace hazard;
using cortado::Task;

namespace {

class Annotated final : public interfaces::AnnotatedService {
 public:
  Task<void> read(cortado::Call& call, interfaces::Annotated::ReadParams::Reader params,
                  interfaces::Item::Builder results) override {
    if (params.getSymbol().size() == 0) {
      call.fail(cortado::StatusCode::not_found, "no such symbol");
      co_return;
    }
    results.setSymbol(params.getSymbol());
    results.setPrice(params.getCount() * 1.5);
  }
  Task<void> nothing(cortado::Call&, interfaces::Annotated::NothingParams::Reader,
                     interfaces::Annotated::NothingResults::Builder) override {
    ++nothing_count;
    co_return;
  }

  int nothing_count = 0;
};

/// Serves every call at once, in the same process, and remembers the last one.
class DirectChannel final : public cortado::Channel {
 public:
  explicit DirectChannel(cortado::Service& service) : service_(service) {}

  Task<cortado::Result<cortado::ReceivedMessage>> call(
      const cortado::MethodId& method, capnp::MessageBuilder& params,
      const cortado::CallOptions& options) override {
    last_method = method;
    last_timeout_ms = options.timeout_ms;
    cortado::Call call({}, {});
    capnp::MallocMessageBuilder results;
    co_await service_.dispatch(method.ordinal, call, params.getRoot<capnp::AnyPointer>().asReader(),
                               results.getRoot<capnp::AnyPointer>());
    if (call.failure()) co_return std::unexpected(*call.failure());
    const auto words = capnp::messageToFlatArray(results);
    co_return cortado::ReceivedMessage(std::as_bytes(std::span(words.begin(), words.size())));
  }

  cortado::MethodId last_method;
  std::uint32_t last_timeout_ms = 0;

 private:
  cortado::Service& service_;
};

template <class T>
T finish(Task<T> task) {
  task.start();
  REQUIRE(task.done());
  return task.take();
}

}  // namespace

TEST_CASE("a generated client calls a generated service") {
  Annotated service;
  DirectChannel channel(service);
  const interfaces::AnnotatedClient client(channel);
  const auto response = finish(client.read([](auto params) {
    params.setSymbol("ACME");
    params.setCount(2);
  }));
  REQUIRE(response.has_value());
  CHECK((*response)->getPrice() == 3.0);
  CHECK(channel.last_method.interface_id == 0xfead41b83de048c5);
  CHECK(channel.last_method.ordinal == 0);
  CHECK(channel.last_method.idempotent);
  CHECK(channel.last_method.deadline_ms == 1000);
  const auto refused = finish(client.read([](auto) {}));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == cortado::StatusCode::not_found);
}

TEST_CASE("a method without params can be called without filling them") {
  Annotated service;
  DirectChannel channel(service);
  const interfaces::AnnotatedClient client(channel);
  CHECK(finish(client.nothing()).has_value());
  CHECK(finish(client.nothing({.timeout_ms = 5, .trace = {}})).has_value());
  CHECK(channel.last_timeout_ms == 5);
  CHECK(finish(client.nothing([](auto) {})).has_value());
  CHECK(service.nothing_count == 3);
}

TEST_CASE("what a service does not implement is unimplemented") {
  Annotated service;
  DirectChannel channel(service);
  const interfaces::AnnotatedClient client(channel);
  const auto response = finish(client.plain([](auto) {}));
  REQUIRE_FALSE(response.has_value());
  CHECK(response.error().code == cortado::StatusCode::unimplemented);
  CHECK(response.error().message == "Annotated.plain is not implemented");
  cortado::Call call({}, {});
  capnp::MallocMessageBuilder message;
  finish(service.dispatch(99, call, {}, message.getRoot<capnp::AnyPointer>()));
  REQUIRE(call.failure().has_value());
  CHECK(call.failure()->code == cortado::StatusCode::unimplemented);
}

TEST_CASE("a service describes itself") {
  Annotated service;
  const cortado::ServiceInfo& info = service.info();
  CHECK(info.name == "Annotated");
  REQUIRE(info.methods.size() == 8);
  CHECK(info.methods[0].name == "read");
  CHECK(info.methods[0].cache_ttl_ms == 5000);
  CHECK(info.methods[0].cache_public);
  CHECK(info.methods[1].deadline_ms == 250);
  CHECK(info.methods[3].name == "watch");
  CHECK(info.methods[3].kind == cortado::wire::CallKind::server_stream);
  class Market final : public nested_scopes::Exchange_MarketService {};
  CHECK(Market().info().name == "Exchange.Market");
  class Nobody final : public interfaces::EmptyService {};
  CHECK(Nobody().info().methods.empty());
}

TEST_CASE("the JSON codec takes params by name and by position") {
  const cortado::JsonCodec& codec = interfaces::AnnotatedService::json_codec();
  REQUIRE(codec.methods.size() == 8);
  const auto params = [&](std::size_t ordinal, std::string_view json) {
    capnp::MallocMessageBuilder message;
    auto root = message.getRoot<capnp::AnyPointer>();
    const auto read = codec.methods[ordinal].params_from_json(boost::json::parse(json), root);
    if (!read) return to_string(read.error());
    const auto plain = root.getAs<interfaces::Annotated::PlainParams>().asReader();
    return std::to_string(plain.getA()) + plain.getB().cStr() + std::to_string(plain.getC().size());
  };
  CHECK(params(5, R"({"b": "x", "c": [1, 2]})") == "1x2");
  CHECK(params(5, R"([7, "y"])") == "7y0");
  CHECK(params(5, "[]") == "1b0");
  CHECK(params(5, "[1, \"b\", [], 4]").starts_with("invalid_argument: "));
  CHECK(params(5, "5").starts_with("invalid_argument: "));
  CHECK(params(5, R"(["x"])").starts_with("invalid_argument: a: expected a number"));
  // A named struct has no positions.
  CHECK(params(6, "[]").starts_with("invalid_argument: "));
  capnp::MallocMessageBuilder message;
  message.initRoot<interfaces::Item>().setPrice(2.5);
  std::string out;
  codec.methods[0].results_to_json(message.getRoot<capnp::AnyPointer>().asReader(), out);
  CHECK(out == R"({"symbol":"","price":2.5})");
}

namespace {

void collect_references(const boost::json::value& json, std::set<std::string>& found) {
  if (const auto* object = json.if_object()) {
    for (const auto& [key, value] : *object) {
      if (key == "$ref") found.emplace(value.as_string());
      collect_references(value, found);
    }
  } else if (const auto* array = json.if_array()) {
    for (const auto& value : *array) collect_references(value, found);
  }
}

}  // namespace

TEST_CASE("the OpenRPC part of a service is whole") {
  for (const cortado::JsonCodec* codec :
       {&interfaces::AnnotatedService::json_codec(), &unions::ShapesService::json_codec(),
        &name_clash::MarketService_::json_codec(), &reserved_words::MapService::json_codec()}) {
    const auto document = boost::json::parse(codec->openrpc);
    const auto& schemas = document.at("schemas").as_object();
    std::set<std::string> references;
    collect_references(document, references);
    for (const std::string& reference : references) {
      CAPTURE(reference);
      constexpr std::string_view prefix = "#/components/schemas/";
      REQUIRE(reference.starts_with(prefix));
      CHECK(schemas.contains(reference.substr(prefix.size())));
    }
    for (const auto& method : document.at("methods").as_array()) {
      CHECK(method.at("name").is_string());
      CHECK(method.at("params").is_array());
      CHECK(method.at("result").at("schema").is_object());
    }
  }
}
