// SPDX-License-Identifier: Apache-2.0
// As threads.test.cpp: blocks that several threads hold, and participants that die.
#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "client-wasm/bus/participant.hpp"
#include "client-wasm/bus/testdata/test_segment.hpp"
#include "client-wasm/bus/testdata/thread_tools.hpp"

namespace cortado::bus {
namespace {

// --- blocks that go round ---

/// Reads blocks from one neighbour and hands them to the next; makes them when it is the first.
void pass_on(Participant& self, std::uint32_t from, std::uint32_t to, std::uint32_t count,
             bool is_first, Watchdog& watchdog, bool& is_good) {
  Random random(self.slot() + 1);
  std::uint32_t made = 0;
  std::uint32_t seen = 0;
  std::optional<std::span<std::byte>> waiting;
  const auto send = [&] {
    const auto sent =
        self.send_block(to, waiting->data(), static_cast<std::uint32_t>(waiting->size()));
    if (!sent) return is_good = false;
    if (*sent) waiting.reset();
    static_cast<void>(self.ring(to));
    return *sent;
  };
  while (is_good && seen < count) {
    bool has_moved = false;
    if (waiting) has_moved = send();
    const std::uint32_t in_flight_max = 8;
    if (is_first && !waiting && made < count && made - seen < in_flight_max) {
      const auto size = 4 + static_cast<std::uint32_t>(random() % (4 * page_size));
      if (const auto block = self.allocate(size)) {
        fill({*block, size}, made++);
        waiting.emplace(*block, size);
        has_moved = true;
      }
    }
    if (!waiting) {
      const auto found = self.peek(from);
      if (found && *found) {
        is_good = is_good && (*found)->kind == RecordKind::block &&
                  is_filled((*found)->bytes, seen) && self.release(from).has_value();
        ++seen;
        watchdog.count();
        if (is_first) {
          is_good = is_good && self.free((*found)->bytes.data()).has_value();
        } else {
          fill((*found)->bytes, seen - 1);  // it may be written, too
          waiting = (*found)->bytes;
        }
        has_moved = true;
      }
    }
    if (!has_moved) static_cast<void>(self.wait());
  }
  while (is_good && waiting) {
    if (!send()) static_cast<void>(self.wait());
  }
}

TEST_CASE("blocks go round four threads, are read and written by each, and all come back") {
  TestSegment memory;
  Watchdog watchdog;
  const std::uint32_t free_at_first = free_size(memory.segment());
  constexpr std::uint32_t count = 5'000;
  constexpr std::size_t members = 4;
  std::array<bool, members> is_good{true, true, true, true};
  {
    std::vector<Participant> participants;
    for (std::size_t each = 0; each < members; ++each) {
      participants.push_back(*Participant::join(memory.memory()));
    }
    for (std::size_t each = 0; each < members; ++each) {
      REQUIRE(participants[each].open(participants[(each + 1) % members].slot(), pipe_size_min));
    }
    std::vector<std::jthread> threads;
    for (std::size_t each = 0; each < members; ++each) {
      threads.emplace_back([&, each] {
        pass_on(participants[each], participants[(each + members - 1) % members].slot(),
                participants[(each + 1) % members].slot(), count, each == 0, watchdog,
                is_good[each]);
      });
    }
    threads.clear();  // waits for them, before the participants leave
  }
  for (const bool each : is_good) CHECK(each);
  CHECK(watchdog.done() == count * members);
  CHECK(free_size(memory.segment()) == free_at_first);
}

TEST_CASE("a block that is free is another's at once, with nothing else said between them") {
  TestSegment memory;
  Watchdog watchdog;
  const std::uint32_t free_at_first = free_size(memory.segment());
  std::array<bool, 4> is_good{};
  // What they did is noted by each for itself: a word for all would order what should be ordered by
  // the allocator alone.
  const auto take_and_free = [&](std::uint32_t seed, bool& has_succeeded) {
    bool is_sound = true;
    Participant self = *Participant::join(memory.memory());
    Random random(seed);
    for (std::uint32_t each = 0; each < 2'000; ++each) {
      const auto size = static_cast<std::uint32_t>(1 + random() % (2 * page_size));
      const auto block = self.allocate(size);
      // There is room for all of them.
      if (!block) return;
      const std::span<std::byte> bytes(*block, size);
      fill(bytes, each ^ seed);
      is_sound = is_sound && is_filled(bytes, each ^ seed);
      is_sound = is_sound && self.free(*block).has_value();
      watchdog.count();
    }
    has_succeeded = is_sound;
  };
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t each = 0; each < is_good.size(); ++each) {
      threads.emplace_back(take_and_free, each << 16, std::ref(is_good[each]));
    }
  }
  for (const bool each : is_good) CHECK(each);
  CHECK(free_size(memory.segment()) == free_at_first);
}

// --- participants that die and are replaced ---

enum class Death : std::uint8_t {
  leaves,
  sleeping,
  reserved,
  committed,
  holding,
  sent_block,
  count
};

/// Writes to the reader for a while and stops somewhere, without taking leave unless it says so.
void live(Participant& self, Segment& segment, std::uint32_t reader, Random& random,
          std::atomic<bool>& is_good) {
  while (true) {
    // A predecessor's pipe may be there until the reader has read it.
    const auto opened = self.open(reader, pipe_size_min);
    if (opened) break;
    if (opened.error() != Refusal::pipe_in_use) {
      is_good = false;
      return;
    }
    static_cast<void>(self.wait());
  }
  const auto messages = static_cast<std::uint32_t>(random() % 300);
  for (std::uint32_t sent = 0; sent < messages;) {
    const std::uint32_t size = random_size(random);
    const auto room = self.reserve(reader, size);
    if (!room) {
      is_good = false;
      return;
    }
    if (*room == nullptr) {
      static_cast<void>(self.ring(reader));
      static_cast<void>(self.wait());
      continue;
    }
    fill({*room, size}, sent++);
    is_good = is_good && self.commit(reader, size).has_value();
    if (random() % 4 == 0) static_cast<void>(self.ring(reader));
  }
  const auto death = static_cast<Death>(random() % static_cast<unsigned>(Death::count));
  const auto block = self.allocate(3 * page_size);
  if (death == Death::reserved) static_cast<void>(self.reserve(reader, 8));
  if (death == Death::sent_block && block) {
    fill({*block, 8}, messages);
    static_cast<void>(self.send_block(reader, *block, 8, random() % 2 == 0));
  }
  if (death == Death::sleeping) static_cast<void>(prepare_to_wait(segment, self.ticket()));
  if (death == Death::leaves) is_good = is_good && self.leave().has_value();
}

/// Starts participants one after another, and buries them.
void keep_alive(Participant& self, TestSegment& memory, std::uint32_t reader, std::uint32_t lives,
                std::uint32_t seed, std::atomic<bool>& is_good) {
  Random random(seed);
  for (std::uint32_t each = 0; each < lives; ++each) {
    std::optional<Participant> mortal;
    std::jthread([&] {
      if (auto joined = Participant::join(memory.memory())) {
        mortal.emplace(std::move(*joined));
        live(*mortal, memory.segment(), reader, random, is_good);
      }
    }).join();
    if (!mortal) {
      is_good = false;
      return;
    }
    if (mortal->is_alive()) {
      is_good = is_good && self.mark_dead(mortal->slot()) && self.reclaim(mortal->slot());
    }
  }
}

/// Reads from all until nobody but itself is there: each life's messages in order, without a gap.
std::uint64_t read_all(Participant& self, TestSegment& memory, Watchdog& watchdog,
                       std::atomic<bool>& is_good) {
  std::array<std::uint32_t, participants_max> expected{};
  std::uint64_t ends = 0;
  const auto read_pipe = [&](std::uint32_t from) {
    while (true) {
      const auto found = self.peek(from);
      if (!found || !*found) return;
      if ((*found)->kind == RecordKind::ended) {
        is_good = is_good && self.finish(from).has_value();
        expected[from] = 0;
        ++ends;
        return;
      }
      is_good =
          is_good && is_filled((*found)->bytes, expected[from]++) && self.release(from).has_value();
      if ((*found)->kind == RecordKind::block) {
        is_good = is_good && self.free((*found)->bytes.data()).has_value();
      }
      watchdog.count();
    }
  };
  const auto is_alone = [&] {
    for (std::uint32_t slot = 0; slot < participants_max; ++slot) {
      const std::uint32_t state = memory.segment().slot(slot).state.load(std::memory_order_acquire);
      if (slot != self.slot() && (state & 0xff) != 0) return false;
    }
    return true;
  };
  while (is_good && !is_alone()) {
    const std::uint32_t bits = self.wait();
    for (std::uint32_t slot = 0; slot < participants_max; ++slot) {
      if ((bits >> slot & 1) != 0) read_pipe(slot);
    }
  }
  for (std::uint32_t slot = 0; slot < participants_max; ++slot) read_pipe(slot);
  return ends;
}

TEST_CASE("participants die anywhere and are replaced, and nothing of theirs is left") {
  TestSegment memory;
  Watchdog watchdog;
  std::atomic<bool> is_good = true;
  const std::uint32_t free_at_first = free_size(memory.segment());
  constexpr std::uint32_t lives = 500;
  constexpr std::uint32_t keepers = 3;
  std::uint64_t ends = 0;
  {
    Participant reader = *Participant::join(memory.memory());
    std::deque<Participant> selves;
    for (std::uint32_t each = 0; each < keepers; ++each) {
      selves.push_back(*Participant::join(memory.memory()));
    }
    std::vector<std::jthread> threads;
    for (std::uint32_t each = 0; each < keepers; ++each) {
      threads.emplace_back([&, each] {
        keep_alive(selves[each], memory, reader.slot(), lives, each + 1, is_good);
        static_cast<void>(selves[each].leave());
      });
    }
    ends = read_all(reader, memory, watchdog, is_good);
    threads.clear();
  }
  CHECK(is_good);
  CHECK(ends == lives * keepers);
  CHECK(free_size(memory.segment()) == free_at_first);
}

}  // namespace
}  // namespace cortado::bus
