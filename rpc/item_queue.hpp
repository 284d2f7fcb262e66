// SPDX-License-Identifier: Apache-2.0
// Received items that nobody has taken yet: a queue of byte strings in one piece of memory. How many
// there can be is bounded by the windows that the peer grants. For the sources of this room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "wire/buffer.hpp"

namespace cortado {

class ItemQueue {
 public:
  [[nodiscard]] bool empty() const { return begin_ == bytes_.size(); }

  void push(std::span<const std::byte> item) {
    if (begin_ != 0 && begin_ >= bytes_.size() / 2) move_to_front();
    const std::uint64_t size = item.size();
    const std::size_t entry_size = sizeof size + padded(item.size());
    const std::span<std::byte> room = bytes_.prepare(entry_size);
    std::memcpy(room.data(), &size, sizeof size);
    if (size != 0) std::memcpy(room.data() + sizeof size, item.data(), item.size());
    bytes_.commit(entry_size);
  }

  /// The oldest; not empty. 8-byte aligned, valid until the next push() or clear().
  [[nodiscard]] std::span<const std::byte> front() const {
    const std::span<const std::byte> rest = bytes_.content().subspan(begin_);
    std::uint64_t size = 0;
    std::memcpy(&size, rest.data(), sizeof size);
    return rest.subspan(sizeof size, static_cast<std::size_t>(size));
  }

  void pop() {
    begin_ += sizeof(std::uint64_t) + padded(front().size());
    if (empty()) clear();
  }

  void clear() {
    begin_ = 0;
    bytes_.clear();
    if (bytes_.capacity() > spare_size_max) bytes_ = {};
  }

 private:
  static constexpr std::size_t spare_size_max = 65'536;

  static std::size_t padded(std::size_t size) { return (size + 7) & ~std::size_t{7}; }

  void move_to_front() {
    const std::span<const std::byte> rest = bytes_.content().subspan(begin_);
    bytes_.clear();
    const std::span<std::byte> room = bytes_.prepare(rest.size());  // the same memory
    std::memmove(room.data(), rest.data(), rest.size());
    bytes_.commit(rest.size());
    begin_ = 0;
  }

  wire::Buffer bytes_;
  std::size_t begin_ = 0;  // of the oldest
};

}  // namespace cortado
