// SPDX-License-Identifier: Apache-2.0
// Chunks of frames and the cursor that walks over them.
#include "wire/outbox.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "wire/bytes.hpp"

namespace cortado::wire {

namespace {

/// A chunk that holds this much is not enlarged: the next one begins. Messages have about this
/// size, or twice; beyond 64 KiB larger ones gain nothing.
constexpr std::size_t chunk_size = 32'768;
/// An empty chunk with more memory than this gives it back.
constexpr std::size_t idle_capacity_max = 131'072;

constexpr std::size_t type_offset = 3;
constexpr std::size_t call_id_offset = 4;
constexpr std::size_t payload_size_offset = frame_header_size - sizeof(std::uint32_t);

/// Bytes of the frame at the beginning of frames of our own.
std::size_t first_frame_size(std::span<const std::byte> frames) {
  return frame_size(load<std::uint32_t>(frames, payload_size_offset));
}

}  // namespace

Outbox::Outbox() : head_(std::make_unique<Chunk>()), tail_(head_.get()), cursor_(tail_) {}

Outbox::~Outbox() { reset(); }

// --- writing -----------------------------------------------------------------------------------

std::span<std::byte> Outbox::prepare(std::size_t payload_size) {
  Buffer& bytes = tail_->bytes;
  if (has_session_ && payload_size < UINT32_MAX / 2) {
    const std::size_t needed = frame_size(payload_size);
    const bool is_given = in_flight_ != 0 && cursor_ == tail_;
    if (needed > bytes.capacity() - bytes.size() && (is_given || bytes.size() >= chunk_size)) {
      start_chunk(needed);
    }
  }
  return prepare_frame(tail_->bytes, payload_size);
}

void Outbox::commit(FrameType type, CallId id, std::size_t payload_size) {
  if (bulk_ != nullptr && type <= FrameType::end && waits_apart(id)) {
    const std::span<const std::byte> payload = prepare_frame(tail_->bytes, payload_size);
    Buffer copy;
    if (!payload.empty()) std::memcpy(copy.prepare(payload_size).data(), payload.data(), payload_size);
    copy.commit(payload_size);
    return append_bulk(type, id, std::move(copy));
  }
  static_cast<void>(prepare(payload_size));  // where nothing was prepared
  add_frame(type, id, payload_size);
}

void Outbox::add_frame(FrameType type, CallId id, std::size_t payload_size) {
  commit_frame(tail_->bytes, type, id, payload_size);
  size_ += frame_size(payload_size);
  ++frames_;
}

std::span<std::byte> Outbox::prepare_payload(std::size_t payload_size) {
  if (!in_large_) {
    if (!has_session_ || payload_size <= cut_size) return prepare(payload_size);
    in_large_ = true;
    // What was written to a smaller room is behind the header's place at the end of the chunk.
    Buffer& bytes = tail_->bytes;
    const std::size_t room = bytes.capacity() - bytes.size();
    const std::span<std::byte> large = large_.prepare(payload_size);
    if (room > frame_header_size) {
      const std::size_t written = std::min(room - frame_header_size, payload_size);
      std::memcpy(large.data(), bytes.prepare(room).data() + frame_header_size, written);
    }
  }
  return large_.prepare(payload_size);
}

void Outbox::commit_payload(FrameType type, CallId id, std::size_t payload_size) {
  if (!std::exchange(in_large_, false)) return commit(type, id, payload_size);
  Buffer large = std::exchange(large_, {});
  if (payload_size > cut_size) {
    static_cast<void>(large.prepare(payload_size));
    large.commit(payload_size);
    return append_bulk(type, id, std::move(large));
  }
  const std::span<std::byte> room = prepare(payload_size);
  std::memcpy(room.data(), large.prepare(payload_size).data(), payload_size);
  commit(type, id, payload_size);
}

void Outbox::start_chunk(std::size_t frame_size) {
  const std::span<const std::byte> behind =
      tail_->bytes.prepare(tail_->bytes.capacity() - tail_->bytes.size());
  std::unique_ptr<Chunk> chunk = spare_ ? std::move(spare_) : std::make_unique<Chunk>();
  const std::span<std::byte> room = chunk->bytes.prepare(frame_size);
  const std::size_t written = std::min(behind.size(), room.size());
  if (written != 0) std::memcpy(room.data(), behind.data(), written);
  chunk->first = frames_;
  tail_->next = std::move(chunk);
  tail_ = tail_->next.get();
}

// --- large payloads ----------------------------------------------------------------------------

bool Outbox::waits_apart(CallId id) const {
  for (const Bulk* bulk = bulk_.get(); bulk != nullptr; bulk = bulk->next.get()) {
    if (bulk->id == id) return true;
  }
  return false;
}

void Outbox::append_bulk(FrameType type, CallId id, Buffer payload) {
  size_ += payload.size();
  bulk_size_ += payload.size();
  std::unique_ptr<Bulk>* end = &bulk_;
  while (*end) end = &(*end)->next;
  *end = std::make_unique<Bulk>();
  (*end)->payload = std::move(payload);
  (*end)->id = id;
  (*end)->type = type;
}

Credit Outbox::drop(CallId id) {
  Credit credit;
  for (std::unique_ptr<Bulk>* at = &bulk_; *at;) {
    if ((*at)->id != id) {
      at = &(*at)->next;
      continue;
    }
    const std::unique_ptr<Bulk> dropped = std::move(*at);
    *at = std::move(dropped->next);
    size_ -= dropped->payload.size() - dropped->cut;
    bulk_size_ -= dropped->payload.size() - dropped->cut;
    if (dropped->type == FrameType::item) {
      ++credit.items;
      credit.bytes += static_cast<std::int32_t>(dropped->payload.size());
    }
  }
  return credit;
}

/// Whether a part may follow what is kept. What waits for acknowledgements is paced by them, so that
/// large payloads do not cost a session its resumption; but never so far that they stay away.
bool Outbox::may_cut() const {
  const std::size_t pace = std::max<std::size_t>(kept_size_max_ / 2, 2 * ack_bytes_max);
  const std::size_t kept_size = size_ - bulk_size_ - acknowledged_at_;
  return bulk_ != nullptr && (kept_size_max_ == 0 || kept_size < pace);
}

/// Moves a frame, or the next part of it, to the chunks.
void Outbox::cut_next() {
  Bulk& bulk = *bulk_;
  const std::span<const std::byte> rest = std::as_const(bulk.payload).content().subspan(bulk.cut);
  const bool is_whole = bulk.payload.size() <= cut_size;
  const std::size_t piece_size = std::min<std::size_t>(rest.size(), cut_size);
  const std::size_t header_size = is_whole ? 0 : part_header_size;
  const std::span<std::byte> payload = prepare(header_size + piece_size);
  if (!is_whole) {
    write_part(payload, {bulk.type, bulk.cut == 0, piece_size == rest.size(), {}});
  }
  if (piece_size != 0) std::memcpy(payload.data() + header_size, rest.data(), piece_size);
  bulk.cut += piece_size;
  size_ -= piece_size;
  bulk_size_ -= piece_size;
  const std::unique_ptr<Bulk> done =
      piece_size == rest.size() ? std::exchange(bulk_, std::move(bulk.next)) : nullptr;
  add_frame(is_whole ? bulk.type : FrameType::part, bulk.id, header_size + piece_size);
}

// --- a peer without a session ------------------------------------------------------------------

Buffer Outbox::take(Buffer spare) {
  std::swap(spare, tail_->bytes);
  clear();
  return spare;
}

// --- a session ---------------------------------------------------------------------------------

void Outbox::keep(std::uint32_t kept_size_max) {
  has_session_ = true;
  kept_size_max_ = kept_size_max;
}

bool Outbox::has_next() const { return !all_given() || may_cut(); }

std::span<const std::byte> Outbox::next() {
  if (all_given() && may_cut()) cut_next();
  if (cursor_at_ == cursor_->bytes.size() && cursor_->next) {
    cursor_ = cursor_->next.get();
    cursor_at_ = 0;
  }
  const std::span<const std::byte> rest =
      std::as_const(cursor_->bytes).content().subspan(cursor_at_);
  in_flight_ = rest.size();
  return rest;
}

void Outbox::sent() {
  cursor_at_ += std::exchange(in_flight_, 0);
  let_go();
}

/// Frees what is beyond what is to be kept.
void Outbox::let_go() {
  while (head_.get() != cursor_ && size_ - bulk_size_ > kept_size_max_) drop_head();
  if (kept_size_max_ == 0 && all_given()) clear_chunk();
}

void Outbox::drop_head() {
  std::unique_ptr<Chunk> dropped = std::exchange(head_, std::move(head_->next));
  size_ -= dropped->bytes.size();
  acknowledged_ = std::max(acknowledged_, head_->first);
  acknowledged_at_ = 0;
  dropped->bytes.clear();
  if (dropped->bytes.capacity() <= idle_capacity_max) spare_ = std::move(dropped);
}

void Outbox::interrupt() {
  cursor_at_ += std::exchange(in_flight_, 0);
  std::uint64_t waiting = 0;
  std::size_t at = cursor_at_;
  for (const Chunk* chunk = cursor_; chunk != nullptr; chunk = chunk->next.get(), at = 0) {
    for (auto rest = chunk->bytes.content().subspan(at); !rest.empty(); ++waiting) {
      rest = rest.subspan(first_frame_size(rest));
    }
  }
  sent_frames_ = std::max(sent_frames_, frames_ - waiting);
}

bool Outbox::acknowledge(std::uint64_t frames) {
  if (frames > frames_) return false;
  while (head_.get() != cursor_ && head_->next->first <= frames) drop_head();
  Buffer& bytes = head_->bytes;
  while (acknowledged_ < frames && acknowledged_at_ < bytes.size()) {
    ++acknowledged_;
    acknowledged_at_ += first_frame_size(bytes.content().subspan(acknowledged_at_));
  }
  if (head_.get() == tail_ && frames == frames_ && all_given() && in_flight_ == 0) clear_chunk();
  return true;
}

/// The only chunk there is has nothing that is still needed.
void Outbox::clear_chunk() {
  Buffer& bytes = tail_->bytes;
  size_ -= bytes.size();
  bytes.clear();
  tail_->first = acknowledged_ = frames_;
  cursor_at_ = acknowledged_at_ = 0;
  if (bytes.capacity() > idle_capacity_max) bytes = {};
}

void Outbox::rewind(std::uint64_t frames) {
  assert(can_rewind(frames));
  cursor_ = tail_;
  cursor_at_ = tail_->bytes.size();
  in_flight_ = 0;
  static_cast<void>(acknowledge(frames));
  cursor_ = head_.get();
  cursor_at_ = acknowledged_at_;
}

void Outbox::list_unsent_requests(PodArray<CallId>& ids) const {
  for (const Chunk* chunk = head_.get(); chunk != nullptr; chunk = chunk->next.get()) {
    std::uint64_t frame = chunk->first;
    for (auto rest = chunk->bytes.content(); !rest.empty(); ++frame) {
      const auto type = static_cast<FrameType>(load<std::uint8_t>(rest, type_offset));
      if (frame >= sent_frames_ && type == FrameType::request) {
        ids.push_back(load<std::uint64_t>(rest, call_id_offset));
      }
      rest = rest.subspan(first_frame_size(rest));
    }
  }
  for (const Bulk* bulk = bulk_.get(); bulk != nullptr; bulk = bulk->next.get()) {
    if (bulk->type == FrameType::request) ids.push_back(bulk->id);
  }
}

void Outbox::reset() {
  // One by one: chains free themselves by recursion otherwise.
  while (bulk_) bulk_ = std::move(bulk_->next);
  while (head_->next) head_ = std::move(head_->next);
  cursor_ = tail_ = head_.get();
  head_->bytes.clear();
  head_->first = 0;
  cursor_at_ = in_flight_ = acknowledged_at_ = size_ = bulk_size_ = 0;
  frames_ = sent_frames_ = acknowledged_ = 0;
}

}  // namespace cortado::wire
