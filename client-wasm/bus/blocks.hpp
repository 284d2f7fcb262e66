// SPDX-License-Identifier: Apache-2.0
// The pages of a segment, given out in runs: blocks. Rings lie in them, and payloads that are too
// large for a ring.
//
// Each block is described by one word, that of its first page: its length and who has it. The words
// of its other pages are 0. So each step of the allocator is one atomic word, and whoever dies
// between two steps leaves a segment in order, with at most a block that is claimed in its name. There
// is no lock that a dead thread could hold, and none that a page could wait for.
//
//   free(n)        anybody may claim it, by compare-and-swap
//   claimed(n, p)  of p alone, for the few steps of a split, a merge or the way back
//   held(n, use)   by the participants whose bits are in the word of `holders`; the last frees it
//
// A merge or split leaves a second claimed word inside of a claimed block for a moment;
// reclaim_claimed() knows. Who searches may come upon words that have just become 0, inside of a
// block: it goes on page by page until it meets a block again.
//
// Refused: a lock whose dead holder is found out, as the holder may only be slow; a list of free
// blocks, which is several words; headers inside of the blocks, which payloads could overwrite.
#pragma once

#include <cstdint>

#include "client-wasm/bus/segment.hpp"

namespace cortado::bus {

/// What lies in a block. Nobody can free another's ring, or read from a payload as if it were one, by
/// naming it.
enum class Use : std::uint8_t { ring = 0xfe, payload = 0xff };

/// A block of at least `size` bytes, held by the participant alone: its page, or no_room.
Status take_block(Segment& segment, std::uint32_t slot, std::uint32_t size, Use use);

/// Takes back what `holder` has of the block; frees it if nobody else holds it. `slot` is who asks:
/// the holder itself, or who cleans up behind it. Bytes of other participants' stay as they are.
/// 0, or bad_block: the holder does not hold it. `before_free`, if not null, becomes 0 before it is
/// freed: the entry of the pipe whose ring this is.
Status drop_block(Segment& segment, std::uint32_t slot, std::uint32_t holder, std::uint32_t page,
                  Word* before_free = nullptr);

/// Makes `other` a holder, too. By a holder. bad_block if it is one already.
Status share_block(Segment& segment, std::uint32_t page, std::uint32_t other);

/// Bytes of a block that `holder` holds for that use; 0 if it is none, or not the holder's.
std::uint32_t held_size(Segment& segment, std::uint32_t page, std::uint32_t holder, Use use);

/// Frees all that `holder` holds or has claimed. It does nothing meanwhile: it is the caller, or has
/// stopped.
void drop_all(Segment& segment, std::uint32_t slot, std::uint32_t holder);

/// Bytes of free pages, not in one run: for diagnosis.
std::uint32_t free_size(Segment& segment);

}  // namespace cortado::bus
