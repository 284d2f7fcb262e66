// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/bus/pipes.hpp"

#include <bit>

#include "client-wasm/bus/blocks.hpp"
#include "client-wasm/bus/ring.hpp"

namespace cortado::bus {
namespace {

constexpr std::uint32_t slot_of(std::uint32_t ticket) { return ticket & ticket_slot_mask; }

// A pipe's word: the page of its ring, and below it the capacity as a power of two. Read once, as
// others may change it.
constexpr std::uint32_t page_of(std::uint32_t pipe) { return pipe >> 8; }
constexpr std::uint32_t capacity_of(std::uint32_t pipe) { return 1U << (pipe & 31); }

Ring& ring_of(Segment& segment, std::uint32_t pipe) {
  return *static_cast<Ring*>(segment.page_begin(page_of(pipe)));
}

/// The word of a pipe whose ring `holder` still holds and which lies in its block; or 0.
std::uint32_t pipe_of(Segment& segment, std::uint32_t from, std::uint32_t to,
                      std::uint32_t holder) {
  if (from >= participants_max || to >= participants_max) return 0;
  const std::uint32_t pipe = segment.pipe(from, to).load(std::memory_order_acquire);
  const std::uint32_t capacity = capacity_of(pipe);
  const bool is_sound =
      Ring::is_capacity(capacity) &&
      held_size(segment, page_of(pipe), holder, Use::ring) >= Ring::size_of(capacity);
  return is_sound ? pipe : 0;
}

/// The word of a pipe that `me` may write to, or minus a refusal.
Status pipe_to(Segment& segment, std::uint32_t me, std::uint32_t to) {
  if (!segment.is_alive(me)) return refuse(Refusal::gone);
  const std::uint32_t pipe = pipe_of(segment, slot_of(me), to, slot_of(me));
  if (pipe == 0) return refuse(Refusal::no_pipe);
  if (!segment.is_alive(ring_of(segment, pipe).reader())) return refuse(Refusal::closed);
  return static_cast<Status>(pipe);
}

/// The word of a pipe that `me` may read from, or minus a refusal.
Status pipe_from(Segment& segment, std::uint32_t me, std::uint32_t from) {
  if (!segment.is_alive(me)) return refuse(Refusal::gone);
  const std::uint32_t pipe = pipe_of(segment, from, slot_of(me), slot_of(me));
  return pipe == 0 ? refuse(Refusal::no_pipe) : static_cast<Status>(pipe);
}

/// A block in a ring: where it begins, and how many of its bytes count.
struct BlockRecord {
  std::uint32_t page;
  std::uint32_t size;
};

BlockRecord& block_record(Ring& ring, std::uint32_t at) {
  void* const place = reinterpret_cast<std::byte*>(&ring) + at;
  return *static_cast<BlockRecord*>(place);
}

/// 1 if its owner slept.
Status ring_doorbell(Segment& segment, std::uint32_t slot, std::uint32_t of) {
  return segment.slot(of).doorbell.ring(1U << slot) ? 1 : 0;
}

/// Gives back one end of a ring; the second one frees it.
void drop_ring(Segment& segment, std::uint32_t slot, std::uint32_t holder, std::uint32_t pipe,
               Word& entry) {
  // That it is held was seen just now, and nobody else gives it back.
  static_cast<void>(drop_block(segment, slot, holder, page_of(pipe), &entry));
}

/// Of the record of a block that the ring has found: checks it, and notes it in the slot.
Status found_block(Segment& segment, std::uint32_t me, Ring& ring) {
  if (ring.found_size() != sizeof(BlockRecord)) return refuse(Refusal::corrupt);
  const BlockRecord record = block_record(ring, ring.found_at());
  const std::uint32_t held = held_size(segment, record.page, slot_of(me), Use::payload);
  if (record.size == 0 || record.size > held) return refuse(Refusal::corrupt);
  Slot& own = segment.slot(slot_of(me));
  own.found_at = record.page * page_size;
  own.found_size = record.size;
  return static_cast<Status>(RecordKind::block);
}

}  // namespace

Status open_pipe(Segment& segment, std::uint32_t me, std::uint32_t to, std::uint32_t capacity) {
  if (!segment.is_alive(me)) return refuse(Refusal::gone);
  const std::uint32_t slot = slot_of(me);
  if (!Ring::is_capacity(capacity) || to == slot) return refuse(Refusal::bad_argument);
  if (to >= participants_max) return refuse(Refusal::no_participant);
  const std::uint32_t state = segment.slot(to).state.load(std::memory_order_acquire);
  const std::uint32_t reader = (state & ~ticket_slot_mask) | to;
  if (state != Segment::alive_as(reader)) return refuse(Refusal::no_participant);
  Word& entry = segment.pipe(slot, to);
  if (entry.load(std::memory_order_acquire) != 0) return refuse(Refusal::pipe_in_use);
  const Status taken = take_block(segment, slot, Ring::size_of(capacity), Use::ring);
  if (taken < 0) return taken;
  const auto page = static_cast<std::uint32_t>(taken);
  const std::uint32_t pipe = page << 8 | static_cast<std::uint32_t>(std::countr_zero(capacity));
  ring_of(segment, pipe).format(me, reader);
  // Nobody else has it yet, so nobody holds it already.
  static_cast<void>(share_block(segment, page, to));
  entry.store(pipe, std::memory_order_release);
  return 0;
}

Status reserve(Segment& segment, std::uint32_t me, std::uint32_t to, std::uint32_t size) {
  const Status pipe = pipe_to(segment, me, to);
  if (pipe < 0) return pipe;
  const auto word = static_cast<std::uint32_t>(pipe);
  const Status at = ring_of(segment, word).reserve(capacity_of(word), size);
  return at <= 0 ? at : at + static_cast<Status>(page_of(word) * page_size);
}

Status commit(Segment& segment, std::uint32_t me, std::uint32_t to, std::uint32_t size) {
  const Status pipe = pipe_to(segment, me, to);
  if (pipe < 0) return pipe;
  const auto word = static_cast<std::uint32_t>(pipe);
  return ring_of(segment, word).commit(capacity_of(word), size, RecordKind::message);
}

Status send_block(Segment& segment, std::uint32_t me, std::uint32_t to, std::uint32_t block,
                  std::uint32_t size, bool is_kept) {
  const Status pipe = pipe_to(segment, me, to);
  if (pipe < 0) return pipe;
  const auto word = static_cast<std::uint32_t>(pipe);
  const std::uint32_t page = block / page_size;
  const bool is_page = block % page_size == 0;
  if (!is_page || size == 0 || size > held_size(segment, page, slot_of(me), Use::payload)) {
    return refuse(Refusal::bad_block);
  }
  Ring& ring = ring_of(segment, word);
  const Status at = ring.reserve(capacity_of(word), sizeof(BlockRecord));
  if (at <= 0) return at == 0 ? block_waits : at;
  if (const Status shared = share_block(segment, page, to); shared < 0) return shared;
  block_record(ring, static_cast<std::uint32_t>(at)) = {page, size};
  const Status committed = ring.commit(capacity_of(word), sizeof(BlockRecord), RecordKind::block);
  // Either way one of the two holds it no more: the reader, who will never hear of it, or `me`.
  const std::uint32_t leaving = committed < 0 ? to : slot_of(me);
  if (committed < 0 || !is_kept) {
    static_cast<void>(drop_block(segment, slot_of(me), leaving, page));
  }
  return committed;
}

Status ring(Segment& segment, std::uint32_t me, std::uint32_t to) {
  if (!segment.is_alive(me)) return refuse(Refusal::gone);
  if (to >= participants_max) return refuse(Refusal::no_participant);
  return ring_doorbell(segment, slot_of(me), to);
}

Status end_pipe(Segment& segment, std::uint32_t me, std::uint32_t to, std::uint32_t code) {
  if (!segment.is_alive(me)) return refuse(Refusal::gone);
  const std::uint32_t slot = slot_of(me);
  const std::uint32_t pipe = pipe_of(segment, slot, to, slot);
  if (pipe == 0) return refuse(Refusal::no_pipe);
  ring_of(segment, pipe).close(code);
  drop_ring(segment, slot, slot, pipe, segment.pipe(slot, to));
  ring_doorbell(segment, slot, to);
  return 0;
}

Status peek(Segment& segment, std::uint32_t me, std::uint32_t from) {
  const Status pipe = pipe_from(segment, me, from);
  if (pipe < 0) return pipe;
  const auto word = static_cast<std::uint32_t>(pipe);
  Ring& ring = ring_of(segment, word);
  Slot& own = segment.slot(slot_of(me));
  Status kind = ring.peek(capacity_of(word));
  if (kind == static_cast<Status>(RecordKind::none) &&
      (!segment.is_alive(ring.writer()) || ring.reader() != me)) {
    // Once more: what it committed before it went is seen by who sees that it went.
    kind = ring.peek(capacity_of(word));
    if (kind == static_cast<Status>(RecordKind::none)) {
      kind = static_cast<Status>(RecordKind::ended);
    }
  }
  if (kind == static_cast<Status>(RecordKind::message)) {
    own.found_at = page_of(word) * page_size + ring.found_at();
    own.found_size = ring.found_size();
  } else if (kind == static_cast<Status>(RecordKind::block)) {
    kind = found_block(segment, me, ring);
  } else if (kind == static_cast<Status>(RecordKind::ended)) {
    own.found_at = 0;
    own.found_size = ring.close_code(static_cast<std::uint32_t>(CloseCode::died));
  }
  return kind;
}

Status release(Segment& segment, std::uint32_t me, std::uint32_t from) {
  const Status pipe = pipe_from(segment, me, from);
  if (pipe < 0) return pipe;
  const auto word = static_cast<std::uint32_t>(pipe);
  const Status released = ring_of(segment, word).release(capacity_of(word));
  if (released <= 0) return released;
  return ring_doorbell(segment, slot_of(me), from);
}

Status finish_pipe(Segment& segment, std::uint32_t me, std::uint32_t from, std::uint32_t code) {
  const Status pipe = pipe_from(segment, me, from);
  if (pipe < 0) return pipe;
  const auto word = static_cast<std::uint32_t>(pipe);
  Ring& ring = ring_of(segment, word);
  ring.close(code);
  while (true) {
    const Status kind = ring.peek(capacity_of(word));
    if (kind == static_cast<Status>(RecordKind::block)) {
      if (found_block(segment, me, ring) > 0) {
        const std::uint32_t page = segment.slot(slot_of(me)).found_at / page_size;
        static_cast<void>(drop_block(segment, slot_of(me), slot_of(me), page));
      }
    } else if (kind != static_cast<Status>(RecordKind::message)) {
      break;
    }
    static_cast<void>(ring.release(capacity_of(word)));
  }
  drop_ring(segment, slot_of(me), slot_of(me), word, segment.pipe(from, slot_of(me)));
  ring_doorbell(segment, slot_of(me), from);
  return 0;
}

void drop_pipes(Segment& segment, std::uint32_t slot, std::uint32_t holder, std::uint32_t code) {
  for (std::uint32_t other = 0; other < participants_max; ++other) {
    for (const bool is_writer : {true, false}) {
      const std::uint32_t from = is_writer ? holder : other;
      const std::uint32_t to = is_writer ? other : holder;
      const std::uint32_t pipe = pipe_of(segment, from, to, holder);
      if (pipe == 0) continue;
      ring_of(segment, pipe).close(code);
      drop_ring(segment, slot, holder, pipe, segment.pipe(from, to));
    }
  }
}

}  // namespace cortado::bus
