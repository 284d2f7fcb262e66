// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/client/page_peer.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "wire/test_support.hpp"

namespace cortado::client {
namespace {

using wire::test::Bytes;

constexpr std::uint64_t key_seed = 0x1122334455667788;
constexpr std::uint32_t ping_interval_ms = 50'000;

std::string describe(const Event& event) {
  const auto kind = static_cast<EventKind>(event.head & 0xff);
  const std::string rest =
      " " + std::to_string(event.head >> 8) + " " + std::to_string(event.number) + " ";
  if (kind == EventKind::request_more) {
    return "request_more" + rest + std::to_string(event.address) + " " +
           std::to_string(event.size) + ";";
  }
  const std::string text(reinterpret_cast<const char*>(event.address), event.size);
  return std::string(name(kind)) + rest + text + ";";
}

/// The other end of a page: a peer with its session, as a server keeps them.
struct Server final : wire::SessionHandler {
  wire::test::End end{{.role = wire::Role::acceptor}};
  wire::Session session;

  explicit Server(std::string_view token)
      : session({}, end.peer, *this, wire::test::bytes_of(token)) {}

  void on_introduced(const wire::HelloView&, bool) override {}
  void on_goaway(const wire::GoawayView&) override {}
  void on_silent() override {}
  void on_expired() override {}
};

/// A page and the server it talks to, joined in memory.
struct Conversation {
  PagePeer page{key_seed, PageEnd::of_session, ping_interval_ms};
  std::unique_ptr<Server> server = std::make_unique<Server>("a secret token");

  Conversation() {
    connect();
    CHECK(events() == "introduced 0 60000 ;");
  }

  void connect() {
    page.attach(1000);
    server->session.attach(1000);
    deliver();
  }

  void cut() {
    page.detach(1000);
    server->session.detach(1000);
  }

  wire::test::End& end() const { return server->end; }

  std::string events() {
    std::string text;
    for (const Event& event : page.events().take()) text += describe(event);
    return text;
  }

  wire::CallSlot call(std::string_view params, const CallRequest& request) {
    const std::size_t offset = PagePeer::params_offset(request.key != 0);
    write(params, offset);
    return page.call(request, params.size(), 1000).value();
  }

  wire::CallSlot call(std::string_view params, std::uint32_t timeout_ms = 0) {
    return call(params, {.interface_id = 7, .method = 3, .timeout_ms = timeout_ms});
  }

  wire::CallSlot stream(wire::CallKind kind) {
    return call(kind == wire::CallKind::server_stream ? "x" : "", {.method = 1, .kind = kind});
  }

  void write(std::string_view payload, std::size_t offset) {
    const std::span<std::byte> room = page.room(offset + payload.size());
    std::memcpy(room.data() + offset, payload.data(), payload.size());
  }

  wire::Sent send(CallNumber number, std::string_view item) {
    write(item, 0);
    return page.send_item(number, item.size());
  }

  wire::Sent server_sends(wire::CallId id, std::string_view item) const {
    const auto room = end().peer.prepare_item(item.size());
    std::memcpy(room.data(), item.data(), item.size());
    return end().peer.send_item(id, item.size());
  }

  /// What waits at the page, then what waits at the server, whatever that was an answer to.
  void deliver() {
    while (page.has_output()) {
      const std::span<const std::byte> sent = page.output();
      REQUIRE(server->session.receive(Bytes(sent.begin(), sent.end()), 1000).has_value());
      page.clear_output();
    }
    answers_.clear();
    while (server->session.has_output()) {
      const std::span<const std::byte> sent = server->session.output();
      answers_.insert(answers_.end(), sent.begin(), sent.end());
      server->session.clear_output();
    }
    REQUIRE(page.receive(answers_, 1000).has_value());
  }

 private:
  Bytes answers_;  // events of the last message borrow from it
};

TEST_CASE("answers become events that borrow the message") {
  Conversation conversation;
  conversation.end().on_request_do = [&](wire::CallId id, const wire::RequestView& request) {
    CHECK(request.header.interface_id == 7);
    CHECK(request.header.method == 3);
    conversation.end().respond(id, "re: " + wire::test::text_of(request.params));
  };
  CHECK(conversation.call("one") == 0);
  CHECK(conversation.call("two") == 1);
  conversation.deliver();
  CHECK(conversation.events() == "response 0 0 re: one;response 0 1 re: two;");
  CHECK(conversation.events().empty());
}

TEST_CASE("an error is two events, the second with details and retry") {
  Conversation conversation;
  conversation.end().on_request_do = [&](wire::CallId id, const wire::RequestView&) {
    const std::string details = "12345678message.";
    conversation.end().peer.fail(id, {.code = wire::StatusCode::not_found,
                                      .message = "no such symbol",
                                      .retry_after_ms = 250,
                                      .details = wire::test::bytes_of(details)});
  };
  conversation.call("x");
  conversation.deliver();
  CHECK(conversation.events() == "error 5 0 no such symbol;error_more 0 250 12345678message.;");
}

TEST_CASE("a deadline of ours ends without words, one of theirs with them") {
  Conversation conversation;
  conversation.call("x", 100);
  CHECK(conversation.page.next_deadline_ms() == 1100);
  conversation.page.advance(1099);
  CHECK(conversation.events().empty());
  conversation.page.advance(1100);
  CHECK(conversation.events() == "error 4 0 ;error_more 0 0 ;");
  CHECK(conversation.page.next_deadline_ms() == 51'000);  // to ask whether anybody is there

  conversation.end().on_request_do = [&](wire::CallId id, const wire::RequestView&) {
    conversation.end().fail(id, wire::StatusCode::deadline_exceeded, "too slow");
  };
  conversation.call("y");
  conversation.deliver();
  CHECK(conversation.events() == "error 4 0 too slow;error_more 0 0 ;");
}

TEST_CASE("a farewell refuses new calls") {
  Conversation conversation;
  conversation.server->session.goaway(wire::CloseReason::going_away, 500, "new release");
  conversation.deliver();
  CHECK(conversation.events() == "goaway 9 500 new release;");
  CHECK(conversation.page.call({}, 0, 1000).error() == wire::StatusCode::unavailable);
}

TEST_CASE("a cancelled call has no event") {
  Conversation conversation;
  const wire::CallSlot slot = conversation.call("x");
  conversation.deliver();
  conversation.page.cancel(slot);
  conversation.deliver();
  CHECK(conversation.end().events().ends_with("dropped 4294967297 cancelled"));
  CHECK(conversation.events().empty());
}

TEST_CASE("a page whose frames cannot leave stops taking calls") {
  PagePeer page(key_seed, PageEnd::of_session, ping_interval_ms);
  const std::size_t params_size = std::size_t{8} << 20;
  std::size_t taken = 0;
  for (;;) {
    CHECK(page.room(params_size).size() >= params_size);
    const auto slot = page.call({}, params_size, 1000);
    if (!slot) {
      CHECK(slot.error() == wire::StatusCode::resource_exhausted);
      break;
    }
    taken += params_size;
    REQUIRE(taken <= output_size_max);
  }
}

TEST_CASE("an idempotent call has a key: the page's seed and its own number") {
  Conversation conversation;
  std::vector<std::string> keys;
  conversation.end().on_request_do = [&](wire::CallId, const wire::RequestView& request) {
    keys.push_back(wire::test::to_hex(request.header.idempotency_key));
    CHECK(request.header.idempotent);
    CHECK(wire::test::text_of(request.params) == "params");
  };
  conversation.call("params", {.idempotent = true, .key = 5});
  conversation.call("params", {.idempotent = true, .key = 6});
  conversation.deliver();
  CHECK(keys == std::vector<std::string>{"88776655443322110500000000000000",
                                         "88776655443322110600000000000000"});
}

TEST_CASE("items arrive as events, and their credit goes back when they are consumed") {
  Conversation conversation;
  wire::CallId id = 0;
  conversation.end().on_request_do = [&](wire::CallId call, const wire::RequestView& request) {
    CHECK(request.header.kind == wire::CallKind::server_stream);
    id = call;
  };
  const wire::CallSlot slot = conversation.stream(wire::CallKind::server_stream);
  conversation.deliver();
  CHECK(conversation.server_sends(id, "one") == wire::Sent::yes);
  CHECK(conversation.server_sends(id, "two") == wire::Sent::yes);
  conversation.deliver();
  CHECK(conversation.events() == "item 0 0 one;item 0 0 two;");

  std::int32_t sent = 0;
  while (conversation.server_sends(id, "12345678") == wire::Sent::yes) ++sent;
  conversation.deliver();
  conversation.events();
  CHECK(conversation.server_sends(id, "x") == wire::Sent::blocked);
  conversation.page.consumed(slot, {sent + 2, 8 * sent + 6});
  conversation.deliver();
  CHECK(conversation.server_sends(id, "x") == wire::Sent::yes);

  conversation.end().respond(id, "");
  conversation.deliver();
  CHECK(conversation.events() == "item 0 0 x;response 0 0 ;");
}

TEST_CASE("a large item, put together from parts, is copied for its event") {
  Conversation conversation;
  wire::CallId id = 0;
  conversation.end().on_request_do = [&](wire::CallId call, const wire::RequestView&) {
    id = call;
  };
  conversation.stream(wire::CallKind::server_stream);
  conversation.deliver();
  const std::string first(200'000, 'a');
  CHECK(conversation.server_sends(id, first) == wire::Sent::yes);
  conversation.end().respond(id, "");
  conversation.deliver();
  CHECK(conversation.events() == "item 0 0 " + first + ";response 0 0 ;");
}

TEST_CASE("items are sent until there is no credit, and again when there is") {
  Conversation conversation;
  const wire::CallSlot slot = conversation.stream(wire::CallKind::client_stream);
  int sent = 0;
  while (conversation.send(slot, "item") == wire::Sent::yes) ++sent;
  CHECK(sent == 256);
  CHECK(conversation.send(slot, "item") == wire::Sent::blocked);
  CHECK(conversation.events().empty());
  conversation.deliver();  // the server reads them at once
  CHECK(conversation.events() == "writable 0 0 ;");
  CHECK(conversation.send(slot, "item") == wire::Sent::yes);
  conversation.page.end(slot);
  CHECK(conversation.send(slot, "item") == wire::Sent::over);
}

TEST_CASE("calls of the server become events, and are answered by their number") {
  Conversation conversation;
  const wire::CallSlot first = conversation.end().call("one");
  const wire::CallSlot second = conversation.end().call("two", 250);
  conversation.deliver();
  CHECK(conversation.events() ==
        "request 0 2147483648 one;request_more 0 0 2748 0;"
        "request 0 2147483649 two;request_more 0 250 2748 0;");
  conversation.write("results", wire::results_offset);
  conversation.page.respond(served_flag | 1, 7);
  conversation.page.fail(served_flag, {.code = wire::StatusCode::not_found, .message = "no"});
  conversation.deliver();
  CHECK(conversation.end().events().ends_with("response " + std::to_string(second) +
                                              " results; error " + std::to_string(first) +
                                              " not_found: no"));
  // Their places are free: the first is given out again.
  conversation.end().call("three");
  conversation.deliver();
  CHECK(conversation.events().starts_with("request 0 2147483648 three;"));
}

TEST_CASE("a call of the server that is dropped says so and frees its place") {
  Conversation conversation;
  const wire::CallSlot slot = conversation.end().call("x");
  conversation.deliver();
  conversation.events();
  conversation.end().peer.cancel(slot);
  conversation.end().call("y");
  conversation.deliver();
  CHECK(conversation.events() ==
        "dropped 1 2147483648 ;request 0 2147483648 y;request_more 0 0 2748 0;");
  // An answer to a number that is not in use is dropped, too.
  conversation.page.respond(served_flag | 77, 0);
  conversation.page.fail(served_flag | 2000, {.code = wire::StatusCode::internal});
  conversation.deliver();
  CHECK(conversation.events().empty());
}

TEST_CASE("a push on a topic is two events") {
  Conversation conversation;
  wire::Buffer frame;
  encode_notify(frame, {"prices", wire::test::bytes_of("a message.......")});
  CHECK(conversation.end().peer.notify(std::as_const(frame).content()) == wire::Sent::yes);
  conversation.deliver();
  CHECK(conversation.events() == "notify 0 0 prices;notify_more 0 0 a message.......;");
}

TEST_CASE("calls in flight outlive the connection") {
  Conversation conversation;
  conversation.call("one");
  conversation.deliver();
  conversation.cut();
  conversation.call("two");
  conversation.end().respond(conversation.end().requests.front(), "re: one");
  CHECK_FALSE(conversation.page.has_output());
  conversation.connect();
  CHECK(conversation.events() == "introduced 1 60000 ;response 0 0 re: one;");
  conversation.deliver();
  conversation.end().respond(conversation.end().requests.back(), "re: two");
  conversation.deliver();
  CHECK(conversation.events() == "response 0 1 re: two;");
}

TEST_CASE("when the session is gone each call says whether it may have run") {
  Conversation conversation;
  conversation.call("sent");
  conversation.deliver();
  conversation.cut();
  conversation.call("not sent");
  conversation.server = std::make_unique<Server>("another token");
  conversation.connect();
  CHECK(conversation.events() == "lost 1 0 ;lost 0 1 ;introduced 0 60000 ;");
}

TEST_CASE("a server that keeps no sessions ends its calls with the connection") {
  PagePeer page(key_seed, PageEnd::of_session, ping_interval_ms);
  wire::test::End server{{.role = wire::Role::acceptor}};  // a peer alone
  server.peer.introduce();
  page.attach(1000);
  CHECK(page.room(100).size() >= 100);
  REQUIRE(page.call({.interface_id = 7}, 8, 1000).has_value());
  while (page.has_output()) {
    const std::span<const std::byte> sent = page.output();
    REQUIRE(server.receive(Bytes(sent.begin(), sent.end())).has_value());
    page.clear_output();
  }
  const Bytes welcome = server.take_output();
  REQUIRE(page.receive(welcome, 1000).has_value());
  page.detach(1000);
  std::string events;
  for (const Event& event : page.events().take()) events += describe(event);
  CHECK(events == "introduced 0 0 ;lost 1 0 ;");
  CHECK(server.requests.size() == 1);
}

TEST_CASE("so does each when the page itself gives the session up") {
  Conversation conversation;
  conversation.call("sent");
  conversation.deliver();
  conversation.page.abandon();
  CHECK(conversation.events() == "lost 1 0 ;");
}

TEST_CASE("a server that is not heard any more is asked, and then given up") {
  Conversation conversation;
  conversation.page.advance(conversation.page.next_deadline_ms());
  CHECK(conversation.page.has_output());
  CHECK(conversation.events().empty());
  conversation.page.advance(conversation.page.next_deadline_ms());
  CHECK(conversation.events() == "silent 0 0 ;");
}

/// What waits at one end, to the other.
void pass(PagePeer& from, PagePeer& to, Bytes& kept) {
  kept.clear();
  while (from.has_output()) {
    const std::span<const std::byte> sent = from.output();
    kept.insert(kept.end(), sent.begin(), sent.end());
    from.clear_output();
  }
  REQUIRE(to.receive(kept, 1000).has_value());
}

std::string events_of(PagePeer& end) {
  std::string text;
  for (const Event& event : end.events().take()) {
    if (static_cast<EventKind>(event.head & 0xff) == EventKind::request_more) continue;
    text += describe(event);
  }
  return text;
}

CallNumber served_in(std::string_view events) {
  // "request <detail> <number> ...".
  std::istringstream words{std::string(events.substr(events.find("request ")))};
  std::string word;
  CallNumber detail = 0;
  CallNumber number = 0;
  words >> word >> detail >> number;
  return number;
}

void send_call(PagePeer& from, std::string_view params) {
  const std::size_t offset = PagePeer::params_offset(false);
  std::memcpy(from.room(offset + params.size()).data() + offset, params.data(), params.size());
  REQUIRE(from.call({.interface_id = 7}, params.size(), 1000).has_value());
}

TEST_CASE("two threads are two ends of one connection, and each calls the other") {
  PagePeer page(key_seed, PageEnd::that_accepts, 0);
  PagePeer worker(key_seed + 1, PageEnd::that_connects, 0);
  Bytes to_page;
  Bytes to_worker;
  page.attach(1000);
  worker.attach(1000);
  pass(worker, page, to_page);
  pass(page, worker, to_worker);
  CHECK(events_of(page).starts_with("introduced 0 "));
  CHECK(events_of(worker).starts_with("introduced 0 "));

  send_call(page, "to the worker");
  send_call(worker, "to the page");
  pass(page, worker, to_worker);
  const std::string asked = events_of(worker);
  CHECK(asked.ends_with(" to the worker;"));
  pass(worker, page, to_page);
  CHECK(events_of(page).ends_with(" to the page;"));

  std::memcpy(worker.room(wire::results_offset + 4).data() + wire::results_offset, "done", 4);
  worker.respond(served_in(asked), 4);
  pass(worker, page, to_page);
  CHECK(events_of(page) == "response 0 0 done;");

  // One of the two is gone: nothing was kept to be sent again.
  worker.detach(1000);
  worker.abandon();
  CHECK(events_of(worker).starts_with("lost 1 "));
}

}  // namespace
}  // namespace cortado::client
