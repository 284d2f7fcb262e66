// SPDX-License-Identifier: Apache-2.0
// Multiply-shift hashing with a factor from the seed; removal shifts entries back, so that there
// are no tombstones to sweep.
#include "wire/served_calls.hpp"

#include <bit>
#include <cassert>

#include "wire/hash_seed.hpp"

namespace cortado::wire {

namespace {

constexpr std::uint32_t capacity_min = 16;

}  // namespace

ServedCalls::ServedCalls(std::uint64_t seed) : factor_(hash_factor(seed)) {}

ServedCalls::~ServedCalls() { std::free(entries_); }

std::uint32_t ServedCalls::home(CallId id) const {
  return static_cast<std::uint32_t>((id * factor_) >> shift_);
}

std::uint32_t ServedCalls::probe(CallId id) const {
  std::uint32_t at = home(id);
  while (entries_[at].id != 0 && entries_[at].id != id) at = (at + 1) & (capacity_ - 1);
  return at;
}

ServedCalls::Found ServedCalls::find(CallId id) const {
  if (count_ == 0) return {false, Peer::no_deadline, nullptr};
  const Entry& entry = entries_[probe(id)];
  // An empty entry holds what the last call in it left there.
  return {entry.id == id, entry.deadline_ms, entry.id == id ? entry.stream : nullptr};
}

void ServedCalls::insert(CallId id, std::uint64_t deadline_ms, Stream* stream) {
  if ((count_ + 1) * 4 > capacity_ * 3) resize(capacity_ == 0 ? capacity_min : capacity_ * 2);
  Entry& entry = entries_[probe(id)];
  assert(id != 0 && entry.id == 0);
  entry = {id, deadline_ms, stream};
  ++count_;
}

ServedCalls::Found ServedCalls::remove(CallId id) {
  if (count_ == 0) return {false, Peer::no_deadline, nullptr};
  const std::uint32_t mask = capacity_ - 1;
  std::uint32_t hole = probe(id);
  const Found found{entries_[hole].id == id, entries_[hole].deadline_ms, entries_[hole].stream};
  if (!found.found) return found;
  // Whoever probed past the hole moves into it, and leaves the next hole.
  for (std::uint32_t at = (hole + 1) & mask; entries_[at].id != 0; at = (at + 1) & mask) {
    const std::uint32_t distance_home = (at - home(entries_[at].id)) & mask;
    if (distance_home >= ((at - hole) & mask)) {
      entries_[hole] = entries_[at];
      hole = at;
    }
  }
  entries_[hole].id = 0;
  --count_;
  if (capacity_ > capacity_min && count_ < capacity_ / 8) resize(capacity_ / 2);
  return found;
}

void ServedCalls::resize(std::uint32_t capacity) {
  Entry* const old_entries = entries_;
  const std::uint32_t old_capacity = capacity_;
  entries_ = static_cast<Entry*>(std::calloc(capacity, sizeof(Entry)));
  if (entries_ == nullptr) std::abort();
  capacity_ = capacity;
  shift_ = 64 - static_cast<std::uint32_t>(std::countr_zero(capacity));
  for (std::uint32_t at = 0; at < old_capacity; ++at) {
    if (old_entries[at].id != 0) entries_[probe(old_entries[at].id)] = old_entries[at];
  }
  std::free(old_entries);
}

}  // namespace cortado::wire
