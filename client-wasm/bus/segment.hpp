// SPDX-License-Identifier: Apache-2.0
// The layout of the shared segment. A Segment is the memory itself: nobody makes one, all
// participants see the same one, each perhaps at another address, so it holds offsets and numbers of
// pages, never pointers. All zero is its first state.
//
//   Segment          magic, version, size, hint      64 bytes
//                    32 slots                        192 bytes each
//                    32 x 32 pipes                   a word each: the page of the ring, or 0
//   words of pages   one a page                      blocks.hpp
//   holders          one a page                      blocks.hpp
//   pages            4096 bytes each                 rings and blocks
#pragma once

#include <cstddef>
#include <cstdint>

#include "client-wasm/bus/bus.hpp"
#include "client-wasm/bus/doorbell.hpp"
#include "client-wasm/bus/word.hpp"

namespace cortado::bus {

/// What functions of the bus return: a number of at least 0, or minus a Refusal.
using Status = std::int32_t;

constexpr Status refuse(Refusal refusal) { return -static_cast<Status>(refusal); }

/// One place for a participant.
struct Slot {
  /// Written by others.
  Doorbell doorbell;

  /// A ParticipantState in the lowest byte, above it the generation: alive_as().
  alignas(64) Word state;

  /// Counts what the participant does: who suspects it rings, and looks whether this moves.
  Word heartbeat;

  /// The slot, and 1, of who it waits for without doing anything else; 0: nobody. Written by the owner.
  Word waits_for;

  /// Only the participant's own: how often it looks at its doorbell before it sleeps, the most, and
  /// how often it has slept.
  alignas(64) std::uint32_t spins;
  std::uint32_t spins_limit;
  std::uint32_t waits;

  /// The same: address and size of what peek() found.
  std::uint32_t found_at;
  std::uint32_t found_size;
};

class Segment {
 public:
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  /// Makes `memory` (all zero, page-aligned) a segment. Before anybody else sees it.
  static Status format(void* memory, std::size_t size) {
    if (!is_size(size)) return refuse(Refusal::bad_size);
    Segment& segment = at(memory);
    segment.version_.store(bus_version, std::memory_order_relaxed);
    segment.size_.store(static_cast<std::uint32_t>(size), std::memory_order_relaxed);
    const std::uint32_t first = segment.first_page();
    segment.page(first).store((segment.end_page() - first) << 8, std::memory_order_relaxed);
    segment.magic_.store(bus_magic, std::memory_order_release);
    return 0;
  }

  /// Whether there is a segment of this version in `memory`, which is as large as it says. 0, or why
  /// not.
  static Status check(void* memory, std::size_t size) {
    if (!is_size(size)) return refuse(Refusal::bad_size);
    const Segment& segment = at(memory);
    if (segment.magic_.load(std::memory_order_acquire) != bus_magic) {
      return refuse(Refusal::bad_magic);
    }
    if (segment.version_.load(std::memory_order_relaxed) != bus_version) {
      return refuse(Refusal::bad_version);
    }
    return segment.size() == size ? 0 : refuse(Refusal::bad_size);
  }

  /// The segment in memory that check() found good.
  static Segment& at(void* memory) { return *static_cast<Segment*>(memory); }

  Slot& slot(std::uint32_t index) { return slots_[index]; }

  /// The page where the ring of the pipe begins, or 0.
  Word& pipe(std::uint32_t from, std::uint32_t to) { return pipes_[from][to]; }

  [[nodiscard]] std::uint32_t size() const { return size_.load(std::memory_order_relaxed); }

  [[nodiscard]] std::uint32_t end_page() const { return size() / page_size; }

  [[nodiscard]] std::uint32_t first_page() const {
    const std::uint32_t tables = static_cast<std::uint32_t>(sizeof(Segment)) + end_page() * 8;
    return (tables + page_size - 1) / page_size;
  }

  [[nodiscard]] bool is_page(std::uint32_t index) const {
    return index >= first_page() && index < end_page();
  }

  Word& page(std::uint32_t index) { return tables()[index]; }
  Word& holders(std::uint32_t index) { return tables()[end_page() + index]; }

  void* page_begin(std::uint32_t index) {
    return reinterpret_cast<std::byte*>(this) + std::size_t{index} * page_size;
  }

  /// The page that begins at `address`, which may be anything; 0 where none does.
  [[nodiscard]] std::uint32_t page_at(std::uintptr_t address) const {
    const std::uintptr_t offset = address - reinterpret_cast<std::uintptr_t>(this);
    if (offset % page_size != 0 || offset / page_size >= end_page()) return 0;
    const auto index = static_cast<std::uint32_t>(offset / page_size);
    return is_page(index) ? index : 0;
  }

  /// Where the search for free pages begins: only a hint.
  Word& next_page() { return next_page_; }

  /// What the state of a living participant's slot is.
  static constexpr std::uint32_t alive_as(std::uint32_t ticket) {
    return (ticket & ~ticket_slot_mask) | static_cast<std::uint32_t>(ParticipantState::alive);
  }

  /// Whether the participant is alive: not a predecessor or successor in its slot.
  bool is_alive(std::uint32_t ticket) {
    const std::uint32_t slot = ticket & ticket_slot_mask;
    return slot < participants_max &&
           slots_[slot].state.load(std::memory_order_acquire) == alive_as(ticket);
  }

 private:
  static bool is_size(std::size_t size) {
    return size % page_size == 0 && size >= memory_size_min - segment_address &&
           size <= memory_size_max;
  }

  Word* tables() { return reinterpret_cast<Word*>(this + 1); }

  alignas(64) Word magic_;
  Word version_;
  Word size_;
  Word next_page_;
  Slot slots_[participants_max];
  Word pipes_[participants_max][participants_max];
};

static_assert(sizeof(Slot) == 192 && sizeof(Segment) == 64 + 32 * 192 + 32 * 32 * 4);

}  // namespace cortado::bus
