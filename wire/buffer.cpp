// SPDX-License-Identifier: Apache-2.0
// Memory of a Buffer, from malloc and not operator new[]: a large buffer grows without being copied
// where the system can.
#include "wire/buffer.hpp"

#include <cassert>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "wire/memory.hpp"

namespace cortado::wire {

namespace {

constexpr std::size_t capacity_min = 512;  // a few small frames

}  // namespace

Buffer::~Buffer() { std::free(bytes_); }

Buffer::Buffer(Buffer&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  if (this != &other) {
    std::free(bytes_);
    bytes_ = std::exchange(other.bytes_, nullptr);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
  }
  return *this;
}

void Buffer::commit(std::size_t size) {
  assert(size <= capacity_ - size_);
  size_ += size;
}

void Buffer::drop_front(std::size_t size) {
  assert(size <= size_);
  size_ -= size;
  if (size_ != 0) std::memmove(bytes_, bytes_ + size, size_);
}

void Buffer::grow(std::size_t size) {
  const std::size_t needed = size_ + size;
  if (needed < size) std::abort();
  std::size_t capacity = capacity_ < capacity_min ? capacity_min : capacity_ * 2;
  if (capacity < needed) capacity = needed;
  // All of the old memory is kept: what was written behind the end stays there.
  bytes_ = static_cast<std::byte*>(resize_memory(bytes_, capacity_, capacity));
  capacity_ = capacity;
}

}  // namespace cortado::wire
