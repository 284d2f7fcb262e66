// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/bus/ring.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <deque>
#include <random>
#include <string>

#include "client-wasm/bus/testdata/test_segment.hpp"

namespace cortado::bus {
namespace {

constexpr std::uint32_t capacity = pipe_size_min;
constexpr std::uint32_t size_max = Ring::message_size_max(capacity);
constexpr Status none = static_cast<Status>(RecordKind::none);
constexpr Status message = static_cast<Status>(RecordKind::message);
constexpr Status ended = static_cast<Status>(RecordKind::ended);
constexpr Status corrupt = refuse(Refusal::corrupt);

/// A ring and what one says to it.
class RingTest {
 public:
  RingTest() { ring().format(0, 1); }

  Ring& ring() { return lying_at<Ring>(memory_.data()); }

  /// A word of the ring's memory, as the other end could write it.
  std::uint32_t& word(std::size_t offset) {
    return lying_at<std::uint32_t>(memory_.data() + offset);
  }
  static constexpr std::size_t tail = 64;
  static constexpr std::size_t head = 128;
  static constexpr std::size_t records = sizeof(Ring);

  /// Both ends at this position, as after that many bytes.
  void start_at(std::uint32_t position) {
    for (const std::size_t offset : {tail, tail + 4, head, head + 4, head + 16}) {
      word(offset) = position;
    }
  }

  /// 0, or why not.
  Status write(const std::string& text) {
    const Status at = ring().reserve(capacity, static_cast<std::uint32_t>(text.size()));
    if (at <= 0) return at == 0 ? full : at;
    std::memcpy(memory_.data() + at, text.data(), text.size());
    return ring().commit(capacity, static_cast<std::uint32_t>(text.size()), RecordKind::message);
  }

  /// What it holds, or "none", "ended", "corrupt".
  std::string read() {
    const Status kind = ring().peek(capacity);
    if (kind == none) return "none";
    if (kind == ended) return "ended";
    if (kind != message) return "corrupt";
    const std::string text = text_of(memory_.data() + ring().found_at(), ring().found_size());
    rung_ = ring().release(capacity) == 1;
    return text;
  }

  bool was_rung() const { return rung_; }

  static constexpr Status full = 1;

 private:
  alignas(64) std::array<std::byte, Ring::size_of(capacity)> memory_{};
  bool rung_ = false;
};

TEST_CASE("messages come in their order, of no bytes and of as many as there may be") {
  RingTest test;
  CHECK(test.read() == "none");
  for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, size_max}) {
    CHECK(test.write(std::string(size, 'x')) == 0);
    CHECK(test.read() == std::string(size, 'x'));
  }
  CHECK(test.write(std::string(size_max + 1, 'x')) == refuse(Refusal::too_large));
  CHECK(test.ring().reserve(capacity, 0xffff'ffff) == refuse(Refusal::too_large));
}

TEST_CASE("the largest message fits into an empty ring wherever its positions stand") {
  for (std::uint32_t position = 0; position < capacity; position += 8) {
    RingTest test;
    test.start_at(position);
    CHECK(test.write(std::string(size_max, 'x')) == 0);
    CHECK(test.read() == std::string(size_max, 'x'));
  }
}

TEST_CASE("random messages pass, around the ring and around the numbers") {
  std::minstd_rand random(1);
  RingTest test;
  test.start_at(0xffff'8000);  // the numbers wrap soon
  std::deque<std::string> expected;
  for (int step = 0; step < 20'000; ++step) {
    const std::string text(random() % (random() % 8 == 0 ? size_max : 100), char('a' + step % 26));
    if (random() % 2 == 0) {
      const Status written = test.write(text);
      if (written == 0)
        expected.push_back(text);
      else
        REQUIRE(written == RingTest::full);
    } else if (!expected.empty()) {
      REQUIRE(test.read() == expected.front());
      expected.pop_front();
    } else {
      REQUIRE(test.read() == "none");
    }
  }
}

TEST_CASE("a message may be smaller than what was reserved, not larger, and is committed once") {
  RingTest test;
  CHECK(test.ring().commit(capacity, 0, RecordKind::message) == refuse(Refusal::bad_argument));
  CHECK(test.ring().reserve(capacity, 100) > 0);
  CHECK(test.ring().commit(capacity, 105, RecordKind::message) == refuse(Refusal::bad_argument));
  CHECK(test.ring().commit(capacity, 3, RecordKind::message) == 0);
  CHECK(test.ring().commit(capacity, 3, RecordKind::message) == refuse(Refusal::bad_argument));
  CHECK(test.ring().peek(capacity) == message);
  CHECK(test.ring().found_size() == 3);
  CHECK(test.ring().release(capacity) == 0);
  CHECK(test.ring().release(capacity) == refuse(Refusal::bad_argument));
  // Also where it would have to skip to the begin.
  test.start_at(capacity - 64);
  CHECK(test.ring().reserve(capacity, 1000) > 0);
  CHECK(test.ring().commit(capacity, 1, RecordKind::message) == 0);
  CHECK(test.ring().peek(capacity) == message);
  CHECK(test.ring().found_at() == sizeof(Ring) + 8);
}

TEST_CASE("a writer that found no room is rung once half the ring is free") {
  RingTest test;
  const std::string eighth(capacity / 8 - 8, 'x');
  for (int each = 0; each < 8; ++each) CHECK(test.write(eighth) == 0);
  CHECK(test.write("") == RingTest::full);
  for (int each = 0; each < 8; ++each) {
    CHECK(test.read() == eighth);
    CHECK(test.was_rung() == (each == 3));
  }
}

TEST_CASE("a closed ring gives what was committed, then its end, with the first code") {
  RingTest test;
  CHECK(test.write("last") == 0);
  CHECK(test.ring().reserve(capacity, 8) > 0);
  CHECK(test.ring().close_code(99) == 99);
  test.ring().close(7);
  test.ring().close(8);
  CHECK(test.ring().commit(capacity, 8, RecordKind::message) == refuse(Refusal::closed));
  CHECK(test.write("more") == refuse(Refusal::closed));
  CHECK(test.read() == "last");
  CHECK(test.read() == "ended");
  CHECK(test.read() == "ended");
  CHECK(test.ring().close_code(99) == 7);
}

TEST_CASE("what a wrong writer says is refused") {
  const auto with = [](std::uint32_t tail, std::uint32_t size, std::uint32_t kind) {
    RingTest test;
    test.word(RingTest::tail) = tail;
    test.word(RingTest::records) = size;
    test.word(RingTest::records + 4) = kind;
    return test.ring().peek(capacity);
  };
  CHECK(with(16, 8, 1) == message);
  CHECK(with(capacity + 8, 8, 1) == corrupt);  // more than fits
  CHECK(with(0xffff'fff0, 8, 1) == corrupt);   // behind the head
  CHECK(with(16, 9, 1) == corrupt);            // longer than what there is
  CHECK(with(16, 0xffff'ffff, 1) == corrupt);  // longer than everything
  CHECK(with(16, 8, 0) == corrupt);            // no kind
  CHECK(with(16, 8, 3) == corrupt);
  CHECK(with(16, 8, 0x1'0001) == corrupt);
  RingTest test;  // skips, and nothing else
  test.word(RingTest::tail) = 16;
  for (const std::size_t at : {0U, 8U}) {
    test.word(RingTest::records + at) = 0;
    test.word(RingTest::records + at + 4) = 0xff;
  }
  CHECK(test.ring().peek(capacity) == corrupt);
}

TEST_CASE("a record may not reach over the end of the ring") {
  RingTest test;
  test.start_at(capacity - 16);
  test.word(RingTest::tail) = capacity + 16;
  test.word(RingTest::records + capacity - 16) = 16;
  test.word(RingTest::records + capacity - 12) = 1;
  CHECK(test.ring().peek(capacity) == corrupt);
}

TEST_CASE("a wrong reader makes no room that there is not") {
  RingTest test;
  while (test.write(std::string(1000, 'x')) == 0) continue;
  for (const std::uint32_t head : {0x8000'0000U, 0xffff'0000U, capacity * 2}) {
    test.word(RingTest::head) = head;
    CHECK(test.ring().reserve(capacity, 1000) == corrupt);
  }
}

}  // namespace
}  // namespace cortado::bus
