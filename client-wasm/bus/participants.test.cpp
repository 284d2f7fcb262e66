// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/bus/participants.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "client-wasm/bus/participant.hpp"
#include "client-wasm/bus/testdata/test_segment.hpp"

namespace cortado::bus {
namespace {

TEST_CASE("memory that is no segment, or not this one, is refused with the reason") {
  TestSegment memory(memory_size_min * 2);
  const auto check = [&](std::size_t size) { return Segment::check(memory.memory().data(), size); };
  CHECK(check(memory_size_min * 2) == 0);
  CHECK(check(memory_size_min) == refuse(Refusal::bad_size));
  CHECK(check(memory_size_min * 2 - 1) == refuse(Refusal::bad_size));
  CHECK(check(page_size) == refuse(Refusal::bad_size));
  CHECK(check(std::size_t{memory_size_max} + page_size) == refuse(Refusal::bad_size));
  std::uint32_t* const words = &lying_at<std::uint32_t>(memory.memory().data());
  words[1] += 1;
  CHECK(check(memory_size_min * 2) == refuse(Refusal::bad_version));
  words[0] = 0;
  CHECK(check(memory_size_min * 2) == refuse(Refusal::bad_magic));
  CHECK(Participant::join(memory.memory()).error() == Refusal::bad_magic);
  CHECK(Segment::format(words, page_size) == refuse(Refusal::bad_size));
}

TEST_CASE("thirty-two may join, and another when one has left; the last to leave knows it") {
  TestSegment memory;
  Segment& segment = memory.segment();
  std::vector<std::uint32_t> tickets;
  for (std::uint32_t each = 0; each < participants_max; ++each) {
    tickets.push_back(static_cast<std::uint32_t>(join(segment, 0)));
  }
  CHECK(join(segment, 0) == refuse(Refusal::full));
  CHECK(leave(segment, tickets[7]) == 31);
  CHECK(leave(segment, tickets[7]) == refuse(Refusal::gone));
  const Status next = join(segment, 0);
  CHECK((next & 0xff) == 7);
  CHECK(static_cast<std::uint32_t>(next) != tickets[7]);
  CHECK_FALSE(segment.is_alive(tickets[7]));
  tickets[7] = static_cast<std::uint32_t>(next);
  Status left = 32;
  for (const std::uint32_t ticket : tickets) CHECK(leave(segment, ticket) == --left);
}

TEST_CASE("a slot's generations wrap around and tickets stay positive") {
  TestSegment memory;
  Segment& segment = memory.segment();
  segment.slot(0).state.store(0x3fff'ff00);
  const Status ticket = join(segment, 0);
  CHECK(ticket == 0);
  CHECK(segment.is_alive(0));
  CHECK(leave(segment, 0) == 0);
}

TEST_CASE("whoever was declared dead can do nothing, and what it held waits for reclaim()") {
  TestSegment memory;
  const std::uint32_t before = free_size(memory.segment());
  Participant page = *Participant::join(memory.memory());
  Participant worker = *Participant::join(memory.memory());
  REQUIRE(worker.open(page.slot()));
  REQUIRE(page.open(worker.slot()));
  REQUIRE(worker.allocate(100));
  const std::uint32_t held = free_size(memory.segment());
  CHECK(page.reclaim(worker.slot()).error() == Refusal::no_participant);
  REQUIRE(page.mark_dead(worker.slot()));
  CHECK(page.mark_dead(worker.slot()).error() == Refusal::no_participant);
  CHECK(page.mark_dead(page.slot()).error() == Refusal::no_participant);
  CHECK(page.mark_dead(31).error() == Refusal::no_participant);
  CHECK(page.mark_dead(32).error() == Refusal::no_participant);
  CHECK(worker.reserve(page.slot(), 8).error() == Refusal::gone);
  CHECK(worker.allocate(8).error() == Refusal::gone);
  CHECK(worker.leave().error() == Refusal::gone);
  CHECK(worker.mark_dead(page.slot()).error() == Refusal::gone);
  CHECK(worker.wait() == 0);  // does not sleep
  CHECK(page.reserve(worker.slot(), 8).error() == Refusal::closed);
  CHECK((*page.peek(worker.slot()))->kind == RecordKind::ended);
  CHECK((*page.peek(worker.slot()))->close_code == static_cast<std::uint32_t>(CloseCode::died));
  CHECK(free_size(memory.segment()) == held);
  REQUIRE(page.reclaim(worker.slot()));
  CHECK(free_size(memory.segment()) > held);
  REQUIRE(page.finish(worker.slot()));
  REQUIRE(page.end(worker.slot()));
  CHECK(free_size(memory.segment()) == before);
}

TEST_CASE("a death rings everybody, and is a reason to look at the dead one's pipes") {
  TestSegment memory;
  Participant page = *Participant::join(memory.memory());
  Participant worker = *Participant::join(memory.memory());
  Participant other = *Participant::join(memory.memory());
  REQUIRE(page.mark_dead(worker.slot()));
  CHECK(other.wait() == 1U << worker.slot());
}

TEST_CASE("the heartbeat moves when a participant looks") {
  TestSegment memory;
  Participant page = *Participant::join(memory.memory());
  Word& heartbeat = memory.segment().slot(page.slot()).heartbeat;
  const std::uint32_t before = heartbeat.load();
  static_cast<void>(page.look());
  CHECK(heartbeat.load() == before + 1);
}

TEST_CASE("who spins for nothing spins less, and who spins for something more") {
  TestSegment memory;
  Segment& segment = memory.segment();
  CHECK(join(segment, spins_max + 1) == refuse(Refusal::bad_argument));
  const auto idle = static_cast<std::uint32_t>(join(segment, 0));
  CHECK_FALSE(spin(segment, idle));
  CHECK(segment.slot(0).waits == 0);
  const auto eager = static_cast<std::uint32_t>(join(segment, 1024));
  Slot& own = segment.slot(1);
  CHECK_FALSE(spin(segment, eager));
  CHECK(own.spins == 512);
  for (int each = 0; each < 20; ++each) CHECK_FALSE(spin(segment, eager));
  CHECK(own.spins == 16);
  own.doorbell.ring(1);
  CHECK(spin(segment, eager));
  CHECK(own.spins == 32);
  for (int each = 0; each < 20; ++each) CHECK(spin(segment, eager));
  CHECK(own.spins == 1024);
  CHECK(spins_for(2) == 0);
  CHECK(spins_for(3) > 0);
}

TEST_CASE("who waits for one that waits for it hears so, however long the way round") {
  TestSegment memory;
  Segment& segment = memory.segment();
  std::vector<std::uint32_t> tickets;
  for (int each = 0; each < 4; ++each) {
    tickets.push_back(static_cast<std::uint32_t>(join(segment, 0)));
  }
  CHECK(wait_for(segment, tickets[0], 0) == refuse(Refusal::deadlock));
  CHECK(wait_for(segment, tickets[0], 1) == 0);
  CHECK(wait_for(segment, tickets[1], 2) == 0);
  CHECK(wait_for(segment, tickets[2], 0) == refuse(Refusal::deadlock));
  CHECK(segment.slot(2).waits_for == 0);
  CHECK(wait_for(segment, tickets[2], 3) == 0);
  CHECK(wait_for(segment, tickets[3], 1) == refuse(Refusal::deadlock));
  CHECK(wait_no_more(segment, tickets[1]) == 0);
  CHECK(wait_for(segment, tickets[3], 0) == 0);
  CHECK(wait_for(segment, tickets[1], participants_max) == refuse(Refusal::no_participant));
  CHECK(wait_for(segment, tickets[1] + 256, 0) == refuse(Refusal::gone));
}

TEST_CASE(
    "a cycle that others have closed, or numbers nobody has written, do not hold anybody up") {
  TestSegment memory;
  Segment& segment = memory.segment();
  const auto page = static_cast<std::uint32_t>(join(segment, 0));
  static_cast<void>(join(segment, 0));
  segment.slot(1).waits_for = 3;
  segment.slot(2).waits_for = 2;
  CHECK(wait_for(segment, page, 1) == 0);
  segment.slot(1).waits_for = 0xffff'ffff;
  CHECK(wait_for(segment, page, 1) == 0);
}

}  // namespace
}  // namespace cortado::bus
