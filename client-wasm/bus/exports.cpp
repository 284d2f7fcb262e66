// SPDX-License-Identifier: Apache-2.0
// The C ABI of bus.wasm, all of it. Callers: js-glue/src/bus/. Its only import is the shared memory,
// env.memory, whose initial size is its maximum. What the functions do and when they refuse: pipes.hpp,
// participants.hpp, blocks.hpp; the numbers: bus.capnp.
//
// A participant is named by its ticket (`me`), others by their slots. Addresses are those of the
// memory, sizes are in bytes. Everything returned is at least 0, or minus a Refusal, except for the
// bits of look() and the number of prepare_to_wait(). Nothing blocks, nothing allocates outside of the
// segment, and nothing traps whatever the arguments are and whatever another participant has written
// behind the segment's first 64 bytes.
//
// Each thread instantiates the module for itself, on the same memory. That works because the module
// has neither data nor a stack there: each function's variables fit into WebAssembly's own.
// js-glue/test/bus.test.ts looks whether the compiler has kept to that.
#include <cstdint>

#include "client-wasm/bus/blocks.hpp"
#include "client-wasm/bus/bus.hpp"
#include "client-wasm/bus/participants.hpp"
#include "client-wasm/bus/pipes.hpp"
#include "client-wasm/bus/segment.hpp"

// JavaScript sees the name without the prefix, which only the linker needs.
#define CORTADO_EXPORT(type, name) \
  extern "C" __attribute__((export_name(#name))) type cortado_bus_##name

namespace cortado::bus {
namespace {

void* memory() { return reinterpret_cast<void*>(std::uintptr_t{segment_address}); }

Segment& segment() { return Segment::at(memory()); }

std::size_t segment_size() {
  constexpr std::size_t wasm_page_size = 65536;
  return __builtin_wasm_memory_size(0) * wasm_page_size - segment_address;
}

/// An address in the memory of what the bus counts from the segment's begin.
Status address(Status offset) {
  return offset > 0 ? offset + static_cast<Status>(segment_address) : offset;
}

constexpr std::uint32_t slot_of(std::uint32_t ticket) { return ticket & ticket_slot_mask; }

}  // namespace

// --- the segment: by who makes the memory, and by who is given one ---

/// Makes the memory, all zero, a segment. Before anybody else has it. 0, or bad_size.
CORTADO_EXPORT(Status, format)() { return Segment::format(memory(), segment_size()); }

/// 0, or why this is no segment to join: bad_size, bad_magic, bad_version.
CORTADO_EXPORT(Status, check)() { return Segment::check(memory(), segment_size()); }

/// Bytes of the segment that are free now, not in one run: for diagnose().
CORTADO_EXPORT(std::uint32_t, free_size)() {
  return Segment::check(memory(), segment_size()) == 0 ? free_size(segment()) : 0;
}

// --- participants ---

/// The ticket of a new participant. `spins_limit`: how often it looks at its doorbell before it
/// sleeps, 0 for never (a page, a battery, two processors or fewer), at most spins_max. full, or as
/// check().
CORTADO_EXPORT(Status, join)(std::uint32_t spins_limit) {
  const Status checked = Segment::check(memory(), segment_size());
  return checked < 0 ? checked : join(segment(), spins_limit);
}

/// Takes leave. How many others are there; gone.
CORTADO_EXPORT(Status, leave)(std::uint32_t me) { return leave(segment(), me); }

/// By who supervises: nobody hears of the participant in that slot any more. gone, no_participant.
CORTADO_EXPORT(Status, mark_dead)(std::uint32_t me, std::uint32_t slot) {
  return mark_dead(segment(), me, slot);
}

/// By who supervises, once the thread has stopped: what it held is free. gone, no_participant.
CORTADO_EXPORT(Status, reclaim)(std::uint32_t me, std::uint32_t slot) {
  return reclaim(segment(), me, slot);
}

/// The ParticipantState of a slot in the lowest byte, its generation above. no_participant beyond the
/// last slot.
CORTADO_EXPORT(Status, state)(std::uint32_t slot) {
  if (slot >= participants_max) return refuse(Refusal::no_participant);
  return static_cast<Status>(segment().slot(slot).state.load(std::memory_order_acquire));
}

/// Counts what a slot's participant does: if it does not move although it was rung, it hangs.
CORTADO_EXPORT(std::uint32_t, heartbeat)(std::uint32_t slot) {
  return slot >= participants_max ? 0
                                  : segment().slot(slot).heartbeat.load(std::memory_order_relaxed);
}

/// Where peek() notes what it found: control_words words. gone.
CORTADO_EXPORT(Status, control)(std::uint32_t me) {
  if (!segment().is_alive(me)) return refuse(Refusal::gone);
  return static_cast<Status>(
      reinterpret_cast<std::uintptr_t>(&segment().slot(slot_of(me)).found_at));
}

// --- the doorbell: prepare_to_wait(), the host's wait, look() ---

/// The word to wait for, with Atomics.wait() or waitAsync(). gone.
CORTADO_EXPORT(Status, doorbell)(std::uint32_t me) {
  if (!segment().is_alive(me)) return refuse(Refusal::gone);
  return static_cast<Status>(
      reinterpret_cast<std::uintptr_t>(&segment().slot(slot_of(me)).doorbell.bell));
}

/// 1 when there is something now, or came while it looked: for some 40 µs at the most, if join() was
/// told to look at all.
CORTADO_EXPORT(std::uint32_t, spin)(std::uint32_t me) { return spin(segment(), me) ? 1 : 0; }

/// What to wait with while the doorbell's word is that; an odd number: do not, there is something, or
/// the participant is gone.
CORTADO_EXPORT(std::uint32_t, prepare_to_wait)(std::uint32_t me) {
  return prepare_to_wait(segment(), me);
}

/// After a wait, and at any time: the slots that have something, a bit each. Their pipes are to be
/// read until peek() says none, what waited for room in the pipes to them is to be tried again, and
/// their state is to be looked at. 0 also when the participant is gone.
CORTADO_EXPORT(std::uint32_t, look)(std::uint32_t me) { return look(segment(), me); }

// --- waiting for another participant, and for nothing else ---

/// Before `me` blocks until a slot's participant has answered. deadlock: that one, or who it waits for,
/// waits for `me`. gone, no_participant.
CORTADO_EXPORT(Status, wait_for)(std::uint32_t me, std::uint32_t to) {
  return wait_for(segment(), me, to);
}

/// It has answered, or there is no more time. gone.
CORTADO_EXPORT(Status, wait_no_more)(std::uint32_t me) { return wait_no_more(segment(), me); }

/// Who a slot's participant waits for: a slot and 1, or 0.
CORTADO_EXPORT(std::uint32_t, waits_for)(std::uint32_t slot) {
  return slot >= participants_max ? 0
                                  : segment().slot(slot).waits_for.load(std::memory_order_seq_cst);
}

// --- pipes: writing ---

/// Makes the pipe to a slot, with a ring of `capacity` bytes, a power of two. gone, no_participant,
/// bad_argument, pipe_in_use, no_room.
CORTADO_EXPORT(Status, open)(std::uint32_t me, std::uint32_t to, std::uint32_t capacity) {
  return open_pipe(segment(), me, to, capacity);
}

/// Address of room for a message of up to `size` bytes; 0 when there is none now: the reader will
/// ring. gone, no_pipe, closed, too_large (above half the ring, less 8), corrupt.
CORTADO_EXPORT(Status, reserve)(std::uint32_t me, std::uint32_t to, std::uint32_t size) {
  return address(reserve(segment(), me, to, size));
}

/// What was reserved is a message of `size` bytes. gone, no_pipe, closed, bad_argument.
CORTADO_EXPORT(Status, commit)(std::uint32_t me, std::uint32_t to, std::uint32_t size) {
  return commit(segment(), me, to, size);
}

/// Sends `size` bytes of a block, and the block with them; `is_kept` 1 to go on holding it, too. 0, or
/// block_waits. gone, no_pipe, closed, bad_block, corrupt.
CORTADO_EXPORT(Status, send_block)
(std::uint32_t me, std::uint32_t to, std::uint32_t block, std::uint32_t size,
 std::uint32_t is_kept) {
  return send_block(segment(), me, to, block - segment_address, size, is_kept != 0);
}

/// Wakes a slot's participant to look at its pipes with `me`: once behind all that was committed. 1 if
/// it slept, for who has to wake it by other means. gone, no_participant.
CORTADO_EXPORT(Status, ring)(std::uint32_t me, std::uint32_t to) { return ring(segment(), me, to); }

/// Ends the pipe to a slot. What was committed can be read. gone, no_pipe.
CORTADO_EXPORT(Status, end)(std::uint32_t me, std::uint32_t to, std::uint32_t code) {
  return end_pipe(segment(), me, to, code);
}

// --- pipes: reading ---

/// A RecordKind; address and size (for `ended` 0 and the close code) are in the control words. gone,
/// no_pipe (nobody has written yet), corrupt.
CORTADO_EXPORT(Status, peek)(std::uint32_t me, std::uint32_t from) {
  const Status kind = peek(segment(), me, from);
  if (kind == static_cast<Status>(RecordKind::message) ||
      kind == static_cast<Status>(RecordKind::block)) {
    segment().slot(slot_of(me)).found_at += segment_address;
  }
  return kind;
}

/// What peek() found is read; a block stays the participant's until free(). 1 as of ring(), for a
/// writer that waits for room. gone, no_pipe, bad_argument.
CORTADO_EXPORT(Status, release)(std::uint32_t me, std::uint32_t from) {
  return release(segment(), me, from);
}

/// Nothing more is read from a slot: after `ended` or `corrupt`, or to refuse the rest. gone, no_pipe.
CORTADO_EXPORT(Status, finish)(std::uint32_t me, std::uint32_t from, std::uint32_t code) {
  return finish_pipe(segment(), me, from, code);
}

// --- blocks ---

/// Address of a block of at least `size` bytes, which is the participant's. gone, no_room.
CORTADO_EXPORT(Status, allocate)(std::uint32_t me, std::uint32_t size) {
  if (!segment().is_alive(me)) return refuse(Refusal::gone);
  const Status page = take_block(segment(), slot_of(me), size, Use::payload);
  return page < 0 ? page : address(page * static_cast<Status>(page_size));
}

/// Gives back a block that is the participant's. gone, bad_block.
CORTADO_EXPORT(Status, free)(std::uint32_t me, std::uint32_t block) {
  if (!segment().is_alive(me)) return refuse(Refusal::gone);
  const std::uint32_t page = segment().page_at(block);
  if (held_size(segment(), page, slot_of(me), Use::payload) == 0) return refuse(Refusal::bad_block);
  return drop_block(segment(), slot_of(me), slot_of(me), page);
}

}  // namespace cortado::bus
