// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/bus/blocks.hpp"

namespace cortado::bus {
namespace {

// A page's word: the length of its block in pages, and below it a tag: 0 for free, a slot + 1 for
// claimed, a Use for held.
constexpr bool is_held(std::uint32_t tag) { return tag >= static_cast<std::uint32_t>(Use::ring); }

constexpr std::uint32_t length_of(std::uint32_t word) { return word >> 8; }
constexpr std::uint32_t tag_of(std::uint32_t word) { return word & 0xff; }
constexpr std::uint32_t free_word(std::uint32_t length) { return length << 8; }
constexpr std::uint32_t held_word(std::uint32_t length, Use use) {
  return length << 8 | static_cast<std::uint32_t>(use);
}
constexpr std::uint32_t claimed_word(std::uint32_t length, std::uint32_t slot) {
  return length << 8 | (slot + 1);
}

constexpr std::uint32_t bit_of(std::uint32_t slot) { return 1U << slot; }

/// Whether a block may begin with this word: others can overwrite the tables, too.
bool is_block(std::uint32_t word, std::uint32_t page, std::uint32_t end) {
  return length_of(word) != 0 && length_of(word) <= end - page;
}

/// The next page to look at. 0 is inside of a block that has just been merged.
std::uint32_t after(std::uint32_t word, std::uint32_t page, std::uint32_t end) {
  return is_block(word, page, end) ? page + length_of(word) : page + 1;
}

/// Takes a free block's pages in one step.
bool claim(Segment& segment, std::uint32_t page, std::uint32_t word, std::uint32_t slot) {
  return segment.page(page).compare_exchange_strong(word, claimed_word(length_of(word), slot),
                                                    std::memory_order_acquire,
                                                    std::memory_order_relaxed);
}

/// Adds free blocks that follow a claimed one until it is long enough. Its length then.
std::uint32_t grow(Segment& segment, std::uint32_t page, std::uint32_t length, std::uint32_t wanted,
                   std::uint32_t slot) {
  const std::uint32_t end = segment.end_page();
  while (length < wanted && page + length < end) {
    const std::uint32_t next = page + length;
    const std::uint32_t word = segment.page(next).load(std::memory_order_relaxed);
    if (!is_block(word, next, end) || tag_of(word) != 0) break;
    if (!claim(segment, next, word, slot)) break;
    // Both are claimed at each moment, and the longer one covers the other before that vanishes.
    length += length_of(word);
    segment.page(page).store(claimed_word(length, slot), std::memory_order_relaxed);
    segment.page(next).store(0, std::memory_order_relaxed);
  }
  return length;
}

/// Gives back what a claimed block has beyond `wanted` pages.
void shrink(Segment& segment, std::uint32_t page, std::uint32_t length, std::uint32_t wanted,
            std::uint32_t slot) {
  if (length == wanted) return;
  // Covered, then two claimed ones, then one of them free: nothing is ever lost or in two blocks.
  Word& rest = segment.page(page + wanted);
  rest.store(claimed_word(length - wanted, slot), std::memory_order_relaxed);
  segment.page(page).store(claimed_word(wanted, slot), std::memory_order_relaxed);
  rest.store(free_word(length - wanted), std::memory_order_release);
}

/// Makes a block of `wanted` pages out of the free one here and those that follow it.
bool take_here(Segment& segment, std::uint32_t page, std::uint32_t word, std::uint32_t wanted,
               std::uint32_t slot, Use use) {
  if (!claim(segment, page, word, slot)) return false;
  const std::uint32_t length = grow(segment, page, length_of(word), wanted, slot);
  if (length < wanted) {
    segment.page(page).store(free_word(length), std::memory_order_release);
    return false;
  }
  shrink(segment, page, length, wanted, slot);
  segment.holders(page).store(bit_of(slot), std::memory_order_relaxed);
  segment.page(page).store(held_word(wanted, use), std::memory_order_release);
  segment.next_page().store(page + wanted, std::memory_order_relaxed);
  return true;
}

/// Looks through all pages once, from `begin` to the end and then from the first. The page of the
/// block, 0 when there is none, or 1 when there is none but somebody was in the middle of taking one:
/// it may give back much of that at once. (The first page is never 0 or 1: tables lie there.)
std::uint32_t search(Segment& segment, std::uint32_t begin, std::uint32_t wanted,
                     std::uint32_t slot, Use use) {
  const std::uint32_t first = segment.first_page();
  const std::uint32_t end = segment.end_page();
  bool is_contended = false;
  for (std::uint32_t round = 0; round < 2; ++round) {
    // The second round looks at all once more: a block may reach over `begin`.
    std::uint32_t page = round == 0 ? begin : first;
    while (page < end) {
      const std::uint32_t word = segment.page(page).load(std::memory_order_relaxed);
      if (is_block(word, page, end)) {
        const std::uint32_t tag = tag_of(word);
        if (tag == 0 && take_here(segment, page, word, wanted, slot, use)) return page;
        is_contended = is_contended || (tag != 0 && !is_held(tag));
      }
      page = after(word, page, end);
    }
  }
  return is_contended ? 1 : 0;
}

constexpr std::uint32_t searches_max = 64;

}  // namespace

Status take_block(Segment& segment, std::uint32_t slot, std::uint32_t size, Use use) {
  if (size == 0 || size > segment.size()) return refuse(Refusal::no_room);
  const std::uint32_t wanted = (size + page_size - 1) / page_size;
  for (std::uint32_t searches = 0; searches < searches_max; ++searches) {
    std::uint32_t begin = segment.next_page().load(std::memory_order_relaxed);
    if (!segment.is_page(begin)) begin = segment.first_page();
    const std::uint32_t found = search(segment, begin, wanted, slot, use);
    if (found > 1) return static_cast<Status>(found);
    if (found == 0) break;
    relax();
  }
  return refuse(Refusal::no_room);
}

Status drop_block(Segment& segment, std::uint32_t slot, std::uint32_t holder, std::uint32_t page,
                  Word* before_free) {
  Word& holders = segment.holders(page);
  std::uint32_t held_by = holders.load(std::memory_order_acquire);
  while ((held_by & bit_of(holder)) != 0) {
    if (held_by == bit_of(holder)) {
      // Nobody else can become a holder now, as only holders share.
      const std::uint32_t length = length_of(segment.page(page).load(std::memory_order_relaxed));
      if (before_free != nullptr) before_free->store(0, std::memory_order_release);
      segment.page(page).store(claimed_word(length, slot), std::memory_order_relaxed);
      holders.store(0, std::memory_order_relaxed);
      segment.page(page).store(free_word(length), std::memory_order_release);
      return 0;
    }
    // The last one sees what the others did with the block, and whoever takes it next sees it, too.
    if (holders.compare_exchange_weak(held_by, held_by & ~bit_of(holder), std::memory_order_acq_rel,
                                      std::memory_order_acquire)) {
      return 0;
    }
  }
  return refuse(Refusal::bad_block);
}

Status share_block(Segment& segment, std::uint32_t page, std::uint32_t other) {
  const std::uint32_t before =
      segment.holders(page).fetch_or(bit_of(other), std::memory_order_acq_rel);
  return (before & bit_of(other)) == 0 ? 0 : refuse(Refusal::bad_block);
}

std::uint32_t held_size(Segment& segment, std::uint32_t page, std::uint32_t holder, Use use) {
  if (!segment.is_page(page)) return 0;
  const std::uint32_t word = segment.page(page).load(std::memory_order_acquire);
  const bool is_such = tag_of(word) == static_cast<std::uint32_t>(use);
  if (!is_such || !is_block(word, page, segment.end_page())) return 0;
  if ((segment.holders(page).load(std::memory_order_acquire) & bit_of(holder)) == 0) return 0;
  return length_of(word) * page_size;
}

void drop_all(Segment& segment, std::uint32_t slot, std::uint32_t holder) {
  const std::uint32_t end = segment.end_page();
  for (std::uint32_t page = segment.first_page(); page < end;) {
    const std::uint32_t word = segment.page(page).load(std::memory_order_acquire);
    if (is_block(word, page, end)) {
      if (tag_of(word) == holder + 1) {
        // It died in the middle of a merge or a split: another word may be left inside.
        for (std::uint32_t inner = 1; inner < length_of(word); ++inner) {
          segment.page(page + inner).store(0, std::memory_order_relaxed);
        }
        segment.page(page).store(free_word(length_of(word)), std::memory_order_release);
      } else if (is_held(tag_of(word))) {
        // bad_block says that it is not the holder's.
        static_cast<void>(drop_block(segment, slot, holder, page));
      }
    }
    page = after(word, page, end);
  }
}

std::uint32_t free_size(Segment& segment) {
  const std::uint32_t end = segment.end_page();
  std::uint32_t pages = 0;
  for (std::uint32_t page = segment.first_page(); page < end;) {
    const std::uint32_t word = segment.page(page).load(std::memory_order_relaxed);
    if (is_block(word, page, end) && tag_of(word) == 0) pages += length_of(word);
    page = after(word, page, end);
  }
  return pages * page_size;
}

}  // namespace cortado::bus
