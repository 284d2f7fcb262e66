// SPDX-License-Identifier: Apache-2.0
// Tests of received messages: that they are whole, owned, and read within limits.
#include "rpc/channel.hpp"

#include <capnp/serialize.h>
#include <doctest/doctest.h>

#include <cstring>
#include <vector>

#include "rpc/message_bytes.hpp"
#include "rpc/testdata/echo.capnp.h"

namespace cortado {

namespace {

using Bytes = std::vector<std::byte>;

Bytes to_bytes(capnp::MessageBuilder& message) {
  const Segments segments = message.getSegmentsForOutput();
  Bytes bytes(message_size(segments));
  write_message(segments, bytes);
  return bytes;
}

Bytes tree_of(std::int64_t value) {
  capnp::MallocMessageBuilder message;
  message.initRoot<test::Tree>().setValue(value);
  return to_bytes(message);
}

}  // namespace

TEST_CASE("a message is written as Cap'n Proto's own functions write it") {
  for (const unsigned first_segment_words : {1U, 4U, 1024U}) {
    capnp::MallocMessageBuilder message(first_segment_words, capnp::AllocationStrategy::FIXED_SIZE);
    auto children = message.initRoot<test::Tree>().initChildren(20);
    for (unsigned index = 0; index < 20; ++index) {
      children[index].initChildren(2)[1].setValue(index);
    }
    const kj::Array<capnp::word> expected = capnp::messageToFlatArray(message);
    const Bytes bytes = to_bytes(message);
    REQUIRE(bytes.size() == expected.size() * sizeof(capnp::word));
    CHECK(std::memcmp(bytes.data(), expected.begin(), bytes.size()) == 0);
  }
}

TEST_CASE("a received message owns its bytes") {
  Bytes bytes = tree_of(42);
  ReceivedMessage message{std::span<const std::byte>(bytes)};
  bytes.assign(bytes.size(), std::byte{0xff});
  ReceivedMessage moved = std::move(message);
  CHECK(moved.root().getAs<test::Tree>().getValue() == 42);
  Response<test::Tree> response{std::move(moved)};
  CHECK(response->getValue() == 42);
  CHECK((*response).getValue() == 42);
  const Response<test::Tree> other = std::move(response);
  CHECK(other->getValue() == 42);
}

TEST_CASE("no bytes are no message") {
  const ReceivedMessage message{std::span<const std::byte>()};
  CHECK_THROWS_AS(static_cast<void>(message.root()), kj::Exception);
}

TEST_CASE("a null root is a struct of defaults") {
  Bytes one_word(16);
  one_word[4] = std::byte{1};
  const ReceivedMessage message{std::span<const std::byte>(one_word)};
  CHECK(message.root().isNull());
  CHECK(message.root().getAs<test::Tree>().getValue() == 0);
}

TEST_CASE("a message cut short or with something behind it is refused") {
  const Bytes whole = tree_of(1);
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const std::span<const std::byte> cut = std::span(whole).first(size);
    CHECK_THROWS_AS(ReceivedMessage{cut}, kj::Exception);
  }
  Bytes longer = whole;
  longer.resize(longer.size() + 8);
  CHECK_THROWS_AS(ReceivedMessage{std::span<const std::byte>(longer)}, kj::Exception);
}

TEST_CASE("a table that promises more than there is costs no memory") {
  Bytes bytes(16);
  std::memset(bytes.data(), 0xff, 8);  // four billion segments of four billion words
  CHECK_THROWS_AS(ReceivedMessage{std::span<const std::byte>(bytes)}, kj::Exception);
}

TEST_CASE("readers stop at the nesting limit") {
  capnp::MallocMessageBuilder message;
  auto tree = message.initRoot<test::Tree>();
  for (int depth = 0; depth < 100; ++depth) tree = tree.initChildren(1)[0];
  const Bytes bytes = to_bytes(message);
  const ReceivedMessage received{std::span<const std::byte>(bytes)};
  const auto walk = [&received] {
    auto reader = received.root().getAs<test::Tree>();
    while (reader.getChildren().size() > 0) reader = reader.getChildren()[0];
  };
  CHECK_THROWS_AS(walk(), kj::Exception);
}

}  // namespace cortado
