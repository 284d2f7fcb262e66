// SPDX-License-Identifier: Apache-2.0
// The bus for C++: one participant of a segment, for the threads of a native program or of an
// Emscripten module with pthreads. What JavaScript has instead is exports.cpp.
//
// One thread uses it at a time. Nothing throws; what can fail says why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <utility>

#include "client-wasm/bus/blocks.hpp"
#include "client-wasm/bus/participants.hpp"
#include "client-wasm/bus/pipes.hpp"
#include "client-wasm/bus/segment.hpp"

namespace cortado::bus {

/// What a participant may spin for with so many processors, natively: some 40 µs at the most. With two,
/// who spins keeps off the one it waits for.
constexpr std::uint32_t spins_for(unsigned processors) { return processors > 2 ? 1024 : 0; }

/// Something that was read. `bytes` of a message are valid until release(), of a block until free().
struct Received {
  RecordKind kind;
  std::span<std::byte> bytes;
  /// Of `ended`.
  std::uint32_t close_code;
};

class Participant {
 public:
  template <class Value>
  using Result = std::expected<Value, Refusal>;

  /// `memory` is a segment (Segment::format) that outlives the participant.
  static Result<Participant> join(std::span<std::byte> memory, std::uint32_t spins_limit = 0) {
    const Status checked = Segment::check(memory.data(), memory.size());
    if (checked < 0) return std::unexpected(refusal(checked));
    Segment& segment = Segment::at(memory.data());
    const Status ticket = bus::join(segment, spins_limit);
    if (ticket < 0) return std::unexpected(refusal(ticket));
    return Participant(segment, static_cast<std::uint32_t>(ticket));
  }

  Participant(Participant&& other) noexcept
      : segment_(std::exchange(other.segment_, nullptr)), ticket_(other.ticket_) {}
  Participant& operator=(Participant&&) = delete;
  Participant(const Participant&) = delete;
  Participant& operator=(const Participant&) = delete;

  /// Leaves, unless it has left or was declared dead.
  ~Participant() {
    if (segment_ != nullptr) static_cast<void>(bus::leave(*segment_, ticket_));
  }

  [[nodiscard]] std::uint32_t ticket() const { return ticket_; }
  [[nodiscard]] std::uint32_t slot() const { return ticket_ & ticket_slot_mask; }
  [[nodiscard]] bool is_alive() const { return segment_->is_alive(ticket_); }

  /// How many others are there.
  Result<std::uint32_t> leave() { return value(bus::leave(*segment_, ticket_)); }

  Result<void> mark_dead(std::uint32_t slot) {
    return done(bus::mark_dead(*segment_, ticket_, slot));
  }
  Result<void> reclaim(std::uint32_t slot) { return done(bus::reclaim(*segment_, ticket_, slot)); }

  Result<void> open(std::uint32_t to, std::uint32_t capacity = pipe_size_default) {
    return done(open_pipe(*segment_, ticket_, to, capacity));
  }

  /// nullptr when there is no room now.
  Result<std::byte*> reserve(std::uint32_t to, std::uint32_t size) {
    return address(bus::reserve(*segment_, ticket_, to, size));
  }
  Result<void> commit(std::uint32_t to, std::uint32_t size) {
    return done(bus::commit(*segment_, ticket_, to, size));
  }

  /// False when there is no room now.
  Result<bool> send_block(std::uint32_t to, const std::byte* block, std::uint32_t size,
                          bool is_kept = false) {
    const Status sent = bus::send_block(*segment_, ticket_, to, offset_of(block), size, is_kept);
    if (sent < 0) return std::unexpected(refusal(sent));
    return sent != block_waits;
  }

  Result<void> ring(std::uint32_t to) { return done(bus::ring(*segment_, ticket_, to)); }

  Result<void> end(std::uint32_t to, std::uint32_t code = 0) {
    return done(end_pipe(*segment_, ticket_, to, code));
  }

  /// nullopt when there is nothing now.
  Result<std::optional<Received>> peek(std::uint32_t from) {
    const Status found = bus::peek(*segment_, ticket_, from);
    if (found < 0) return std::unexpected(refusal(found));
    const auto kind = static_cast<RecordKind>(found);
    if (kind == RecordKind::none) return std::nullopt;
    const Slot& own = segment_->slot(slot());
    if (kind == RecordKind::ended) return Received{kind, {}, own.found_size};
    return Received{kind, {begin() + own.found_at, own.found_size}, 0};
  }

  Result<void> release(std::uint32_t from) { return done(bus::release(*segment_, ticket_, from)); }
  Result<void> finish(std::uint32_t from, std::uint32_t code = 0) {
    return done(finish_pipe(*segment_, ticket_, from, code));
  }

  /// nullptr never; no_room.
  Result<std::byte*> allocate(std::uint32_t size) {
    if (!is_alive()) return std::unexpected(Refusal::gone);
    const Status page = take_block(*segment_, slot(), size, Use::payload);
    if (page < 0) return std::unexpected(refusal(page));
    return static_cast<std::byte*>(segment_->page_begin(static_cast<std::uint32_t>(page)));
  }
  Result<void> free(const std::byte* block) {
    if (!is_alive()) return std::unexpected(Refusal::gone);
    const std::uint32_t page = offset_of(block) / page_size;
    if (offset_of(block) % page_size != 0 ||
        held_size(*segment_, page, slot(), Use::payload) == 0) {
      return std::unexpected(Refusal::bad_block);
    }
    return done(drop_block(*segment_, slot(), slot(), page));
  }

  /// The slots that have something, without waiting.
  std::uint32_t look() { return bus::look(*segment_, ticket_); }

  /// Waits until there is something, or, seldom, for no reason; what look() says then. 0 also for who
  /// was declared dead.
  std::uint32_t wait() {
    if (!spin(*segment_, ticket_)) {
      const std::uint32_t seen = prepare_to_wait(*segment_, ticket_);
      if (seen != do_not_wait) wait_while(segment_->slot(slot()).doorbell.bell, seen);
    }
    return look();
  }

 private:
  Participant(Segment& segment, std::uint32_t ticket) : segment_(&segment), ticket_(ticket) {}

  static Refusal refusal(Status status) { return static_cast<Refusal>(-status); }

  static Result<void> done(Status status) {
    if (status < 0) return std::unexpected(refusal(status));
    return {};
  }
  static Result<std::uint32_t> value(Status status) {
    if (status < 0) return std::unexpected(refusal(status));
    return static_cast<std::uint32_t>(status);
  }
  Result<std::byte*> address(Status status) {
    if (status < 0) return std::unexpected(refusal(status));
    return status == 0 ? nullptr : begin() + status;
  }

  std::byte* begin() { return reinterpret_cast<std::byte*>(segment_); }

  /// What is not in the segment has an offset that no block has.
  std::uint32_t offset_of(const std::byte* block) {
    const auto offset =
        reinterpret_cast<std::uintptr_t>(block) - reinterpret_cast<std::uintptr_t>(segment_);
    return offset < segment_->size() ? static_cast<std::uint32_t>(offset) : 1;
  }

  Segment* segment_;
  std::uint32_t ticket_;
};

}  // namespace cortado::bus
