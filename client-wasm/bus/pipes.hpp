// SPDX-License-Identifier: Apache-2.0
// Pipes: from one participant to another, one ring each way, made when it is first needed.
//
// Participants call with their ticket, `me`, and name others by slot. A pipe belongs to two tickets:
// when either is no longer alive, it is closed for the other, whatever its ring says. Each end gives
// its half back by end() or finish(); the second one to do so frees the ring, and only then can there
// be another pipe from and to the same slots.
//
// Functions return at least 0, or minus a Refusal; addresses are bytes behind the segment's begin.
#pragma once

#include <cstdint>

#include "client-wasm/bus/segment.hpp"

namespace cortado::bus {

/// Makes the pipe to a living participant. `capacity`: bytes of its ring, a power of two. 0;
/// bad_argument, no_participant, pipe_in_use, no_room.
Status open_pipe(Segment& segment, std::uint32_t me, std::uint32_t to, std::uint32_t capacity);

/// Room for a message of up to `size` bytes, until commit(): its address, a multiple of 8. 0 when the
/// ring is full: its reader rings when half of it is free. too_large, closed, no_pipe.
Status reserve(Segment& segment, std::uint32_t me, std::uint32_t to, std::uint32_t size);

/// Of what was reserved, `size` bytes are a message, and the reader's. Who reads is not woken: ring()
/// does that, once for as many messages as there are. closed; bad_argument without reserve().
Status commit(Segment& segment, std::uint32_t me, std::uint32_t to, std::uint32_t size);

/// Sends a block that `me` holds; `size` bytes of it count. The reader becomes a holder, and `me` is
/// none any more, unless it keeps it to share it. 0; block_waits when the ring is full, and nothing
/// was done; bad_block; closed.
Status send_block(Segment& segment, std::uint32_t me, std::uint32_t to, std::uint32_t block,
                  std::uint32_t size, bool is_kept);

/// Tells a participant to look at what it shares with `me`. 1 if it slept, else 0.
Status ring(Segment& segment, std::uint32_t me, std::uint32_t to);

/// Nothing more is written. What was committed can still be read. The pipe is not `me`'s any more.
Status end_pipe(Segment& segment, std::uint32_t me, std::uint32_t to, std::uint32_t code);

/// The next record from a participant: a RecordKind; what it is lies in the slot's found_at and
/// found_size. none; ended, also when the writer is gone; corrupt.
Status peek(Segment& segment, std::uint32_t me, std::uint32_t from);

/// What peek() found is read: its bytes in the ring are the writer's again. A block stays held. 1 if
/// that woke the writer, who waits for room, else 0.
Status release(Segment& segment, std::uint32_t me, std::uint32_t from);

/// Nothing more is read; blocks that were not taken are freed. The pipe is not `me`'s any more.
Status finish_pipe(Segment& segment, std::uint32_t me, std::uint32_t from, std::uint32_t code);

/// Closes and gives back the pipes from and to a slot whose participant does nothing any more. `slot`
/// is who asks.
void drop_pipes(Segment& segment, std::uint32_t slot, std::uint32_t holder, std::uint32_t code);

}  // namespace cortado::bus
