// SPDX-License-Identifier: Apache-2.0
// The ring of one pipe: bytes from one writer to one reader, neither of which ever waits in here.
//
// Records begin at multiples of 8 with a header {size, kind}; one that would not fit behind the last
// goes to the ring's begin, behind a record that says "skip". So every record is one run of bytes,
// and one of at most half the ring always fits into an empty one.
//
// `tail` and `head` count bytes and wrap around; what is between them belongs to the reader, the rest
// to the writer. Each lies in a cache line of its owner's, with what the owner last saw of the other.
// The lowest bit of `tail` says that the ring is closed. It is in that word because then a record is
// either before the closing, and will be read or given back, or it is refused: the writer commits by
// compare-and-swap.
//
// Room, the other way about, is asked for as in doorbell.hpp, by Dekker's argument: the writer stores
// `wanted`, then loads `head`; the reader stores `head`, then loads `wanted`.
//
// The other end may be wrong, not only dead: what it wrote is read once and checked before it is
// used, and nothing outside of the ring is touched because of it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "client-wasm/bus/segment.hpp"
#include "client-wasm/bus/word.hpp"

namespace cortado::bus {

class Ring {
 public:
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  /// Bytes that a ring of this capacity takes.
  static constexpr std::uint32_t size_of(std::uint32_t capacity) {
    return static_cast<std::uint32_t>(sizeof(Ring)) + capacity;
  }

  static constexpr bool is_capacity(std::uint32_t capacity) {
    return capacity >= pipe_size_min && capacity <= pipe_size_max &&
           (capacity & (capacity - 1)) == 0;
  }

  /// Bytes of the largest message of such a ring.
  static constexpr std::uint32_t message_size_max(std::uint32_t capacity) {
    return capacity / 2 - record_header_size;
  }

  /// Before anybody else sees it. `writer` and `reader` are tickets.
  void format(std::uint32_t writer, std::uint32_t reader);

  [[nodiscard]] std::uint32_t writer() const { return writer_; }
  [[nodiscard]] std::uint32_t reader() const { return reader_; }

  // The writer's half. The capacity is kept outside, where the other end cannot change it in between.

  /// Room for a message of up to `size` bytes: how far behind the ring's begin it is; 0 when there is
  /// none now, and the reader will ring; or minus a refusal.
  Status reserve(std::uint32_t capacity, std::uint32_t size);

  /// The reserved message has `size` bytes, perhaps fewer than were reserved, and is the reader's.
  Status commit(std::uint32_t capacity, std::uint32_t size, RecordKind kind);

  // The reader's half.

  /// Looks for the next record. A RecordKind (`ended` when the ring is closed and read), or minus a
  /// refusal.
  Status peek(std::uint32_t capacity);

  /// Of the record that peek() found: how far behind the ring's begin it is, and its bytes.
  [[nodiscard]] std::uint32_t found_at() const { return found_at_; }
  [[nodiscard]] std::uint32_t found_size() const { return found_size_; }

  /// The record that peek() found is read. 1 when the writer waits for room and there is enough now,
  /// so that its doorbell is to be rung; else 0.
  Status release(std::uint32_t capacity);

  // Either half, or who cleans up behind one.

  /// Nothing is committed from here on. The first code counts; the other end learns of it by a ring.
  void close(std::uint32_t code);

  /// What close() was given first; `otherwise` when it was not called.
  [[nodiscard]] std::uint32_t close_code(std::uint32_t otherwise) const {
    const std::uint32_t stored = close_code_.load(std::memory_order_acquire);
    return stored == 0 ? otherwise : stored - 1;
  }

 private:
  static constexpr std::uint32_t closed_bit = 1;

  /// Whether `size` bytes behind `position` are free, as far as is known. The sum may not be below the
  /// head: one that the other end made up gives no room that there is not.
  [[nodiscard]] bool has_room(std::uint32_t capacity, std::uint32_t position,
                              std::uint32_t size) const {
    const std::uint32_t used = position - head_seen_;
    return used <= capacity && size <= capacity - used;
  }

  std::byte* bytes() { return reinterpret_cast<std::byte*>(this + 1); }

  /// Rarely written.
  alignas(64) std::uint32_t writer_;
  std::uint32_t reader_;
  /// The code + 1, or 0.
  Word close_code_;
  /// Bytes that must be free before the reader rings the writer's doorbell; 0: it does not wait.
  Word wanted_;

  /// The writer's line.
  alignas(64) Word tail_;
  std::uint32_t head_seen_;
  /// Of the reservation: bytes to skip before it, and its size and header; 0: there is none.
  std::uint32_t skip_size_;
  std::uint32_t reserved_size_;

  /// The reader's line.
  alignas(64) Word head_;
  std::uint32_t tail_seen_;
  /// The record that peek() found, and the position behind it.
  std::uint32_t found_at_;
  std::uint32_t found_size_;
  std::uint32_t found_end_;
};

static_assert(sizeof(Ring) == 192);

}  // namespace cortado::bus
