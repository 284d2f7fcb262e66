// SPDX-License-Identifier: Apache-2.0
// Tests of messages that are wrong or too large, by hand-made bytes: a stranger's call fails, the
// connection lives.
#include <doctest/doctest.h>

#include <cstring>
#include <vector>

#include "rpc/testdata/echo_pair.hpp"
#include "wire/frame.hpp"

namespace cortado {

using test::EchoPair;
using test::outcome;

namespace {

using Words = std::vector<std::uint64_t>;

/// Of a struct pointer: where it points from behind itself, data words, pointers.
constexpr std::uint64_t struct_pointer(std::int32_t offset, unsigned data_words,
                                       unsigned pointers) {
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(offset) << 2U)) |
         static_cast<std::uint64_t>(data_words) << 32 | static_cast<std::uint64_t>(pointers) << 48;
}
/// Of a list pointer: the code of the element's size, and how many.
constexpr std::uint64_t list_pointer(std::int32_t offset, unsigned element_size,
                                     std::uint64_t count) {
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(offset) << 2U)) | 1U |
         static_cast<std::uint64_t>(element_size) << 32 | count << 35;
}

/// A message of one segment.
Words one_segment(Words segment) {
  segment.insert(segment.begin(), static_cast<std::uint64_t>(segment.size()) << 32);
  return segment;
}

/// Sends raw params as a call of a connector that is a stranger; gives the status of the answer.
std::string status_of(EchoPair& ends, std::uint16_t method, std::span<const std::byte> params) {
  class Caller final : public wire::PeerHandler {
   public:
    void on_request(wire::CallId, const wire::RequestView&) override {}
    void on_request_dropped(wire::CallId, StatusCode) override {}
    void on_response(wire::CallSlot, const wire::ResponseView&) override { status = "ok"; }
    void on_error(wire::CallSlot, const wire::ErrorView& error) override {
      status = std::string(wire::name(error.code)) + ": " + std::string(error.message);
    }
    void on_introduced(const wire::HelloView&) override {}
    void on_goaway(const wire::GoawayView&) override {}
    void on_pong(std::uint64_t) override {}
    std::string status = "none";
  };
  Caller caller;
  wire::Peer peer({.role = wire::Role::connector}, caller);
  MemoryHost host;
  Connection server({.role = wire::Role::acceptor}, ends.server_services, host, {});
  server.introduce();
  peer.introduce();
  const wire::RequestHeader header{.interface_id = test::echo_id, .method = method};
  const std::span<std::byte> room = peer.prepare_params(params.size(), header);
  if (!params.empty()) std::memcpy(room.data(), params.data(), params.size());
  CHECK(peer.call(header, params.size(), 0));
  const wire::Buffer request = peer.take_output({});
  CHECK(server.receive(request.content()));
  const wire::Buffer answer = server.take_output({});
  CHECK(peer.receive(answer.content(), 0));
  CHECK(host.failures.empty());
  return caller.status;
}

std::string status_of(EchoPair& ends, std::uint16_t method, const Words& params) {
  return status_of(ends, method, std::as_bytes(std::span(params)));
}

constexpr std::uint16_t echo = 0;
constexpr std::uint16_t sum = 3;
const std::string invalid = "invalid_argument: the params are no valid message";

}  // namespace

TEST_CASE("params that are no message are refused") {
  EchoPair ends;
  CHECK(status_of(ends, echo, one_segment({struct_pointer(0, 0, 2), 0, 0})) == "ok");
  CHECK(status_of(ends, echo, one_segment({0})) == "ok");  // a null root: all defaults
  CHECK(status_of(ends, echo, Words{}) == invalid);
  CHECK(status_of(ends, echo, Words{0xffffffffffffffff}) == invalid);
  CHECK(status_of(ends, echo, Words{std::uint64_t{100} << 32, 0}) == invalid);
  const std::vector<std::byte> half(12);
  CHECK(status_of(ends, echo, std::span<const std::byte>(half)) == invalid);
  CHECK(status_of(ends, echo, Words{std::uint64_t{1} << 32, 0, 0}) == invalid);  // a word too many
}

TEST_CASE("wild pointers are refused when they are followed") {
  EchoPair ends;
  // The root far behind, far before, a list, a capability.
  CHECK(status_of(ends, echo, one_segment({struct_pointer(1000, 0, 2)})) == invalid);
  CHECK(status_of(ends, echo, one_segment({struct_pointer(-1000, 0, 2)})) == invalid);
  CHECK(status_of(ends, echo, one_segment({list_pointer(0, 2, 8), 0})) == invalid);
  CHECK(status_of(ends, echo, one_segment({3})) == invalid);
  // Text far behind, too long, without its zero, of the wrong kind.
  const auto with_text = [&ends](std::uint64_t text) {
    return status_of(ends, echo,
                     one_segment({struct_pointer(0, 0, 2), text, 0, 0x6161616161616161}));
  };
  CHECK(with_text(list_pointer(1, 2, 8)) == invalid);
  CHECK(with_text(list_pointer(1000, 2, 8)) == invalid);
  CHECK(with_text(list_pointer(1, 2, (1U << 29U) - 1)) == invalid);
  CHECK(with_text(struct_pointer(1, 1, 0)) == invalid);
  // A far pointer to a segment that is not there.
  CHECK(with_text(std::uint64_t{7} << 32 | 2) == invalid);
}

TEST_CASE("a message that points into itself for ever stops at a limit") {
  EchoPair ends;
  // A tree whose children are itself.
  const Words loop = one_segment({struct_pointer(0, 0, 1),    // params: one pointer, the tree
                                  struct_pointer(0, 1, 1),    // the tree: a value, its children
                                  5, list_pointer(-1, 7, 2),  // a list of structs, whose tag...
                                  0});
  CHECK(status_of(ends, sum, loop) == invalid);
  // Children: a list with a tag, of one element, whose own children are the same list.
  const Words deep =
      one_segment({struct_pointer(0, 0, 1), struct_pointer(0, 1, 1), 5, list_pointer(0, 7, 2),
                   struct_pointer(1, 1, 1),  // tag: one element of one data, one pointer
                   7, list_pointer(-3, 7, 2)});
  CHECK(status_of(ends, sum, deep) == invalid);
}

TEST_CASE("a short message that says it has a billion children stops at a limit") {
  EchoPair ends;
  // Elements of no words: their number costs no byte, so reading counts them.
  const std::uint64_t count = (1U << 29U) - 1;
  const Words amplified = one_segment(
      {struct_pointer(0, 0, 1), struct_pointer(0, 1, 1), 5, list_pointer(0, 7, 0), count << 2U});
  CHECK(status_of(ends, sum, amplified) == invalid);
}

TEST_CASE("the connection lives on after a bad message") {
  EchoPair ends;
  CHECK(status_of(ends, echo, Words{0xffffffffffffffff}) == invalid);
  auto task = ends.client.echo("still here");
  task.start();
  CHECK(ends.pair.deliver());
  CHECK(outcome(task) == "still here");
}

TEST_CASE("large messages are carried whole") {
  EchoPair ends;
  auto task = ends.client.echo("x", 3'000'000);
  task.start();
  CHECK(ends.pair.deliver());
  const auto result = task.take();
  REQUIRE(result);
  CHECK((*result)->getPadding().size() == 3'000'000);
}

TEST_CASE("params or results that are too large fail the call alone") {
  EchoPair ends({.payload_size_max = 10'000}, {.payload_size_max = 20'000});
  auto params = ends.client.echo("x", 30'000);
  params.start();
  CHECK(outcome(params) ==
        "resource_exhausted: the params are too large for the other end, or too many calls are in "
        "flight");
  auto results = ends.client.echo("x", 15'000);
  results.start();
  CHECK(ends.pair.deliver());
  CHECK(outcome(results) == "resource_exhausted: the results are too large");
  CHECK(ends.pair.acceptor_host.finished ==
        std::vector<std::string>{"Echo.echo resource_exhausted"});
  auto small = ends.client.echo("small");
  small.start();
  CHECK(ends.pair.deliver());
  CHECK(outcome(small) == "small");
}

TEST_CASE("results that are no message are an error, not an exception") {
  class Liar final : public wire::PeerHandler {
   public:
    void on_request(wire::CallId id, const wire::RequestView&) override {
      const std::span<std::byte> room = peer->prepare_results(results.size() * 8);
      std::memcpy(room.data(), results.data(), results.size() * 8);
      peer->respond(id, results.size() * 8);
    }
    void on_request_dropped(wire::CallId, StatusCode) override {}
    void on_response(wire::CallSlot, const wire::ResponseView&) override {}
    void on_error(wire::CallSlot, const wire::ErrorView&) override {}
    void on_introduced(const wire::HelloView&) override {}
    void on_goaway(const wire::GoawayView&) override {}
    void on_pong(std::uint64_t) override {}
    wire::Peer* peer = nullptr;
    Words results;
  };
  for (const Words& results :
       {Words{0xffffffffffffffff}, one_segment({list_pointer(0, 2, 8), 0})}) {
    Liar liar;
    liar.results = results;
    wire::Peer peer({.role = wire::Role::acceptor}, liar);
    liar.peer = &peer;
    peer.introduce();
    MemoryHost host;
    const ServiceRegistry nothing;
    Connection connection({.role = wire::Role::connector}, nothing, host, {});
    connection.introduce();
    auto task = test::EchoClient(connection).echo("x");
    task.start();
    const wire::Buffer request = connection.take_output({});
    CHECK(peer.receive(request.content(), 0));
    const wire::Buffer answer = peer.take_output({});
    CHECK(connection.receive(answer.content()));
    CHECK(outcome(task) == "internal: the results are no valid message");
  }
}

TEST_CASE("a message that breaks the protocol is told by its reason") {
  EchoPair ends;
  alignas(8) const std::byte nonsense[16] = {};
  const auto received = ends.pair.acceptor.receive(nonsense);
  REQUIRE(!received);
  CHECK(received.error() == wire::CloseReason::bad_magic);
}

}  // namespace cortado
