// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/bus/ring.hpp"

namespace cortado::bus {
namespace {

struct RecordHeader {
  std::uint32_t size;
  std::uint32_t kind;
};
static_assert(sizeof(RecordHeader) == record_header_size);

/// Of a record that only fills the end of the ring; no RecordKind.
constexpr std::uint32_t skip_kind = 0xff;

/// Positions are multiples of 8; the bits below have other uses.
constexpr std::uint32_t position_mask = ~7U;

constexpr std::uint32_t record_size(std::uint32_t size) {
  return record_header_size + ((size + 7) & position_mask);
}

RecordHeader& header_at(void* place) { return *static_cast<RecordHeader*>(place); }

}  // namespace

void Ring::format(std::uint32_t writer, std::uint32_t reader) {
  writer_ = writer;
  reader_ = reader;
  close_code_.store(0, std::memory_order_relaxed);
  wanted_.store(0, std::memory_order_relaxed);
  tail_.store(0, std::memory_order_relaxed);
  head_seen_ = 0;
  skip_size_ = 0;
  reserved_size_ = 0;
  head_.store(0, std::memory_order_relaxed);
  tail_seen_ = 0;
  found_at_ = 0;
  found_size_ = 0;
  found_end_ = 0;
}

Status Ring::reserve(std::uint32_t capacity, std::uint32_t size) {
  reserved_size_ = 0;
  if (size > message_size_max(capacity)) return refuse(Refusal::too_large);
  const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
  if ((tail & closed_bit) != 0) return refuse(Refusal::closed);
  const std::uint32_t position = tail & position_mask;
  const std::uint32_t offset = position & (capacity - 1);
  const std::uint32_t needed = record_size(size);
  const std::uint32_t skip = needed > capacity - offset ? capacity - offset : 0;
  if (!has_room(capacity, position, skip + needed)) {
    head_seen_ = head_.load(std::memory_order_acquire);
    if (!has_room(capacity, position, skip + needed)) {
      // Half the ring at least: a writer that is woken for each record gets no further than that.
      const std::uint32_t half = capacity / 2;
      wanted_.store(skip + needed > half ? skip + needed : half, std::memory_order_seq_cst);
      head_seen_ = head_.load(std::memory_order_seq_cst);
      if (!has_room(capacity, position, skip + needed)) {
        return position - head_seen_ <= capacity ? 0 : refuse(Refusal::corrupt);
      }
      wanted_.store(0, std::memory_order_relaxed);
    }
  }
  skip_size_ = skip;
  reserved_size_ = needed;
  return static_cast<Status>(sizeof(Ring) + (skip == 0 ? offset : 0) + record_header_size);
}

Status Ring::commit(std::uint32_t capacity, std::uint32_t size, RecordKind kind) {
  const std::uint32_t needed = size <= capacity ? record_size(size) : capacity;
  if (needed > reserved_size_) return refuse(Refusal::bad_argument);
  std::uint32_t tail = tail_.load(std::memory_order_relaxed);
  const std::uint32_t offset = tail & position_mask & (capacity - 1);
  const std::uint32_t skip = skip_size_ < capacity - offset ? 0 : capacity - offset;
  reserved_size_ = 0;
  if (skip != 0) header_at(bytes() + offset) = {skip - record_header_size, skip_kind};
  header_at(bytes() + (skip == 0 ? offset : 0)) = {size, static_cast<std::uint32_t>(kind)};
  if ((tail & closed_bit) != 0) return refuse(Refusal::closed);
  // Fails only if the ring is closed meanwhile: nobody else moves the tail.
  return tail_.compare_exchange_strong(tail, tail + skip + needed, std::memory_order_release,
                                       std::memory_order_relaxed)
             ? 0
             : refuse(Refusal::closed);
}

Status Ring::peek(std::uint32_t capacity) {
  std::uint32_t head = head_.load(std::memory_order_relaxed) & position_mask;
  for (std::uint32_t records = 0; records < 2; ++records) {
    if (head == (tail_seen_ & position_mask)) tail_seen_ = tail_.load(std::memory_order_acquire);
    const std::uint32_t available = (tail_seen_ & position_mask) - head;
    if (available == 0) {
      const bool is_over = (tail_seen_ & closed_bit) != 0;
      return static_cast<Status>(is_over ? RecordKind::ended : RecordKind::none);
    }
    const std::uint32_t offset = head & (capacity - 1);
    const RecordHeader header = header_at(bytes() + offset);
    if (available > capacity || header.size > capacity) return refuse(Refusal::corrupt);
    const std::uint32_t size = record_size(header.size);
    if (size > available || size > capacity - offset) return refuse(Refusal::corrupt);
    if (header.kind == skip_kind) {
      head += size;
      continue;
    }
    if (header.kind != static_cast<std::uint32_t>(RecordKind::message) &&
        header.kind != static_cast<std::uint32_t>(RecordKind::block)) {
      return refuse(Refusal::corrupt);
    }
    found_at_ = static_cast<std::uint32_t>(sizeof(Ring)) + offset + record_header_size;
    found_size_ = header.size;
    found_end_ = head + size;
    return static_cast<Status>(header.kind);
  }
  return refuse(Refusal::corrupt);
}

Status Ring::release(std::uint32_t capacity) {
  const std::uint32_t head = head_.load(std::memory_order_relaxed);
  const std::uint32_t end = found_end_;
  if (end == head) return refuse(Refusal::bad_argument);
  head_.store(end, std::memory_order_seq_cst);
  const std::uint32_t wanted = wanted_.load(std::memory_order_seq_cst);
  if (wanted == 0) return 0;
  const std::uint32_t used = (tail_.load(std::memory_order_relaxed) & position_mask) - end;
  if (used > capacity - wanted) return 0;
  // Before the ring: a writer that is full again by then asks again when it is rung.
  wanted_.store(0, std::memory_order_relaxed);
  return 1;
}

void Ring::close(std::uint32_t code) {
  std::uint32_t none = 0;
  close_code_.compare_exchange_strong(none, code + 1, std::memory_order_acq_rel,
                                      std::memory_order_acquire);
  tail_.fetch_or(closed_bit, std::memory_order_acq_rel);
}

}  // namespace cortado::bus
