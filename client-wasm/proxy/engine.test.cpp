// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/engine.hpp"

#include <doctest/doctest.h>

#include "client-wasm/proxy/test_host.hpp"

using namespace cortado::proxy;
using namespace cortado::proxy::test;

namespace {

constexpr std::string_view rpc = "RPC d5a3c0f7e1b94206 3 60000 identity\ntag: quote:ACME\n\n";
constexpr std::string_view configuration =
    "proxy 1\nroute quotes\nrpc d5a3c0f7e1b94206\ntag quotes\nroute all\nurl *://*\n";

Engine engine_with(std::string_view text) {
  Engine engine;
  REQUIRE(engine.configure(text) == "");
  return engine;
}

Decision routed(const Engine& engine, std::string_view head, std::string_view params = "") {
  std::uint32_t number = no_index;
  const auto decided = engine.route(head, params, number);
  REQUIRE(decided);
  return *decided;
}

std::string stored(const std::string& record) { return "5\n" + record + "\n"; }

}  // namespace

TEST_CASE("an RPC is stored for as long as its method says, and found by its params") {
  const Engine engine = engine_with(configuration);
  const Decision found = routed(engine, rpc, "params");
  CHECK(found.action == Action::look_up);
  CHECK(found.key == "default i r d5a3c0f7e1b94206.3 cGFyYW1z");
  CHECK(routed(engine, rpc, "other").key != found.key);

  const std::string text(rpc);
  const auto answered = engine.received(0, text + "200 plain\n\n", start, start);
  REQUIRE(answered);
  CHECK(answered->action == Action::store);
  CHECK(answered->seconds == 60);
  const std::string entry = stored(answered->record);
  CHECK(engine.decide(0, text + entry, start + 59 * second)->reason == Reason::fresh_by_ttl);
  CHECK(engine.decide(0, text + entry, start + 60 * second)->reason == Reason::expired);
  CHECK(engine.decide(0, text + entry, start + 60 * second)->request_headers.empty());
  CHECK(engine.failed(0, text + entry, false, start + 60 * second)->reason ==
        Reason::stale_disconnected);
}

TEST_CASE("an RPC's record has the tags of its route and of its method") {
  Engine engine = engine_with(configuration);
  const auto answered = engine.received(0, std::string(rpc) + "200 plain\n\n", start, start);
  REQUIRE(answered);
  CHECK(answered->record.find("@tag: quotes\n@tag: quote:ACME\n") != std::string::npos);
  CHECK(engine.add(7, "default i r x\n" + answered->record, 5, start) == Refusal::none);
  engine.catalogue().drop_tag("quote:ACME");
  const std::vector<Evicted> evicted = engine.catalogue().evict();
  REQUIRE(evicted.size() == 1);
  CHECK(evicted[0].id == 7);
}

TEST_CASE("RPCs without a TTL, with too many params, or without a route are not cached") {
  const Engine engine = engine_with(configuration);
  CHECK(routed(engine, "RPC d5a3c0f7e1b94206 3 0 identity\n\n").reason == Reason::not_cacheable);
  CHECK(routed(engine, "RPC aa 3 60 identity\n\n").reason == Reason::no_route);
  CHECK(routed(engine, rpc, std::string(rpc_params_size_max, 'x')).action == Action::look_up);
  CHECK(routed(engine, rpc, std::string(rpc_params_size_max + 1, 'x')).reason ==
        Reason::params_too_large);
}

TEST_CASE("what is everybody's has one key, what is one's has its own") {
  Engine engine = engine_with(configuration);
  const std::string anonymous = routed(engine, rpc).key;
  const std::string shared = routed(engine, "RPC d5a3c0f7e1b94206 3 1 public\n\n").key;
  CHECK(engine.identify("alice"));
  CHECK_FALSE(engine.identify("alice"));
  CHECK(routed(engine, rpc).key != anonymous);
  CHECK(routed(engine, "RPC d5a3c0f7e1b94206 3 1 public\n\n").key == shared);
}

TEST_CASE("after missed pushes answers of RPCs are asked for anew, those of HTTP are not") {
  Engine engine = engine_with(configuration);
  const std::string text(rpc);
  const std::string entry =
      stored(engine.received(0, text + "200 plain\n\n", start, start)->record);
  engine.distrust(start);
  CHECK(engine.decide(0, text + entry, start + second)->reason == Reason::pushes_missed);
  const std::string newer =
      stored(engine.received(0, text + "200 plain\n\n", start, start + 1)->record);
  CHECK(engine.decide(0, text + newer, start + second)->action == Action::serve);
  const std::string get = Request{}.head();
  const std::string page_entry = stored(
      engine.received(1, get + "200 plain\ncache-control: max-age=60\n\n", start, start)->record);
  CHECK(engine.decide(1, get + page_entry, start + second)->action == Action::serve);
}

TEST_CASE("texts that are not as they should be are refused, one by one") {
  Engine engine = engine_with(configuration);
  const std::string get = Request{}.head();
  std::uint32_t number = 0;
  CHECK(engine.route("nonsense", "", number).error() == Refusal::bad_input);
  CHECK(number == no_index);
  CHECK(engine.route(get + "more", "", number).error() == Refusal::bad_input);
  CHECK(engine.decide(0, "", start).error() == Refusal::bad_input);
  CHECK(engine.decide(0, get + "x\n", start).error() == Refusal::bad_input);
  CHECK(engine.received(0, get, start, start).error() == Refusal::bad_input);
  CHECK(engine.received(0, get + "200 plain\n\n1\na\n\n2\nb\n\n", start, start).error() ==
        Refusal::bad_input);
  CHECK(engine.failed(0, get + "1\na\n\n2\nb\n\n", false, start).error() == Refusal::bad_input);
  CHECK(engine.changed(get).error() == Refusal::bad_input);
  CHECK(engine.add(1, "no partition\n", 1, 1) == Refusal::bad_input);
  CHECK(engine.add(1, "a\n1 200 1 2\n", 1, 1) == Refusal::bad_input);
  CHECK(engine.add(1, "a i u x\n1 200 1 2\n", 1, 1) == Refusal::none);
}

TEST_CASE("a route that is not there is refused") {
  const Engine engine = engine_with(configuration);
  const std::string get = Request{}.head();
  CHECK(engine.decide(2, get, start).error() == Refusal::bad_route);
  CHECK(engine.received(no_index, get + "200 plain\n\n", start, start).error() ==
        Refusal::bad_route);
  CHECK(engine.failed(2, get, false, start).error() == Refusal::bad_route);
}

TEST_CASE("a bad configuration changes nothing") {
  Engine engine = engine_with(configuration);
  CHECK_FALSE(engine.configure("proxy 1\nroute a\n").empty());
  CHECK(routed(engine, rpc).action == Action::look_up);
}

TEST_CASE("limits of a new configuration count for what is there") {
  Engine engine = engine_with(configuration);
  for (EntryId id = 1; id <= 3; ++id) {
    CHECK(engine.add(id, "default i u x\n1 200 1 2\n", 10, id) == Refusal::none);
  }
  CHECK(engine.catalogue().evict().empty());
  CHECK(engine.configure(std::string(configuration).insert(8, "cache default 2 0\n")).empty());
  CHECK(engine.catalogue().evict().size() == 1);
}

TEST_CASE("an entry that cannot be read counts as not stored") {
  const Engine engine = engine_with(configuration);
  const auto decided = engine.decide(1, Request{}.head() + "5\n99 200 1 2\n\n", start);
  REQUIRE(decided);
  CHECK(decided->action == Action::fetch);
  CHECK(decided->reason == Reason::unreadable);
  CHECK(decided->entry == no_index);
}
