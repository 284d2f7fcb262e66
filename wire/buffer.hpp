// SPDX-License-Identifier: Apache-2.0
// A growing run of bytes, aligned as malloc aligns (8 at least), that neither fills with zeros what
// it is about to overwrite (as std::vector does) nor gives memory back. Frames are written in place at its
// end. Out of memory ends the program: there is no exception here to tell it with.
#pragma once

#include <cstddef>
#include <span>

namespace cortado::wire {

class Buffer {
 public:
  Buffer() = default;
  ~Buffer();
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  /// `size` bytes behind the end, not yet part of the content; their values are undefined. Moves
  /// the content when it must grow: earlier spans are void then. When `size` is at most what an
  /// earlier prepare() since the last commit() asked for, it gives the same bytes again.
  [[nodiscard]] std::span<std::byte> prepare(std::size_t size) {
    if (size > capacity_ - size_) grow(size);
    return {bytes_ + size_, size};
  }

  /// Makes the first `size` bytes of what prepare() gave part of the content.
  void commit(std::size_t size);

  /// Empties it and keeps the memory; assign `Buffer{}` to give that back too.
  void clear() { size_ = 0; }

  /// Takes `size` bytes off the beginning of the content. Spans are void.
  void drop_front(std::size_t size);

  [[nodiscard]] std::span<const std::byte> content() const { return {bytes_, size_}; }
  [[nodiscard]] std::span<std::byte> content() { return {bytes_, size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

 private:
  void grow(std::size_t size);

  std::byte* bytes_ = nullptr;  // owned, from malloc
  std::size_t size_ = 0;        // invariant: <= capacity_
  std::size_t capacity_ = 0;
};

}  // namespace cortado::wire
