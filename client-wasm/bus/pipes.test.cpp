// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/bus/pipes.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "client-wasm/bus/participant.hpp"
#include "client-wasm/bus/testdata/test_segment.hpp"

namespace cortado::bus {
namespace {

/// Two participants, and what they say to each other.
struct Two {
  TestSegment memory;
  std::uint32_t free_at_first = free_size(memory.segment());
  std::optional<Participant> page = *Participant::join(memory.memory());
  std::optional<Participant> worker = *Participant::join(memory.memory());

  void open() { REQUIRE(worker->open(page->slot(), pipe_size_min)); }

  void send(std::string_view text) {
    const auto room = worker->reserve(page->slot(), static_cast<std::uint32_t>(text.size()));
    REQUIRE((room && *room != nullptr));
    std::memcpy(*room, text.data(), text.size());
    REQUIRE(worker->commit(page->slot(), static_cast<std::uint32_t>(text.size())));
  }

  /// The next record as text; a close code behind "ended", a refusal by its name.
  std::string receive() {
    const auto found = page->peek(worker->slot());
    if (!found) return std::string(name(found.error()));
    if (!*found) return "none";
    if ((*found)->kind == RecordKind::ended) return "ended " + std::to_string((*found)->close_code);
    const std::string text = text_of((*found)->bytes.data(), (*found)->bytes.size());
    CHECK(page->release(worker->slot()));
    return text;
  }

  std::uint32_t used() { return free_at_first - free_size(memory.segment()); }
};

TEST_CASE("messages of a turn need one ring") {
  Two two;
  CHECK(two.receive() == "no_pipe");
  two.open();
  CHECK(two.receive() == "none");
  two.send("one");
  two.send("two");
  CHECK(two.page->look() == 0);
  REQUIRE(two.worker->ring(two.page->slot()));
  CHECK(two.page->wait() == 1U << two.worker->slot());
  CHECK(two.receive() == "one");
  CHECK(two.receive() == "two");
  CHECK(two.receive() == "none");
}

TEST_CASE("a pipe is opened once, to somebody who is there, with a sensible size") {
  Two two;
  for (const std::uint32_t wrong : {0U, 1024U, 5000U, pipe_size_max * 2, 0x8000'0000U}) {
    CHECK(two.worker->open(two.page->slot(), wrong).error() == Refusal::bad_argument);
  }
  CHECK(two.worker->open(two.worker->slot()).error() == Refusal::bad_argument);
  CHECK(two.worker->open(9).error() == Refusal::no_participant);
  CHECK(two.worker->open(32).error() == Refusal::no_participant);
  CHECK(two.worker->open(two.page->slot(), pipe_size_max).error() == Refusal::no_room);
  CHECK(two.used() == 0);
  two.open();
  CHECK(two.worker->open(two.page->slot()).error() == Refusal::pipe_in_use);
}

TEST_CASE("a pipe ends when its writer ends it, leaves or dies, after what was committed") {
  for (const int way : {0, 1, 2}) {
    Two two;
    two.open();
    two.send("last");
    const std::uint32_t slot = two.worker->slot();
    std::uint32_t code = 77;
    if (way == 0) REQUIRE(two.worker->end(two.page->slot(), 77));
    if (way == 1) {
      code = static_cast<std::uint32_t>(CloseCode::left);
      REQUIRE(two.worker->leave());
    }
    if (way == 2) {
      code = static_cast<std::uint32_t>(CloseCode::died);
      REQUIRE(two.page->mark_dead(slot));
      REQUIRE(two.page->reclaim(slot));
    }
    CHECK((two.page->look() & 1U << slot) != 0);
    CHECK(two.receive() == "last");
    CHECK(two.receive() == "ended " + std::to_string(code));
    CHECK(two.used() > 0);
    REQUIRE(two.page->finish(slot));
    CHECK(two.used() == 0);
    CHECK(two.receive() == "no_pipe");
  }
}

TEST_CASE("there can be another pipe when both ends have given the first one back") {
  Two two;
  two.open();
  REQUIRE(two.worker->end(two.page->slot()));
  CHECK(two.worker->end(two.page->slot()).error() == Refusal::no_pipe);
  CHECK(two.worker->reserve(two.page->slot(), 8).error() == Refusal::no_pipe);
  CHECK(two.worker->open(two.page->slot()).error() == Refusal::pipe_in_use);
  static_cast<void>(two.worker->look());
  REQUIRE(two.page->finish(two.worker->slot()));
  CHECK(two.worker->look() == 1U << two.page->slot());  // it may try again
  two.open();
  two.send("again");
  CHECK(two.receive() == "again");
}

TEST_CASE("a writer hears that its reader will not read") {
  Two two;
  two.open();
  REQUIRE(two.page->finish(two.worker->slot()));
  CHECK(two.worker->look() == 1U << two.page->slot());
  CHECK(two.worker->reserve(two.page->slot(), 8).error() == Refusal::closed);
  REQUIRE(two.worker->end(two.page->slot()));
  CHECK(two.used() == 0);
}

TEST_CASE("a successor in a slot has nothing to do with its predecessor's pipes") {
  Two two;
  two.open();
  REQUIRE(two.page->open(two.worker->slot()));
  two.send("old");
  two.worker.emplace(*Participant::join(two.memory.memory()));  // takes another slot first
  REQUIRE(two.worker->leave());
  two.worker.reset();
  const std::uint32_t slot = 1;
  two.worker.emplace(*Participant::join(two.memory.memory()));
  REQUIRE(two.worker->slot() == slot);
  CHECK(two.worker->open(two.page->slot()).error() == Refusal::pipe_in_use);
  CHECK(two.worker->peek(two.page->slot()).error() == Refusal::no_pipe);
  CHECK(two.page->reserve(slot, 8).error() == Refusal::closed);
  CHECK(two.receive() == "old");
  CHECK(two.receive() == "ended 1");
  REQUIRE(two.page->finish(slot));
  REQUIRE(two.page->end(slot));
  CHECK(two.used() == 0);
  two.open();
  two.send("new");
  CHECK(two.receive() == "new");
}

TEST_CASE("a block goes to the reader, who frees it") {
  Two two;
  two.open();
  std::byte* const block = *two.worker->allocate(10'000);
  std::memcpy(block, "large", 5);
  CHECK(*two.worker->send_block(two.page->slot(), block, 5));
  CHECK(two.worker->free(block).error() == Refusal::bad_block);
  CHECK(two.worker->send_block(two.page->slot(), block, 5).error() == Refusal::bad_block);
  const auto found = two.page->peek(two.worker->slot());
  CHECK((*found)->kind == RecordKind::block);
  CHECK((*found)->bytes.data() == block);
  CHECK((*found)->bytes.size() == 5);
  REQUIRE(two.page->release(two.worker->slot()));
  REQUIRE(two.page->free(block));
  CHECK(two.page->free(block).error() == Refusal::bad_block);
}

TEST_CASE("a block that is kept is shared, once with each") {
  Two two;
  two.open();
  std::byte* const block = *two.worker->allocate(10'000);
  CHECK(*two.worker->send_block(two.page->slot(), block, 5, true));
  CHECK(two.worker->send_block(two.page->slot(), block, 5, true).error() == Refusal::bad_block);
  REQUIRE(two.worker->leave());
  CHECK((*two.page->peek(two.worker->slot()))->kind == RecordKind::block);
  REQUIRE(two.page->release(two.worker->slot()));
  REQUIRE(two.page->free(block));
  REQUIRE(two.page->finish(two.worker->slot()));
  CHECK(two.used() == 0);
}

TEST_CASE("blocks that nobody has read are freed with their pipe") {
  Two two;
  two.open();
  for (int each = 0; each < 3; ++each) {
    two.send("between");
    CHECK(*two.worker->send_block(two.page->slot(), *two.worker->allocate(5000), 5000));
  }
  REQUIRE(two.page->finish(two.worker->slot()));
  REQUIRE(two.worker->end(two.page->slot()));
  CHECK(two.used() == 0);
}

TEST_CASE("a block waits when the pipe is full, and stays the writer's") {
  Two two;
  two.open();
  while (*two.worker->reserve(two.page->slot(), 500) != nullptr) {
    REQUIRE(two.worker->commit(two.page->slot(), 500));
  }
  while (*two.worker->reserve(two.page->slot(), 8) != nullptr) {
    REQUIRE(two.worker->commit(two.page->slot(), 8));
  }
  std::byte* const block = *two.worker->allocate(1);
  CHECK_FALSE(*two.worker->send_block(two.page->slot(), block, 1));
  REQUIRE(two.worker->free(block));
  CHECK(two.page->look() == 0);
}

TEST_CASE("what is no block of the writer's is not sent") {
  Two two;
  two.open();
  std::byte* const block = *two.worker->allocate(page_size);
  const std::uint32_t to = two.page->slot();
  CHECK(two.worker->send_block(to, block, 0).error() == Refusal::bad_block);
  CHECK(two.worker->send_block(to, block, page_size + 1).error() == Refusal::bad_block);
  CHECK(two.worker->send_block(to, block + 8, 1).error() == Refusal::bad_block);
  CHECK(two.worker->send_block(to, block + page_size, 1).error() == Refusal::bad_block);
  CHECK(two.worker->send_block(to, two.memory.memory().data(), 1).error() == Refusal::bad_block);
  CHECK(two.worker->send_block(to, nullptr, 1).error() == Refusal::bad_block);
}

TEST_CASE("a record that names no block of the reader's is corrupt") {
  Two two;
  two.open();
  std::byte* const block = *two.worker->allocate(1);
  CHECK(*two.worker->send_block(two.page->slot(), block, 1));
  Segment& segment = two.memory.segment();
  const std::uint32_t pipe = segment.pipe(two.worker->slot(), two.page->slot()).load();
  auto* const ring = static_cast<std::uint32_t*>(segment.page_begin(pipe >> 8));
  std::uint32_t* const record = ring + 192 / 4 + 2;
  const std::uint32_t page = record[0];
  for (const std::uint32_t wrong : {0U, 1U, page + 1, pipe >> 8, 0xffff'ffffU}) {
    record[0] = wrong;
    CHECK(two.receive() == "corrupt");
  }
  record[0] = page;
  for (const std::uint32_t wrong : {0U, page_size + 1, 0xffff'ffffU}) {
    record[1] = wrong;
    CHECK(two.receive() == "corrupt");
  }
  REQUIRE(two.page->finish(two.worker->slot()));
}

/// Calls every function with numbers that may be anything.
void call_anything(Segment& segment, std::minstd_rand& random) {
  const auto any = [&random] {
    constexpr std::uint32_t usual[] = {0, 1, 2, 31, 32, 0x101, 0x102, 4096, 65536, 0xffff'ffff};
    return static_cast<std::uint32_t>(random() % 4 == 0 ? random() : usual[random() % 10]);
  };
  const std::uint32_t me =
      random() % 8 == 0 ? any() : 0x100 + static_cast<std::uint32_t>(random() % 3);
  const auto other = static_cast<std::uint32_t>(random() % 4);
  switch (random() % 16) {
    case 0: static_cast<void>(open_pipe(segment, me, other, pipe_size_min)); break;
    case 1: static_cast<void>(open_pipe(segment, me, any(), any())); break;
    case 2: static_cast<void>(reserve(segment, me, other, any())); break;
    case 3: static_cast<void>(commit(segment, me, other, any())); break;
    case 4:
      static_cast<void>(send_block(segment, me, other, any() * page_size, any(), true));
      break;
    case 5: static_cast<void>(ring(segment, me, any())); break;
    case 6: static_cast<void>(end_pipe(segment, me, other, any())); break;
    case 7: static_cast<void>(peek(segment, me, other)); break;
    case 8: static_cast<void>(release(segment, me, other)); break;
    case 9: static_cast<void>(finish_pipe(segment, me, other, any())); break;
    case 10: static_cast<void>(take_block(segment, other, any(), Use::payload)); break;
    case 11: static_cast<void>(held_size(segment, any(), other, Use::payload)); break;
    case 12: static_cast<void>(join(segment, any())); break;
    case 13: static_cast<void>(mark_dead(segment, me, any())); break;
    case 14: static_cast<void>(reclaim(segment, me, any())); break;
    default: static_cast<void>(look(segment, me)); break;
  }
}

TEST_CASE("nothing that others may have written leads outside of the segment") {
  // What sanitizers see, and that everything comes to an end.
  std::minstd_rand random(3);
  for (int round = 0; round < 200; ++round) {
    TestSegment memory;
    Segment& segment = memory.segment();
    for (int each = 0; each < 3; ++each) static_cast<void>(join(segment, 0));
    std::uint32_t* const words = &lying_at<std::uint32_t>(memory.memory().data());
    const std::size_t begin = 64 / 4;
    const std::size_t end = (std::size_t{segment.first_page()} + 8) * page_size / 4;
    std::fill(words + segment.first_page() * page_size / 4, words + end, 0U);
    for (int step = 0; step < 500; ++step) {
      call_anything(segment, random);
      if (random() % 4 != 0) continue;
      std::uint32_t& word = words[begin + random() % (end - begin)];
      word = random() % 2 == 0 ? static_cast<std::uint32_t>(random()) << 1
                               : word ^ 1U << random() % 32;
    }
    drop_all(segment, 0, 1);
    CHECK(free_size(segment) <= segment.size());
  }
}

}  // namespace
}  // namespace cortado::bus
