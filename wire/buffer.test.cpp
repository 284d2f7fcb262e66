// SPDX-License-Identifier: Apache-2.0
// Tests of Buffer: what is kept when it grows, and when it moves.
#include "wire/buffer.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <utility>

using cortado::wire::Buffer;

namespace {

void append(Buffer& buffer, std::size_t size, int value) {
  const auto room = buffer.prepare(size);
  for (std::byte& byte : room) byte = static_cast<std::byte>(value);
  buffer.commit(size);
}

}  // namespace

TEST_CASE("a new buffer holds nothing and no memory") {
  const Buffer buffer;
  CHECK(buffer.empty());
  CHECK(buffer.capacity() == 0);
  CHECK(buffer.content().empty());
}

TEST_CASE("content stays when the buffer grows") {
  Buffer buffer;
  append(buffer, 3, 1);
  append(buffer, 5000, 2);
  CHECK(buffer.size() == 5003);
  CHECK(buffer.content()[2] == std::byte{1});
  CHECK(buffer.content()[3] == std::byte{2});
  CHECK(buffer.content()[5002] == std::byte{2});
}

TEST_CASE("memory is aligned for words") {
  Buffer buffer;
  for (const std::size_t size : {1U, 600U, 100000U}) {
    const auto room = buffer.prepare(size);
    CHECK(reinterpret_cast<std::uintptr_t>(room.data()) % 8 == 0);
  }
}

TEST_CASE("what was written behind the end is there when more is asked for") {
  Buffer buffer;
  append(buffer, 8, 1);
  buffer.prepare(100)[99] = std::byte{7};
  CHECK(buffer.prepare(100000)[99] == std::byte{7});
  CHECK(buffer.prepare(100).data() == buffer.prepare(50).data());
}

TEST_CASE("clearing keeps the memory, assigning an empty buffer gives it back") {
  Buffer buffer;
  append(buffer, 1000, 1);
  const std::size_t capacity = buffer.capacity();
  buffer.clear();
  CHECK(buffer.empty());
  CHECK(buffer.capacity() == capacity);
  buffer = Buffer{};
  CHECK(buffer.capacity() == 0);
}

TEST_CASE("content moves, to itself too") {
  Buffer from;
  append(from, 10, 4);
  Buffer to = std::move(from);
  CHECK(to.size() == 10);
  from = std::move(to);
  CHECK(from.size() == 10);
  Buffer& same = from;
  from = std::move(same);
  CHECK(from.content()[9] == std::byte{4});
}
