// SPDX-License-Identifier: Apache-2.0
// The calls this end has in flight. An id carries the slot of its call, so an answer is found by
// index and checked by comparing one number; docs/adr/0005 says why.
//
//   id = generation << 32 | slot << 1 | parity
#pragma once

#include <cstdint>

#include "wire/peer.hpp"
#include "wire/pod_array.hpp"

namespace cortado::wire {

struct Stream;  // wire/streams.hpp

class OwnCalls {
 public:
  explicit OwnCalls(Role role) : parity_(role == Role::connector ? 1 : 0) {}

  /// A slot for a new call. There are at most slots_max.
  [[nodiscard]] CallSlot allot(bool has_deadline);
  /// Ends the call of a slot in flight.
  void release(CallSlot slot);

  [[nodiscard]] bool in_flight(CallSlot slot) const {
    return slot < slots_.size() && slots_[slot].link >= lost_mark;
  }
  [[nodiscard]] bool has_deadline(CallSlot slot) const {
    return slots_[slot].link == deadline_mark;
  }
  /// The streams of the call in a slot in flight; null: none. Not owned.
  [[nodiscard]] Stream*& stream(CallSlot slot) { return slots_[slot].stream; }
  [[nodiscard]] Stream* stream(CallSlot slot) const { return slots_[slot].stream; }

  /// The session of all calls in flight is lost: each is to end. Those that begin meanwhile are not
  /// among them.
  void mark_lost() {
    for (Slot& slot : slots_) {
      if (slot.link >= lost_mark) slot.link = lost_mark;
    }
  }
  /// One of them has surely not run.
  void mark_unsent(CallId id) {
    if (in_flight_id(id)) slots_[slot_of(id)].link = unsent_mark;
  }
  [[nodiscard]] bool is_lost(CallSlot slot) const {
    return slots_[slot].link == lost_mark || is_unsent(slot);
  }
  [[nodiscard]] bool is_unsent(CallSlot slot) const { return slots_[slot].link == unsent_mark; }

  /// The id of the call in a slot.
  [[nodiscard]] CallId id(CallSlot slot) const {
    return CallId{slots_[slot].generation} << 32 | CallId{slot} << 1 | parity_;
  }

  [[nodiscard]] bool is_own(CallId id) const { return (id & 1) == parity_; }
  [[nodiscard]] static CallSlot slot_of(CallId id) {
    return static_cast<CallSlot>(id & 0xffffffffU) >> 1;
  }
  /// Whether the call with this id of ours has begun and not ended.
  [[nodiscard]] bool in_flight_id(CallId id) const {
    const CallSlot slot = slot_of(id);
    return in_flight(slot) && this->id(slot) == id;
  }
  /// Whether an id of our parity has ever been given to a call.
  [[nodiscard]] bool was_allotted(CallId id) const {
    const CallSlot slot = slot_of(id);
    const auto generation = static_cast<std::uint32_t>(id >> 32);
    return slot < slots_.size() && generation != 0 && generation <= slots_[slot].generation;
  }

  [[nodiscard]] std::uint32_t count() const { return count_; }
  /// One more than the highest slot ever used.
  [[nodiscard]] CallSlot slots() const { return static_cast<CallSlot>(slots_.size()); }

  /// Some links are marks, and a slot has 31 bits in an id.
  static constexpr std::uint32_t slots_max = 0x7fffffff;

 private:
  struct Slot {
    std::uint32_t generation;  // of the call in it, or of the last one
    std::uint32_t link;        // a mark, or the next free slot, or no_slot
    Stream* stream;            // while it is in flight
  };
  static constexpr std::uint32_t no_slot = 0xfffffffb;
  static constexpr std::uint32_t lost_mark = 0xfffffffc;    // in flight, as all that follow
  static constexpr std::uint32_t unsent_mark = 0xfffffffd;  // lost, and has not run
  static constexpr std::uint32_t in_flight_mark = 0xfffffffe;
  static constexpr std::uint32_t deadline_mark = 0xffffffff;  // in flight, with a deadline

  PodArray<Slot> slots_;
  std::uint32_t first_free_ = no_slot;
  std::uint32_t count_ = 0;
  std::uint32_t parity_;
};

}  // namespace cortado::wire
