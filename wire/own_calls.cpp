// SPDX-License-Identifier: Apache-2.0
// The free list of slots.
#include "wire/own_calls.hpp"

namespace cortado::wire {

CallSlot OwnCalls::allot(bool has_deadline) {
  CallSlot slot = first_free_;
  if (slot == no_slot) {
    slot = slots();
    slots_.push_back({0, no_slot, nullptr});
  } else {
    first_free_ = slots_[slot].link;
  }
  ++slots_[slot].generation;
  slots_[slot].stream = nullptr;
  slots_[slot].link = has_deadline ? deadline_mark : in_flight_mark;
  ++count_;
  return slot;
}

void OwnCalls::release(CallSlot slot) {
  assert(in_flight(slot));
  --count_;
  // A slot that has no generation left is given up: an id is never used twice.
  const bool is_spent = slots_[slot].generation == UINT32_MAX;
  slots_[slot].link = is_spent ? no_slot : first_free_;
  if (!is_spent) first_free_ = slot;
}

}  // namespace cortado::wire
