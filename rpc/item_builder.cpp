// SPDX-License-Identifier: Apache-2.0
#include "rpc/item_builder.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace cortado {

void ItemScratch::grow(std::size_t words) {
  const std::size_t size = std::clamp(std::bit_ceil(words), words_min, words_max);
  if (size <= words_.size()) return;
  words_ = kj::heapArray<capnp::word>(size);
  std::memset(words_.begin(), 0, size * sizeof(capnp::word));
}

ItemBuilder::ItemBuilder(ItemScratch& scratch)
    : scratch_(scratch), has_scratch_(!scratch.is_taken_) {
  if (!has_scratch_) {
    message_.emplace();
    return;
  }
  if (scratch.words_ == nullptr) scratch.grow(ItemScratch::words_min);
  scratch.is_taken_ = true;
  message_.emplace(scratch.words_.asPtr());
}

ItemBuilder::~ItemBuilder() {
  if (!has_scratch_) return;
  std::size_t words = 0;
  // Nothing is there where filling it threw before there was a root.
  const auto segments = message_->getSegmentsForOutput();
  if (segments.size() > 1) {
    for (const auto& segment : segments) words += segment.size();
  }
  message_.reset();  // zeros what it used
  scratch_.grow(words);
  scratch_.is_taken_ = false;
}

}  // namespace cortado
