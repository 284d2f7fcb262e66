// SPDX-License-Identifier: Apache-2.0
// Every interleaving of the bus's own code, for situations small enough, and death before each access
// to shared memory. Word is the one of testdata/stepped_word.hpp here.
#include <doctest/doctest.h>

#include <array>
#include <optional>
#include <vector>

#include "client-wasm/bus/blocks.hpp"
#include "client-wasm/bus/doorbell.hpp"
#include "client-wasm/bus/participants.hpp"
#include "client-wasm/bus/pipes.hpp"
#include "client-wasm/bus/ring.hpp"
#include "client-wasm/bus/testdata/test_segment.hpp"

namespace cortado::bus {
namespace {

constexpr Status message = static_cast<Status>(RecordKind::message);
constexpr Status none = static_cast<Status>(RecordKind::none);
constexpr Status ended = static_cast<Status>(RecordKind::ended);

/// What each exploration reports: how much it was, and that nobody slept for ever.
void check_explored(const Explored& explored, std::uint64_t runs_min) {
  MESSAGE(explored.runs, " interleavings, ", explored.deaths, " with a death");
  CHECK(explored.runs >= runs_min);
  CHECK(explored.stuck == 0);
}

// --- the doorbell ---

/// Sleeps until all of `bits` have been taken.
template <class Bell>
void await_bits(Bell& doorbell, std::uint32_t bits) {
  std::uint32_t taken = 0;
  while ((taken & bits) != bits) {
    const std::uint32_t seen = doorbell.prepare_to_wait();
    if (seen != do_not_wait) wait_while(doorbell.bell, seen);
    taken |= doorbell.look();
  }
}

template <class Bell>
Explored explore_doorbell(unsigned preemptions_max) {
  Bell doorbell{};
  return explore({.before = [&] { doorbell = {}; },
                  .actors = {{.run = [&] { doorbell.ring(1); }},
                             {.run = [&] { doorbell.ring(2); }},
                             {.run = [&] { await_bits(doorbell, 3); }}},
                  .after = [](bool) {},
                  .preemptions_max = preemptions_max});
}

TEST_CASE("no ring is lost, whoever comes first") {
  check_explored(explore_doorbell<Doorbell>(3), 1000);
}

/// Looks first and says that it sleeps afterwards.
struct HastyDoorbell : Doorbell {
  std::uint32_t prepare_to_wait() {
    const std::uint32_t seen = bell.load(std::memory_order_seq_cst);
    const bool is_nothing = pending.load(std::memory_order_seq_cst) == 0;
    sleeping.store(1, std::memory_order_seq_cst);
    return is_nothing ? seen : do_not_wait;
  }
};

/// Reads what it will wait with when it may have been rung already.
struct LateDoorbell : Doorbell {
  std::uint32_t prepare_to_wait() {
    sleeping.store(1, std::memory_order_seq_cst);
    if (pending.load(std::memory_order_seq_cst) != 0) return do_not_wait;
    return bell.load(std::memory_order_seq_cst);
  }
};

TEST_CASE("doorbells with a mistake are found out") {
  CHECK(explore_doorbell<HastyDoorbell>(2).stuck > 0);
  CHECK(explore_doorbell<LateDoorbell>(2).stuck > 0);
}

// --- a ring that is full and empty by turns ---

struct RingPair {
  static constexpr std::uint32_t capacity = pipe_size_min;
  static constexpr std::uint32_t writer_bit = 1;
  static constexpr std::uint32_t reader_bit = 2;

  alignas(64) std::array<std::byte, Ring::size_of(capacity)> memory{};
  Doorbell of_writer{};
  Doorbell of_reader{};

  Ring& ring() { return lying_at<Ring>(memory.data()); }
  std::uint32_t& number(std::uint32_t at) { return lying_at<std::uint32_t>(memory.data() + at); }

  void write(std::uint32_t value, std::uint32_t size) {
    Status at = ring().reserve(capacity, size);
    while (at == 0) {
      await_bits(of_writer, reader_bit);
      at = ring().reserve(capacity, size);
    }
    number(static_cast<std::uint32_t>(at)) = value;
    static_cast<void>(ring().commit(capacity, size, RecordKind::message));
    of_reader.ring(writer_bit);
  }

  std::uint32_t read() {
    while (ring().peek(capacity) == none) await_bits(of_reader, writer_bit);
    const std::uint32_t value = number(ring().found_at());
    if (ring().release(capacity) == 1) of_writer.ring(reader_bit);
    return value;
  }
};

TEST_CASE("a full ring's writer and an empty ring's reader always wake") {
  constexpr std::array sizes{2000U, 1000U, 2040U, 2040U, 8U};
  RingPair pair;
  std::vector<std::uint32_t> read;
  const Explored explored =
      explore({.before =
                   [&] {
                     pair.of_writer = {};
                     pair.of_reader = {};
                     pair.ring().format(0, 1);
                     read.clear();
                   },
               .actors = {{.run =
                               [&] {
                                 std::uint32_t value = 0;
                                 for (const std::uint32_t size : sizes) pair.write(++value, size);
                               }},
                          {.run =
                               [&] {
                                 for (std::size_t each = 0; each < sizes.size(); ++each) {
                                   read.push_back(pair.read());
                                 }
                               }}},
               .after = [&](bool) { REQUIRE(read == std::vector<std::uint32_t>{1, 2, 3, 4, 5}); }});
  check_explored(explored, 1000);
}

// --- a segment with participants ---

struct House {
  TestSegment memory;
  std::uint32_t supervisor = 0;
  std::uint32_t writer = 0;
  std::uint32_t reader = 0;
  std::uint32_t free_at_first = 0;

  Segment& segment() { return memory.segment(); }

  static std::uint32_t slot(std::uint32_t ticket) { return ticket & ticket_slot_mask; }

  void begin() {
    memory.clear();
    free_at_first = free_size(segment());
    supervisor = static_cast<std::uint32_t>(join(segment(), 0));
    writer = static_cast<std::uint32_t>(join(segment(), 0));
    reader = static_cast<std::uint32_t>(join(segment(), 0));
  }

  void open() { REQUIRE(open_pipe(segment(), writer, slot(reader), pipe_size_min) == 0); }

  /// As the page does when a worker's thread has stopped.
  void bury(std::uint32_t ticket) {
    static_cast<void>(mark_dead(segment(), supervisor, slot(ticket)));
    static_cast<void>(reclaim(segment(), supervisor, slot(ticket)));
  }

  /// Sleeps until there is something from a participant, and says what.
  Status await_record(std::uint32_t me, std::uint32_t from) {
    Status kind = peek(segment(), me, slot(from));
    while (kind == none || kind == refuse(Refusal::no_pipe)) {
      if (!segment().is_alive(from)) return peek(segment(), me, slot(from));
      const std::uint32_t seen = prepare_to_wait(segment(), me);
      if (seen != do_not_wait) wait_while(segment().slot(slot(me)).doorbell.bell, seen);
      static_cast<void>(look(segment(), me));
      kind = peek(segment(), me, slot(from));
    }
    return kind;
  }

  /// Whoever is left leaves, and nothing is.
  void check_nothing_left(bool writer_died) {
    if (writer_died && segment().is_alive(writer)) bury(writer);
    for (const std::uint32_t ticket : {writer, reader, supervisor}) {
      static_cast<void>(leave(segment(), ticket));
    }
    REQUIRE(free_size(segment()) == free_at_first);
    REQUIRE(segment().pipe(slot(writer), slot(reader)).load(std::memory_order_relaxed) == 0);
  }
};

TEST_CASE("a reader hears of each message, or of the writer's death, wherever that dies") {
  House house;
  Status heard = 0;
  bool has_written = false;
  std::vector<Status> all;
  for (const bool is_open : {false, true}) {
    const auto write = [&] {
      const std::uint32_t to = House::slot(house.reader);
      if (!is_open && open_pipe(house.segment(), house.writer, to, pipe_size_min) != 0) return;
      static_cast<void>(reserve(house.segment(), house.writer, to, 8));
      has_written = commit(house.segment(), house.writer, to, 8) == 0;
      static_cast<void>(ring(house.segment(), house.writer, to));
    };
    const Explored explored = explore(
        {.before =
             [&] {
               house.begin();
               if (is_open) house.open();
               has_written = false;
             },
         .actors = {{.run = write, .is_mortal = true},
                    {.run = [&] { heard = house.await_record(house.reader, house.writer); }},
                    {.run = [&] { house.bury(house.writer); },
                     .is_whole = true,
                     .is_survivor = true}},
         .after =
             [&](bool died) {
               all.push_back(heard);
               if (has_written) REQUIRE(heard == message);
               house.check_nothing_left(died);
             },
         .preemptions_max = 1});
    check_explored(explored, 200);
    CHECK(explored.deaths > 20);
  }
  // Each of these can happen: a message; a pipe that ends; no pipe at all.
  for (const Status kind : {message, ended, refuse(Refusal::no_pipe)}) {
    CHECK(std::ranges::find(all, kind) != all.end());
  }
}

TEST_CASE("a block that is sent while the reader closes is freed once, also when the writer dies") {
  House house;
  for (const bool is_kept : {false, true}) {
    const auto send = [&] {
      const Status page =
          take_block(house.segment(), House::slot(house.writer), 5000, Use::payload);
      if (page < 0) return;
      const std::uint32_t at = static_cast<std::uint32_t>(page) * page_size;
      static_cast<void>(
          send_block(house.segment(), house.writer, House::slot(house.reader), at, 5000, is_kept));
    };
    const auto close = [&] {
      static_cast<void>(finish_pipe(house.segment(), house.reader, House::slot(house.writer), 0));
    };
    const Explored explored =
        explore({.before =
                     [&] {
                       house.begin();
                       house.open();
                     },
                 .actors = {{.run = send, .is_mortal = true}, {.run = close}},
                 .after = [&](bool died) { house.check_nothing_left(died); }});
    check_explored(explored, 1000);
    CHECK(explored.deaths > 20);
  }
}

TEST_CASE("a reader that lives on holds nothing of a pipe that both have closed") {
  House house;
  const auto send = [&] {
    const Status page = take_block(house.segment(), House::slot(house.writer), 5000, Use::payload);
    const std::uint32_t at = static_cast<std::uint32_t>(page) * page_size;
    const std::uint32_t to = House::slot(house.reader);
    static_cast<void>(send_block(house.segment(), house.writer, to, at, 5000, false));
    static_cast<void>(end_pipe(house.segment(), house.writer, to, 0));
  };
  const auto close = [&] {
    static_cast<void>(finish_pipe(house.segment(), house.reader, House::slot(house.writer), 0));
  };
  std::uint32_t sent = 0;
  const Explored explored = explore(
      {.before =
           [&] {
             house.begin();
             house.open();
           },
       .actors = {{.run = send}, {.run = close}},
       .after =
           [&](bool) {
             // What was not sent is the writer's still.
             drop_all(house.segment(), House::slot(house.writer), House::slot(house.writer));
             sent += free_size(house.segment()) == house.free_at_first ? 1U : 0U;
           }});
  check_explored(explored, 500);
  CHECK(sent == explored.runs);
}

/// Whether only the first page of each block says something.
bool are_tables_clean(Segment& segment) {
  std::uint32_t page = segment.first_page();
  while (page < segment.end_page()) {
    const std::uint32_t length = segment.page(page).load(std::memory_order_relaxed) >> 8;
    if (length == 0) return false;
    for (std::uint32_t inner = 1; inner < length; ++inner) {
      if (segment.page(page + inner).load(std::memory_order_relaxed) != 0) return false;
    }
    page += length;
  }
  return page == segment.end_page();
}

TEST_CASE(
    "two that take and give back pages never have the same, and lose none, wherever one dies") {
  TestSegment memory;
  std::uint32_t free_at_first = 0;
  std::array<std::uint32_t, 2> page{};
  std::array<std::uint32_t, 2> size{};
  bool is_disjoint = true;
  const auto take = [&](std::uint32_t slot, std::uint32_t bytes) {
    const Status taken = take_block(memory.segment(), slot, bytes, Use::payload);
    if (taken < 0) return;
    page[slot] = static_cast<std::uint32_t>(taken);
    size[slot] = bytes / page_size;
    is_disjoint =
        is_disjoint && (size[1 - slot] == 0 || page[slot] + size[slot] <= page[1 - slot] ||
                        page[1 - slot] + size[1 - slot] <= page[slot]);
    static_cast<void>(memory.segment().next_page().load(std::memory_order_relaxed));  // a step
    size[slot] = 0;
    static_cast<void>(drop_block(memory.segment(), slot, slot, page[slot]));
  };
  const Explored explored =
      explore({.before =
                   [&] {
                     memory.clear();
                     free_at_first = free_size(memory.segment());
                     page = size = {};
                     // Free blocks of 1, 2, 1 and many pages, so that there is something to merge.
                     const std::array<std::uint32_t, 3> wanted{1, 2, 1};
                     std::array<Status, 3> taken{};
                     for (std::size_t each = 0; each < wanted.size(); ++each) {
                       taken[each] =
                           take_block(memory.segment(), 2, wanted[each] * page_size, Use::ring);
                     }
                     for (const Status each : taken) {
                       static_cast<void>(
                           drop_block(memory.segment(), 2, 2, static_cast<std::uint32_t>(each)));
                     }
                     memory.segment().next_page().store(0, std::memory_order_relaxed);
                   },
               .actors = {{.run = [&] { take(0, 3 * page_size); }, .is_mortal = true},
                          {.run = [&] { take(1, 2 * page_size); }}},
               .after =
                   [&](bool) {
                     REQUIRE(is_disjoint);
                     drop_all(memory.segment(), 2, 0);
                     REQUIRE(free_size(memory.segment()) == free_at_first);
                     REQUIRE(are_tables_clean(memory.segment()));
                     // In one piece again: who takes all of it gets it.
                     REQUIRE(take_block(memory.segment(), 2, free_at_first, Use::payload) > 0);
                   }});
  check_explored(explored, 1000);
  CHECK(explored.deaths > 100);
}

TEST_CASE("the last of two holders frees a block, whoever that is") {
  TestSegment memory;
  Status page = 0;
  std::uint32_t free_at_first = 0;
  const auto drop = [&](std::uint32_t slot) {
    static_cast<void>(drop_block(memory.segment(), slot, slot, static_cast<std::uint32_t>(page)));
  };
  const Explored explored = explore(
      {.before =
           [&] {
             memory.clear();
             free_at_first = free_size(memory.segment());
             page = take_block(memory.segment(), 0, 100, Use::payload);
             static_cast<void>(share_block(memory.segment(), static_cast<std::uint32_t>(page), 1));
           },
       .actors = {{.run = [&] { drop(0); }, .is_mortal = true}, {.run = [&] { drop(1); }}},
       .after =
           [&](bool died) {
             if (died) drop_all(memory.segment(), 1, 0);
             REQUIRE(free_size(memory.segment()) == free_at_first);
           },
       .preemptions_max = 6});
  check_explored(explored, 50);
}

TEST_CASE("two that join at one time have two slots, and one that dies joining leaves its own") {
  TestSegment memory;
  std::array<Status, 2> tickets{};
  const Explored explored = explore(
      {.before =
           [&] {
             memory.clear();
             tickets = {-1, -1};
           },
       .actors = {{.run = [&] { tickets[0] = join(memory.segment(), 0); }, .is_mortal = true},
                  {.run = [&] { tickets[1] = join(memory.segment(), 0); }}},
       .after =
           [&](bool died) {
             REQUIRE(tickets[1] >= 0);
             REQUIRE(tickets[0] != tickets[1]);
             const auto me = static_cast<std::uint32_t>(tickets[1]);
             if (died && tickets[0] < 0) {
               const std::uint32_t other = 1 - (me & ticket_slot_mask);
               if (mark_dead(memory.segment(), me, other) == 0) {
                 REQUIRE(reclaim(memory.segment(), me, other) == 0);
               }
               REQUIRE(leave(memory.segment(), me) == 0);
             }
           }});
  check_explored(explored, 100);
}

}  // namespace
}  // namespace cortado::bus
