// SPDX-License-Identifier: Apache-2.0
// A growing array of trivially copyable things. What std::vector lacks here: its growth calls
// functions that report errors by exceptions or text, which is most of its bytes in WebAssembly.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <type_traits>

#include "wire/memory.hpp"

namespace cortado::wire {

template <class Item>
class PodArray {
  static_assert(std::is_trivially_copyable_v<Item>);

 public:
  PodArray() = default;
  ~PodArray() { std::free(items_); }
  PodArray(const PodArray&) = delete;
  PodArray& operator=(const PodArray&) = delete;

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

  [[nodiscard]] Item* begin() { return items_; }
  [[nodiscard]] Item* end() { return items_ + size_; }
  [[nodiscard]] Item& operator[](std::size_t index) {
    assert(index < size_);
    return items_[index];
  }
  [[nodiscard]] const Item& operator[](std::size_t index) const {
    assert(index < size_);
    return items_[index];
  }

  void push_back(Item item) {
    if (size_ == capacity_) set_capacity(capacity_ == 0 ? capacity_min : capacity_ * 2);
    items_[size_] = item;
    ++size_;
  }
  void pop_back() { shrink(size_ - 1); }
  /// Forgets all but the first `size`; keeps the memory.
  void shrink(std::size_t size) {
    assert(size <= size_);
    size_ = size;
  }

  /// Gives memory back, down to what `capacity` items need; at least as many as there are.
  void set_capacity(std::size_t capacity) {
    assert(capacity >= size_);
    if (capacity > PTRDIFF_MAX / sizeof(Item)) std::abort();
    items_ =
        static_cast<Item*>(resize_memory(items_, size_ * sizeof(Item), capacity * sizeof(Item)));
    capacity_ = capacity;
  }

  static constexpr std::size_t capacity_min = 8;

 private:
  Item* items_ = nullptr;  // owned, from malloc
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace cortado::wire
