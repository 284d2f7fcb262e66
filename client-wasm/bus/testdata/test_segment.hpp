// SPDX-License-Identifier: Apache-2.0
// Memory for tests to have a segment in.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>

#include "client-wasm/bus/segment.hpp"

namespace cortado::bus {

/// What lies somewhere in memory, aligned for it.
template <class Type>
Type& lying_at(void* place) {
  return *static_cast<Type*>(place);
}

/// Bytes as characters.
inline std::string text_of(void* bytes, std::size_t size) {
  return {static_cast<const char*>(bytes), size};
}

class TestSegment {
 public:
  explicit TestSegment(std::size_t size = memory_size_min) : memory_(allocate(size)), size_(size) {
    clear();
  }

  std::span<std::byte> memory() { return {memory_.get(), size_}; }
  Segment& segment() { return Segment::at(memory_.get()); }

  /// A new segment in the same place.
  void clear() {
    // What the pages hold means nothing.
    const std::size_t tables = sizeof(Segment) + size_ / page_size * 8;
    std::fill_n(memory_.get(), tables, std::byte{0});
    static_cast<void>(Segment::format(memory_.get(), size_));
  }

 private:
  struct Free {
    void operator()(std::byte* memory) const {
      ::operator delete(memory, std::align_val_t{page_size});
    }
  };
  using Memory = std::unique_ptr<std::byte, Free>;

  static Memory allocate(std::size_t size) {
    return Memory(static_cast<std::byte*>(::operator new(size, std::align_val_t{page_size})));
  }

  Memory memory_;
  std::size_t size_;
};

}  // namespace cortado::bus
