// SPDX-License-Identifier: Apache-2.0
// The bus between real threads, under ThreadSanitizer: what the memory orders of the code have to bear
// out. Nothing here waits for time to pass; a ring that is lost lets everything stand still, and the
// watchdog ends the program.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "client-wasm/bus/participant.hpp"
#include "client-wasm/bus/testdata/test_segment.hpp"
#include "client-wasm/bus/testdata/thread_tools.hpp"

namespace cortado::bus {
namespace {

/// Sends so many messages to each peer and reads as many from each; both pipes end at the end.
class Talker {
 public:
  Talker(Participant self, const std::vector<std::uint32_t>& peers, std::uint32_t count,
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
      if (!found && found.error() == Refusal::no_pipe) return has_moved;
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
    all.emplace_back(std::move(participants[each]), peers, count, pipe_size_min, each + 1,
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

TEST_CASE("two threads that spin before they sleep") { check_talk(2, 100'000, spins_for(8)); }

TEST_CASE("nine threads, seventy-two pipes") { check_talk(9, 5'000, 0); }

}  // namespace
}  // namespace cortado::bus
