// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/bus/participants.hpp"

#include "client-wasm/bus/blocks.hpp"
#include "client-wasm/bus/pipes.hpp"

namespace cortado::bus {
namespace {

constexpr std::uint32_t generation_step = ticket_slot_mask + 1;
/// So that a ticket is no negative number.
constexpr std::uint32_t generation_mask = 0x3fffff00;

constexpr std::uint32_t slot_of(std::uint32_t ticket) { return ticket & ticket_slot_mask; }

constexpr ParticipantState state_in(std::uint32_t word) {
  return static_cast<ParticipantState>(word & ticket_slot_mask);
}

constexpr std::uint32_t with_state(std::uint32_t word, ParticipantState state) {
  return (word & generation_mask) | static_cast<std::uint32_t>(state);
}

/// Tells all others to look at what they share with a slot, and wakes them even if its bit was there:
/// who put it may have died before it rang.
void wake_all(Segment& segment, std::uint32_t about) {
  for (std::uint32_t slot = 0; slot < participants_max; ++slot) {
    if (slot == about) continue;
    Slot& other = segment.slot(slot);
    if (state_in(other.state.load(std::memory_order_acquire)) != ParticipantState::alive) continue;
    other.doorbell.pending.fetch_or(1U << about, std::memory_order_seq_cst);
    other.doorbell.wake();
  }
}

/// Gives back all that was the participant's, and its slot, which is in the state `leaving`.
void clear(Segment& segment, std::uint32_t slot, std::uint32_t leaving, CloseCode code) {
  drop_pipes(segment, slot, leaving, static_cast<std::uint32_t>(code));
  drop_all(segment, slot, leaving);
  Word& state = segment.slot(leaving).state;
  // Not if it was declared dead meanwhile, for being too slow.
  std::uint32_t word = with_state(state.load(std::memory_order_relaxed), ParticipantState::leaving);
  state.compare_exchange_strong(word, with_state(word, ParticipantState::free),
                                std::memory_order_acq_rel, std::memory_order_relaxed);
  wake_all(segment, leaving);
}

constexpr std::uint32_t spins_min = 16;
/// Of so many waits one tries the whole limit: else who has had bad luck never learns of better.
constexpr std::uint32_t trial_interval = 64;

}  // namespace

Status join(Segment& segment, std::uint32_t spins_limit) {
  if (spins_limit > spins_max) return refuse(Refusal::bad_argument);
  for (std::uint32_t slot = 0; slot < participants_max; ++slot) {
    Slot& own = segment.slot(slot);
    std::uint32_t word = own.state.load(std::memory_order_relaxed);
    if (state_in(word) != ParticipantState::free) continue;
    const std::uint32_t next = with_state(word + generation_step, ParticipantState::joining);
    if (!own.state.compare_exchange_strong(word, next, std::memory_order_acq_rel,
                                           std::memory_order_relaxed)) {
      continue;
    }
    own.doorbell.pending.store(0, std::memory_order_relaxed);
    own.doorbell.sleeping.store(0, std::memory_order_relaxed);
    own.heartbeat.store(0, std::memory_order_relaxed);
    own.waits_for.store(0, std::memory_order_relaxed);
    own.spins = spins_limit;
    own.spins_limit = spins_limit;
    own.waits = 0;
    // Somebody may have made its predecessor a holder when that was just gone.
    drop_all(segment, slot, slot);
    own.state.store(with_state(next, ParticipantState::alive), std::memory_order_release);
    return static_cast<Status>((next & generation_mask) | slot);
  }
  return refuse(Refusal::full);
}

Status leave(Segment& segment, std::uint32_t me) {
  std::uint32_t word = Segment::alive_as(me);
  if (slot_of(me) >= participants_max ||
      !segment.slot(slot_of(me))
           .state.compare_exchange_strong(word, with_state(word, ParticipantState::leaving),
                                          std::memory_order_acq_rel, std::memory_order_relaxed)) {
    return refuse(Refusal::gone);
  }
  clear(segment, slot_of(me), slot_of(me), CloseCode::left);
  Status others = 0;
  for (std::uint32_t slot = 0; slot < participants_max; ++slot) {
    const std::uint32_t state = segment.slot(slot).state.load(std::memory_order_seq_cst);
    if (slot != slot_of(me) && state_in(state) != ParticipantState::free) ++others;
  }
  return others;
}

Status mark_dead(Segment& segment, std::uint32_t me, std::uint32_t slot) {
  if (!segment.is_alive(me)) return refuse(Refusal::gone);
  if (slot >= participants_max || slot == slot_of(me)) return refuse(Refusal::no_participant);
  Word& state = segment.slot(slot).state;
  std::uint32_t word = state.load(std::memory_order_acquire);
  while (state_in(word) == ParticipantState::alive || state_in(word) == ParticipantState::joining ||
         state_in(word) == ParticipantState::leaving) {
    if (state.compare_exchange_weak(word, with_state(word, ParticipantState::dead),
                                    std::memory_order_acq_rel, std::memory_order_acquire)) {
      wake_all(segment, slot);
      segment.slot(slot).doorbell.wake();  // to find out, if it lives after all
      return 0;
    }
  }
  return refuse(Refusal::no_participant);
}

Status reclaim(Segment& segment, std::uint32_t me, std::uint32_t slot) {
  if (!segment.is_alive(me)) return refuse(Refusal::gone);
  if (slot >= participants_max) return refuse(Refusal::no_participant);
  Word& state = segment.slot(slot).state;
  std::uint32_t word = with_state(state.load(std::memory_order_acquire), ParticipantState::dead);
  if (!state.compare_exchange_strong(word, with_state(word, ParticipantState::leaving),
                                     std::memory_order_acq_rel, std::memory_order_relaxed)) {
    return refuse(Refusal::no_participant);
  }
  clear(segment, slot_of(me), slot, CloseCode::died);
  return 0;
}

Status wait_for(Segment& segment, std::uint32_t me, std::uint32_t to) {
  if (!segment.is_alive(me)) return refuse(Refusal::gone);
  if (to >= participants_max) return refuse(Refusal::no_participant);
  Word& own = segment.slot(slot_of(me)).waits_for;
  own.store(to + 1, std::memory_order_seq_cst);
  // A cycle without `me` is seen by those who are in it: here it only must come to an end.
  for (std::uint32_t steps = 0; steps < participants_max && to != slot_of(me); ++steps) {
    const std::uint32_t next = segment.slot(to).waits_for.load(std::memory_order_seq_cst);
    if (next == 0 || next > participants_max) return 0;
    to = next - 1;
  }
  if (to != slot_of(me)) return 0;
  own.store(0, std::memory_order_seq_cst);
  return refuse(Refusal::deadlock);
}

Status wait_no_more(Segment& segment, std::uint32_t me) {
  if (!segment.is_alive(me)) return refuse(Refusal::gone);
  segment.slot(slot_of(me)).waits_for.store(0, std::memory_order_seq_cst);
  return 0;
}

bool spin(Segment& segment, std::uint32_t me) {
  if (!segment.is_alive(me)) return false;
  Slot& own = segment.slot(slot_of(me));
  // Others could have written these, too.
  const std::uint32_t limit = own.spins_limit < spins_max ? own.spins_limit : spins_max;
  if (limit == 0) return own.doorbell.pending.load(std::memory_order_relaxed) != 0;
  ++own.waits;
  const bool is_trial = own.waits % trial_interval == 0 || own.spins > limit;
  const std::uint32_t spins = is_trial ? limit : own.spins;
  for (std::uint32_t looks = 0; looks < spins; ++looks) {
    if (own.doorbell.pending.load(std::memory_order_relaxed) != 0) {
      own.spins = spins * 2 < limit ? spins * 2 : limit;
      return true;
    }
    relax();
  }
  own.spins = spins / 2 > spins_min ? spins / 2 : spins_min;
  return false;
}

std::uint32_t prepare_to_wait(Segment& segment, std::uint32_t me) {
  if (!segment.is_alive(me)) return do_not_wait;
  return segment.slot(slot_of(me)).doorbell.prepare_to_wait();
}

std::uint32_t look(Segment& segment, std::uint32_t me) {
  if (!segment.is_alive(me)) return 0;
  Slot& own = segment.slot(slot_of(me));
  own.heartbeat.store(own.heartbeat.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  return own.doorbell.look();
}

}  // namespace cortado::bus
