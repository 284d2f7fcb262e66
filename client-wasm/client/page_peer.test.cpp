// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/client/page_peer.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <utility>

#include "wire/test_support.hpp"

namespace cortado::client {
namespace {

using wire::test::Bytes;

std::string describe(const Event& event) {
  const auto kind = static_cast<EventKind>(event.head & 0xff);
  const std::string text(reinterpret_cast<const char*>(event.address), event.size);
  const std::string rest =
      " " + std::to_string(event.head >> 8) + " " + std::to_string(event.number) + " " + text + ";";
  switch (kind) {
    case EventKind::closed: return "closed" + rest;
    case EventKind::response: return "response" + rest;
    case EventKind::error: return "error" + rest;
    case EventKind::error_more: return "more" + rest;
    case EventKind::introduced: return "introduced" + rest;
    case EventKind::goaway: return "goaway" + rest;
  }
  return "unknown;";
}

/// A page and the server it talks to, joined in memory.
struct Conversation {
  PagePeer page;
  wire::test::End server{{.role = wire::Role::acceptor}};

  Conversation() {
    server.peer.introduce();
    deliver();
    CHECK(events() == "introduced 0 0 ;");
  }

  std::string events() {
    std::string text;
    for (const Event& event : page.events().take()) text += describe(event);
    return text;
  }

  wire::CallSlot call(std::string_view params, std::uint32_t timeout_ms = 0) {
    std::memcpy(page.room(params.size()).data(), params.data(), params.size());
    return page
        .call({.interface_id = 7, .method = 3, .timeout_ms = timeout_ms}, params.size(), 1000)
        .value();
  }

  void deliver() {
    const std::span<const std::byte> sent = page.output();
    REQUIRE(server.receive(Bytes(sent.begin(), sent.end())).has_value());
    page.clear_output();
    answers_ = server.take_output();
    REQUIRE(page.receive(answers_, 1000).has_value());
  }

 private:
  Bytes answers_;  // events of the last message borrow from it
};

TEST_CASE("answers become events that borrow the message") {
  Conversation conversation;
  conversation.server.on_request_do = [&](wire::CallId id, const wire::RequestView& request) {
    CHECK(request.header.interface_id == 7);
    CHECK(request.header.method == 3);
    conversation.server.respond(id, "re: " + wire::test::text_of(request.params));
  };
  CHECK(conversation.call("one") == 0);
  CHECK(conversation.call("two") == 1);
  conversation.deliver();
  CHECK(conversation.events() == "response 0 0 re: one;response 0 1 re: two;");
  CHECK(conversation.events().empty());
}

TEST_CASE("an error is two events, the second with details and retry") {
  Conversation conversation;
  conversation.server.on_request_do = [&](wire::CallId id, const wire::RequestView&) {
    const std::string details = "12345678message.";
    conversation.server.peer.fail(id, {.code = wire::StatusCode::not_found,
                                       .message = "no such symbol",
                                       .retry_after_ms = 250,
                                       .details = wire::test::bytes_of(details)});
  };
  conversation.call("x");
  conversation.deliver();
  CHECK(conversation.events() == "error 5 0 no such symbol;more 0 250 12345678message.;");
}

TEST_CASE("a deadline of ours ends without words, one of theirs with them") {
  Conversation conversation;
  conversation.call("x", 100);
  CHECK(conversation.page.next_deadline_ms() == 1100);
  conversation.page.advance(1099);
  CHECK(conversation.events().empty());
  conversation.page.advance(1100);
  CHECK(conversation.events() == "error 4 0 ;more 0 0 ;");
  CHECK(conversation.page.next_deadline_ms() == wire::Peer::no_deadline);

  conversation.server.on_request_do = [&](wire::CallId id, const wire::RequestView&) {
    conversation.server.fail(id, wire::StatusCode::deadline_exceeded, "too slow");
  };
  conversation.call("y");
  conversation.deliver();
  CHECK(conversation.events() == "error 4 0 too slow;more 0 0 ;");
}

TEST_CASE("calls of the server are answered as unimplemented") {
  Conversation conversation;
  conversation.server.call("you there?");
  conversation.deliver();  // the call arrives
  conversation.deliver();  // and the answer
  CHECK(conversation.server.events().ends_with("error 0 unimplemented: this page serves no calls"));
  CHECK(conversation.events().empty());
}

TEST_CASE("a farewell refuses new calls") {
  Conversation conversation;
  conversation.server.peer.goaway(wire::CloseReason::going_away, 500, "new release");
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
  CHECK(conversation.server.events() ==
        "introduced 16777216 65536; request 4294967297 x; "
        "dropped 4294967297 cancelled");
  CHECK(conversation.events().empty());
}

TEST_CASE("a page whose frames cannot leave stops taking calls") {
  PagePeer page;
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
  page.clear_output();
  CHECK(page.room(8).size() >= 8);
  CHECK(page.call({}, 8, 1000).has_value());
}

TEST_CASE("a message to send holds whole frames, as many as fit and at least one") {
  PagePeer page;
  page.clear_output();
  for (int count = 0; count < 10; ++count) {
    CHECK(page.room(100).size() >= 100);
    REQUIRE(page.call({}, 100, 1000).has_value());
  }
  const std::span<const std::byte> output = page.output();
  const std::size_t frame = output.size() / 10;
  CHECK(first_message(output, output.size()).size() == output.size());
  CHECK(first_message(output, output.size() - 1).size() == 9 * frame);
  CHECK(first_message(output, 2 * frame).size() == 2 * frame);
  CHECK(first_message(output, 2 * frame - 1).size() == frame);
  CHECK(first_message(output, 1).size() == frame);
  CHECK(first_message({}, 1).empty());
}

}  // namespace
}  // namespace cortado::client
