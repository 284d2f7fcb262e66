// SPDX-License-Identifier: Apache-2.0
// The bus between real threads, under ThreadSanitizer: what the memory orders of the code have to bear
// out. Nothing here waits for time to pass; a ring that is lost lets everything stand still, and the
// watchdog ends the program.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "client-wasm/bus/participant.hpp"
#include "client-wasm/bus/ring.hpp"
#include "client-wasm/bus/testdata/test_segment.hpp"

namespace cortado::bus {
namespace {

using Random = std::minstd_rand;

/// Counts what all threads do. When nothing is done for a minute, nothing ever will be.
class Watchdog {
 public:
  ~Watchdog() {
    {
      const std::scoped_lock lock(mutex_);
      is_over_ = true;
    }
    changed_.notify_all();
  }

  void count() { done_.fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t done() const { return done_.load(std::memory_order_relaxed); }

 private:
  void watch() {
    std::unique_lock lock(mutex_);
    std::uint64_t seen = 0;
    while (!changed_.wait_until(lock, std::chrono::system_clock::now() + std::chrono::minutes(1),
                                [this] { return is_over_; })) {
      if (done() == seen) {
        std::fputs("bus_threads: everybody sleeps: a ring was lost\n", stderr);
        std::_Exit(1);
      }
      seen = done();
    }
  }

  std::atomic<std::uint64_t> done_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_over_ = false;
  std::jthread thread_{[this] { watch(); }};
};

/// Mostly nothing, sometimes a short while, seldom another thread's turn.
void pause_at_random(Random& random) {
  const auto number = random() % 1024;
  if (number == 0) std::this_thread::yield();
  if (number < 16) {
    for (auto spins = random() % 2000; spins > 0; --spins) relax();
  }
}

/// What a message with a number holds: the number, then words that follow from it.
constexpr std::uint32_t word_of(std::uint32_t number, std::size_t index) {
  return index == 0 ? number : (number ^ 0x9e3779b9U) * static_cast<std::uint32_t>(2 * index + 1);
}

void fill(std::span<std::byte> bytes, std::uint32_t number) {
  for (std::size_t at = 0; at < bytes.size(); at += 4) {
    const std::uint32_t word = word_of(number, at / 4);
    std::memcpy(&bytes[at], &word, std::min<std::size_t>(4, bytes.size() - at));
  }
}

bool is_filled(std::span<const std::byte> bytes, std::uint32_t number) {
  for (std::size_t at = 0; at < bytes.size(); at += 4) {
    const std::uint32_t word = word_of(number, at / 4);
    if (std::memcmp(&bytes[at], &word, std::min<std::size_t>(4, bytes.size() - at)) != 0) {
      return false;
    }
  }
  return true;
}

std::uint32_t random_size(Random& random) {
  // Small ones, and now and then up to half the ring.
  const std::uint32_t limit = random() % 64 == 0 ? Ring::message_size_max(lane_size_min) : 96;
  return 4 + static_cast<std::uint32_t>(random() % (limit - 3));
}

/// Sends so many messages to each peer and reads as many from each; both lanes end at the end.
class Talker {
 public:
  Talker(Participant self, std::vector<std::uint32_t> peers, std::uint32_t count,
         std::uint32_t capacity, std::uint32_t seed, Watchdog& watchdog)
      : self_(std::move(self)), count_(count), random_(seed), watchdog_(watchdog) {
    for (const std::uint32_t peer : peers) {
      peers_.push_back({.slot = peer});
      if (!self_.open(peer, capacity)) errors_ = "open";
    }
  }

  /// What went wrong; empty when nothing did.
  std::string talk() {
    while (errors_.empty() && !is_done()) {
      bool has_moved = false;
      for (Peer& peer : peers_) {
        has_moved = write(peer) || has_moved;
        has_moved = read(peer) || has_moved;
      }
      if (!has_moved) static_cast<void>(self_.wait());
    }
    // So that the others hear of it.
    if (!errors_.empty()) static_cast<void>(self_.leave());
    return errors_;
  }

 private:
  struct Peer {
    std::uint32_t slot;
    std::uint32_t sent = 0;
    std::uint32_t received = 0;
    bool has_ended = false;
    bool is_finished = false;
    std::uint32_t size = 0;  // of the next message, once it is drawn
  };

  bool is_done() const {
    return std::ranges::all_of(peers_,
                               [](const Peer& each) { return each.has_ended && each.is_finished; });
  }

  /// A turn's worth of messages and one ring behind them; at least one try, as it may have been rung
  /// because there is room.
  bool write(Peer& peer) {
    if (peer.has_ended) return false;
    bool has_moved = false;
    for (auto turn = 1 + random_() % 15; turn > 0 && peer.sent < count_; --turn) {
      if (peer.size == 0) peer.size = random_size(random_);
      const auto room = self_.reserve(peer.slot, peer.size);
      if (!room) return fail("reserve");
      if (*room == nullptr) break;
      fill({*room, peer.size}, peer.sent);
      if (!self_.commit(peer.slot, peer.size)) return fail("commit");
      ++peer.sent;
      peer.size = 0;
      has_moved = true;
      pause_at_random(random_);
    }
    if (peer.sent == count_) {
      peer.has_ended = true;
      return self_.end(peer.slot, host_code) ? true : fail("end");
    }
    if (has_moved && !self_.ring(peer.slot)) return fail("ring");
    return has_moved;
  }

  bool read(Peer& peer) {
    if (peer.is_finished) return false;
    bool has_moved = false;
    while (true) {
      const auto found = self_.peek(peer.slot);
      if (!found && found.error() == Refusal::no_lane) return has_moved;
      if (!found) return fail("peek");
      if (!*found) return has_moved;
      if ((*found)->kind == RecordKind::ended) return finish(peer, (*found)->close_code);
      if (!is_filled((*found)->bytes, peer.received)) return fail("content");
      ++peer.received;
      if (!self_.release(peer.slot)) return fail("release");
      watchdog_.count();
      has_moved = true;
      pause_at_random(random_);
    }
  }

  bool finish(Peer& peer, std::uint32_t code) {
    peer.is_finished = true;
    if (peer.received != count_ || code != host_code) return fail("end too early");
    return self_.finish(peer.slot) ? true : fail("finish");
  }

  bool fail(const char* what) {
    errors_ = what;
    return false;
  }

  static constexpr std::uint32_t host_code = host_close_code_min + 1;

  Participant self_;
  std::vector<Peer> peers_;
  std::uint32_t count_;
  Random random_;
  Watchdog& watchdog_;
  std::string errors_;
};

void check_talk(std::uint32_t talkers, std::uint32_t count, std::uint32_t spins_limit) {
  TestSegment memory;
  Watchdog watchdog;
  const std::uint32_t free_at_first = free_size(memory.segment());
  std::vector<Participant> participants;
  for (std::uint32_t each = 0; each < talkers; ++each) {
    participants.push_back(*Participant::join(memory.memory(), spins_limit));
  }
  std::deque<Talker> all;
  for (std::uint32_t each = 0; each < talkers; ++each) {
    std::vector<std::uint32_t> peers;
    for (std::uint32_t other = 0; other < talkers; ++other) {
      if (other != each) peers.push_back(participants[other].slot());
    }
    all.emplace_back(std::move(participants[each]), peers, count, lane_size_min, each + 1,
                     watchdog);
  }
  std::vector<std::string> errors(talkers);
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t each = 0; each < talkers; ++each) {
      threads.emplace_back([&, each] { errors[each] = all[each].talk(); });
    }
  }
  for (const std::string& error : errors) CHECK(error == "");
  CHECK(watchdog.done() == std::uint64_t{talkers} * (talkers - 1) * count);
  all.clear();
  CHECK(free_size(memory.segment()) == free_at_first);
}

TEST_CASE("two threads, a million messages each way through rings that are always full") {
  check_talk(2, 1'000'000, 0);
}

TEST_CASE("two threads that spin before they sleep") { check_talk(2, 100'000, spins_max); }

TEST_CASE("nine threads, seventy-two lanes") { check_talk(9, 5'000, 0); }

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
      REQUIRE(participants[each].open(participants[(each + 1) % members].slot(), lane_size_min));
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
    // A predecessor's lane may be there until the reader has read it.
    const auto opened = self.open(reader, lane_size_min);
    if (opened) break;
    if (opened.error() != Refusal::lane_in_use) {
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
  const auto read_lane = [&](std::uint32_t from) {
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
      if ((bits >> slot & 1) != 0) read_lane(slot);
    }
  }
  for (std::uint32_t slot = 0; slot < participants_max; ++slot) read_lane(slot);
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
