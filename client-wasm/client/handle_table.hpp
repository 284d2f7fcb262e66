// SPDX-License-Identifier: Apache-2.0
// Numbers that stand for objects across the C ABI. A number is never a pointer, and one whose
// object is gone is found to be so, even when its place was given to another object.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <utility>

namespace cortado::client {

/// A handle: the place in the lowest 8 bits, above it how often the place was given away. Always
/// positive as an int32, so that negative numbers are errors.
template <class T, std::size_t capacity>
class HandleTable {
  static_assert(capacity <= 256);

 public:
  /// 0 when the table is full.
  [[nodiscard]] std::uint32_t add(std::unique_ptr<T> object) {
    for (std::uint32_t place = 0; place < capacity; ++place) {
      Entry& entry = entries_[place];
      if (entry.object) continue;
      entry.object = std::move(object);
      entry.generation = entry.generation % generation_max + 1;
      return entry.generation << 8 | place;
    }
    return 0;
  }

  /// nullptr for a handle that is stale or was never given out.
  [[nodiscard]] T* find(std::uint32_t handle) {
    Entry* const entry = entry_of(handle);
    return entry ? entry->object.get() : nullptr;
  }

  /// Takes the object out; nullptr as in find().
  [[nodiscard]] std::unique_ptr<T> remove(std::uint32_t handle) {
    Entry* const entry = entry_of(handle);
    return entry ? std::move(entry->object) : nullptr;
  }

 private:
  static constexpr std::uint32_t generation_max = (1U << 23) - 1;

  struct Entry {
    std::unique_ptr<T> object;
    std::uint32_t generation = 0;
  };

  Entry* entry_of(std::uint32_t handle) {
    const std::uint32_t place = handle & 0xff;
    if (place >= capacity || entries_[place].generation != handle >> 8) return nullptr;
    return &entries_[place];
  }

  std::array<Entry, capacity> entries_{};
};

}  // namespace cortado::client
