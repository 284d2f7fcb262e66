// SPDX-License-Identifier: Apache-2.0
// Scratch memory, dealt out from front to back. The kernel has no heap: its caller gives it memory,
// and says how much is needed by dealing from an arena that has none.
#pragma once

#include <cstddef>
#include <cstdint>

namespace darkroom {

/// What one band of rows needs is dealt anew for each job: nothing is ever given back.
class Arena {
 public:
  static constexpr std::size_t alignment = 16;

  /// Of memory that begins at a multiple of `alignment`; nullptr: only to count.
  explicit Arena(void* memory) : begin_(static_cast<std::byte*>(memory)) {}

  /// Room for `count` values, whose content is whatever was there; nullptr when only counting.
  template <typename Value>
  Value* take(std::size_t count) {
    std::byte* const taken = begin_ == nullptr ? nullptr : begin_ + size_;
    size_ += (count * sizeof(Value) + alignment - 1) / alignment * alignment;
    return reinterpret_cast<Value*>(taken);
  }

  /// Bytes dealt out so far.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::byte* begin_;
  std::size_t size_ = 0;
};

}  // namespace darkroom
