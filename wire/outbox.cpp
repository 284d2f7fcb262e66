// SPDX-License-Identifier: Apache-2.0
// One buffer of frames with a front and a cursor, and what waits to be cut.
#include "wire/outbox.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "wire/bytes.hpp"

namespace cortado::wire {

namespace {

/// Bytes of one message, unless a frame is larger. Beyond 64 KiB larger messages gain nothing, and
/// where less would do this is not reached.
constexpr std::size_t message_size_max = 262'144;
/// So much in front that is needed no more is worth moving the rest, when that is not more.
constexpr std::size_t compact_size_min = 16'384;
/// More memory than this is given back when nothing is in it.
constexpr std::size_t idle_capacity_max = 131'072;

constexpr std::size_t type_offset = 3;
constexpr std::size_t call_id_offset = 4;
constexpr std::size_t payload_size_offset = frame_header_size - sizeof(std::uint32_t);

/// Where the frame at `at` ends, in frames of our own.
std::size_t frame_end(std::span<const std::byte> frames, std::size_t at) {
  return at + frame_size(load<std::uint32_t>(frames, at + payload_size_offset));
}

}  // namespace

// --- writing -----------------------------------------------------------------------------------

#if !defined(__EMSCRIPTEN__)
void Outbox::pin(std::size_t frame_size) {
  const std::size_t room = bytes_.capacity() - bytes_.size();
  if (pinned_.capacity() != 0 || room >= frame_size) return;
  // What is on its way stays, and the work goes on in a copy.
  pinned_ = std::exchange(bytes_, {});
  const std::size_t used = pinned_.size() + room;  // the room too: something may be in it
  std::memcpy(bytes_.prepare(used).data(), pinned_.content().data(), used);
  bytes_.commit(pinned_.size());
}
#endif

/// Takes what prepare() gave room for out of the way, if it is large or belongs behind such a one.
bool Outbox::set_apart(FrameType type, CallId id, std::size_t payload_size, bool is_large) {
  if (type > FrameType::end) return false;
  std::unique_ptr<Bulk>* end = &bulk_;
  for (; *end; end = &(*end)->next) is_large = is_large || (*end)->id == id;
  if (!is_large) return false;
  *end = std::make_unique<Bulk>();
  Bulk& bulk = **end;
  if (payload_size != 0) {
    std::memcpy(bulk.payload.prepare(payload_size).data(), prepare(payload_size).data(),
                payload_size);
    bulk.payload.commit(payload_size);
  }
  bulk.id = id;
  bulk.type = type;
  bulk_size_ += payload_size;
  return true;
}

// --- large payloads ----------------------------------------------------------------------------

Credit Outbox::drop(CallId id) {
  Credit credit;
  for (std::unique_ptr<Bulk>* at = &bulk_; *at;) {
    if ((*at)->id != id) {
      at = &(*at)->next;
      continue;
    }
    const std::unique_ptr<Bulk> dropped = std::exchange(*at, std::move((*at)->next));
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
  return bulk_ != nullptr && (kept_size_max_ == 0 || kept_size() < pace);
}

/// Writes a frame that waits apart, or the next part of it.
void Outbox::cut_next() {
  Bulk& bulk = *bulk_;
  const std::span<const std::byte> rest = std::as_const(bulk.payload).content().subspan(bulk.cut);
  const bool is_whole = bulk.payload.size() <= cut_size;
  const std::size_t piece_size = std::min<std::size_t>(rest.size(), cut_size);
  const bool is_last = piece_size == rest.size();
  const std::size_t header_size = is_whole ? 0 : part_header_size;
  const std::span<std::byte> payload = prepare(header_size + piece_size);
  if (!is_whole) write_part(payload, {bulk.type, bulk.cut == 0, is_last, {}});
  if (piece_size != 0) std::memcpy(payload.data() + header_size, rest.data(), piece_size);
  add_frame(is_whole ? bulk.type : FrameType::part, bulk.id, header_size + piece_size);
  bulk.cut += piece_size;
  bulk_size_ -= piece_size;
  if (is_last) bulk_ = std::move(bulk.next);
}

// --- a peer without a session ------------------------------------------------------------------

Buffer Outbox::take(Buffer spare) {
  std::swap(spare, bytes_);
  clear();
  return spare;
}

// --- a session ---------------------------------------------------------------------------------

void Outbox::keep(std::uint32_t kept_size_max) {
  has_session_ = true;
  kept_size_max_ = kept_size_max;
}

std::span<const std::byte> Outbox::next() {
  // A part goes with the rest when that is small: steady traffic does not hold it up for ever.
  if (bytes_.size() - cursor_at_ < cut_size && may_cut()) cut_next();
  const std::span<const std::byte> all = std::as_const(bytes_).content();
  std::size_t end = all.size();
  if (end - cursor_at_ > message_size_max) {
    end = frame_end(all, cursor_at_);
    while (end < all.size() && frame_end(all, end) - cursor_at_ <= message_size_max) {
      end = frame_end(all, end);
    }
  }
  in_flight_ = end - cursor_at_;
  return all.subspan(cursor_at_, in_flight_);
}

void Outbox::sent() {
  interrupt();
  let_go();
}

void Outbox::interrupt() {
  cursor_at_ += std::exchange(in_flight_, 0);
  sent_at_ = std::max(sent_at_, cursor_at_);
  unpin();
}

/// Moves the front over what is more than is to be kept, and frees what is before it.
void Outbox::let_go() {
  while (front_at_ < cursor_at_ && kept_size() > kept_size_max_) pass_front();
  const std::size_t rest = kept_size();
  if (in_flight_ != 0 || front_at_ < (rest == 0 ? 1 : std::max(rest, compact_size_min))) return;
  bytes_.drop_front(front_at_);
  cursor_at_ -= front_at_;
  sent_at_ -= front_at_;
  front_at_ = 0;
  if (rest == 0 && bytes_.capacity() > idle_capacity_max) bytes_ = {};
}

bool Outbox::acknowledge(std::uint64_t frames) {
  if (frames > frames_) return false;
  acknowledged_ = std::max(acknowledged_, frames);
  // What was not sent cannot have arrived, whatever is said.
  while (front_ < frames && front_at_ < cursor_at_) pass_front();
  let_go();
  return true;
}

void Outbox::rewind(std::uint64_t frames) {
  assert(can_rewind(frames));
  acknowledged_ = std::max(acknowledged_, frames);
  while (front_ < frames) pass_front();
  cursor_at_ = front_at_;
  in_flight_ = 0;
  sent_at_ = std::max(sent_at_, cursor_at_);  // whatever the other end says
  let_go();
}

bool Outbox::is_apart(CallId id) const {
  const Bulk* bulk = bulk_.get();
  while (bulk != nullptr && bulk->id != id) bulk = bulk->next.get();
  return bulk != nullptr;
}

/// The first frame is needed no more.
void Outbox::pass_front() {
  front_at_ = frame_end(bytes_.content(), front_at_);
  ++front_;
}

void Outbox::mark_unsent(OwnCalls& calls) const {
  const std::span<const std::byte> all = bytes_.content();
  for (std::size_t at = sent_at_; at < all.size(); at = frame_end(all, at)) {
    const auto type = static_cast<FrameType>(load<std::uint8_t>(all, at + type_offset));
    if (type == FrameType::request) {
      calls.mark_unsent(load<std::uint64_t>(all, at + call_id_offset));
    }
  }
  for (const Bulk* bulk = bulk_.get(); bulk != nullptr; bulk = bulk->next.get()) {
    if (bulk->type == FrameType::request) calls.mark_unsent(bulk->id);
  }
}

void Outbox::reset() {
  // One by one: a chain frees itself by recursion otherwise.
  while (bulk_) bulk_ = std::move(bulk_->next);
  bytes_.clear();
  unpin();
  front_at_ = cursor_at_ = in_flight_ = sent_at_ = bulk_size_ = 0;
  front_ = frames_ = acknowledged_ = 0;
}

}  // namespace cortado::wire
