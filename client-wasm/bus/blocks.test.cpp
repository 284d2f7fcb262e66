// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/bus/blocks.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "client-wasm/bus/testdata/test_segment.hpp"

namespace cortado::bus {
namespace {

constexpr Status no_room = refuse(Refusal::no_room);
constexpr Status bad_block = refuse(Refusal::bad_block);

std::uint32_t take(TestSegment& memory, std::uint32_t size, std::uint32_t slot = 0) {
  const Status page = take_block(memory.segment(), slot, size, Use::payload);
  REQUIRE(page > 0);
  return static_cast<std::uint32_t>(page);
}

TEST_CASE("a block has its size and one holder, and is free when that drops it") {
  TestSegment memory;
  Segment& segment = memory.segment();
  const std::uint32_t before = free_size(segment);
  const std::uint32_t page = take(memory, page_size + 1);
  CHECK(held_size(segment, page, 0, Use::payload) == 2 * page_size);
  CHECK(held_size(segment, page, 0, Use::ring) == 0);
  CHECK(held_size(segment, page, 1, Use::payload) == 0);
  CHECK(held_size(segment, page + 1, 0, Use::payload) == 0);
  CHECK(free_size(segment) == before - 2 * page_size);
  CHECK(drop_block(segment, 1, 1, page) == bad_block);
  CHECK(drop_block(segment, 0, 0, page) == 0);
  CHECK(drop_block(segment, 0, 0, page) == bad_block);
  CHECK(free_size(segment) == before);
}

TEST_CASE("a shared block stays until the last holder drops it") {
  TestSegment memory;
  Segment& segment = memory.segment();
  const std::uint32_t before = free_size(segment);
  const std::uint32_t page = take(memory, 1);
  CHECK(share_block(segment, page, 31) == 0);
  CHECK(share_block(segment, page, 31) == bad_block);
  CHECK(drop_block(segment, 0, 0, page) == 0);
  CHECK(held_size(segment, page, 31, Use::payload) == page_size);
  drop_all(segment, 31, 31);
  CHECK(free_size(segment) == before);
}

TEST_CASE("all of the segment can be taken, and no more") {
  TestSegment memory;
  Segment& segment = memory.segment();
  const std::uint32_t all = free_size(segment);
  CHECK(all > memory_size_min - 16 * page_size);
  CHECK(take_block(segment, 0, all + 1, Use::payload) == no_room);
  CHECK(take_block(segment, 0, 0, Use::payload) == no_room);
  CHECK(take_block(segment, 0, 0xffff'ffff, Use::payload) == no_room);
  const std::uint32_t page = take(memory, all);
  CHECK(free_size(segment) == 0);
  CHECK(take_block(segment, 0, 1, Use::payload) == no_room);
  CHECK(drop_block(segment, 0, 0, page) == 0);
  // Piece by piece, freed in another order, it becomes one again.
  std::vector<std::uint32_t> pages;
  while (free_size(segment) > 0) pages.push_back(take(memory, page_size));
  std::shuffle(pages.begin(), pages.end(), std::minstd_rand(1));
  for (const std::uint32_t each : pages) CHECK(drop_block(segment, 0, 0, each) == 0);
  take(memory, all);
}

TEST_CASE("blocks taken at random never overlap, and come back whole") {
  TestSegment memory;
  Segment& segment = memory.segment();
  const std::uint32_t all = free_size(segment);
  std::minstd_rand random(7);
  std::vector<std::uint32_t> owner(segment.end_page(), 0);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> taken;
  for (std::uint32_t step = 1; step < 5000; ++step) {
    if (random() % 2 == 0) {
      const auto pages = static_cast<std::uint32_t>(1 + random() % 20);
      const Status page = take_block(segment, 0, pages * page_size, Use::payload);
      if (page < 0) continue;
      const auto first = static_cast<std::uint32_t>(page);
      for (std::uint32_t each = first; each < first + pages; ++each) {
        REQUIRE(owner[each] == 0);
        owner[each] = step;
      }
      taken.emplace_back(first, pages);
    } else if (!taken.empty()) {
      std::swap(taken[random() % taken.size()], taken.back());
      const auto [first, pages] = taken.back();
      taken.pop_back();
      REQUIRE(drop_block(segment, 0, 0, first) == 0);
      std::fill_n(owner.begin() + first, pages, 0U);
    }
  }
  drop_all(segment, 0, 0);
  CHECK(free_size(segment) == all);
  take(memory, all);
}

TEST_CASE("what is no block of the holder's has no size, whatever is asked for") {
  TestSegment memory;
  Segment& segment = memory.segment();
  const std::uint32_t page = take(memory, 1);
  for (const std::uint32_t wrong : {0U, 1U, page - 1, page + 1, segment.end_page(), 0xffff'ffffU}) {
    CHECK(held_size(segment, wrong, 0, Use::payload) == 0);
  }
  const auto begin = reinterpret_cast<std::uintptr_t>(&segment);
  CHECK(segment.page_at(begin + page * page_size) == page);
  for (const std::uintptr_t wrong : {begin, begin + page * page_size + 8, begin + segment.size(),
                                     begin - page_size, std::uintptr_t{0}, ~std::uintptr_t{0}}) {
    CHECK(segment.page_at(wrong) == 0);
  }
}

}  // namespace
}  // namespace cortado::bus
