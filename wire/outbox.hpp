// SPDX-License-Identifier: Apache-2.0
// The frames that wait to leave, and those that may have to leave again. Frames are written once,
// at the end of a chunk, and stay there until they are acknowledged: what is sent, and sent again
// after a lost connection, is a run of that memory. A payload that is too large waits apart and
// is cut into parts as the chunks run empty.
//
//   chunks:  [ acknowledged | kept, may be sent again | in flight | waiting ]   bulk: [ ... ]
//                                                     ^ cursor
//
// A peer without a session uses one chunk that is emptied when its content has left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "wire/buffer.hpp"
#include "wire/envelope.hpp"
#include "wire/frame.hpp"
#include "wire/peer.hpp"
#include "wire/pod_array.hpp"

namespace cortado::wire {

class Outbox {
 public:
  Outbox();
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // --- writing -----------------------------------------------------------------------------

  /// Room for a payload of this size, until the next commit of whatever. Asked again for more, it
  /// may move; what was written stays in it.
  [[nodiscard]] std::span<std::byte> prepare(std::size_t payload_size);
  /// Sends what prepare() gave room for, or its beginning, behind what waits for the same call.
  void commit(FrameType type, CallId id, std::size_t payload_size);

  /// The same for payloads that may be large: those above cut_size are not written among the others.
  [[nodiscard]] std::span<std::byte> prepare_payload(std::size_t payload_size);
  void commit_payload(FrameType type, CallId id, std::size_t payload_size);

  /// Forgets what waits of a call that has ended. Gives back the credit of its items.
  [[nodiscard]] Credit drop(CallId id);

  // --- a peer without a session ------------------------------------------------------------

  [[nodiscard]] std::span<const std::byte> content() const { return tail_->bytes.content(); }
  void clear() {
    tail_->bytes.clear();
    size_ = 0;
  }
  [[nodiscard]] Buffer take(Buffer spare);

  // --- a session ---------------------------------------------------------------------------

  /// From now on memory given by next() stays where it is, large payloads are cut, and, unless
  /// `kept_size_max` is 0, frames are kept until acknowledged, up to so many bytes.
  void keep(std::uint32_t kept_size_max);

  /// Whether next() has something.
  [[nodiscard]] bool has_next() const;
  /// The next frames to leave; valid until they have left, or rewind() or reset().
  [[nodiscard]] std::span<const std::byte> next();
  /// What next() gave has left.
  void sent();
  /// The connection is gone: what next() gave may have left or not. Notes how far sending came.
  void interrupt();

  /// So many frames have arrived; false when there were never so many.
  [[nodiscard]] bool acknowledge(std::uint64_t frames);
  /// Whether everything after so many frames is still there.
  [[nodiscard]] bool can_rewind(std::uint64_t frames) const {
    return frames >= acknowledged_ && frames >= head_->first && frames <= frames_;
  }
  /// So many frames have arrived; next() goes on behind them.
  void rewind(std::uint64_t frames);

  /// Whether a frame was ever given to a connection before interrupt().
  [[nodiscard]] bool any_sent() const { return sent_frames_ != 0; }
  /// The ids of calls whose REQUEST no connection was ever given (after interrupt()).
  void list_unsent_requests(PodArray<CallId>& ids) const;

  /// Empty, and no frame was ever sent.
  void reset();

  /// Bytes of frames that are kept or wait.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Chunk {
    std::unique_ptr<Chunk> next;
    Buffer bytes;
    std::uint64_t first = 0;  // frames before its first one
  };
  /// A frame that waits apart: too large, or behind such a one of its call.
  struct Bulk {
    std::unique_ptr<Bulk> next;
    Buffer payload;
    std::size_t cut = 0;  // bytes that have left in parts
    CallId id = 0;
    FrameType type{};
  };

  void add_frame(FrameType type, CallId id, std::size_t payload_size);
  [[nodiscard]] bool waits_apart(CallId id) const;
  void append_bulk(FrameType type, CallId id, Buffer payload);
  void cut_next();
  void start_chunk(std::size_t frame_size);
  void drop_head();
  void let_go();
  void clear_chunk();
  [[nodiscard]] bool all_given() const {
    return cursor_ == tail_ && cursor_at_ == tail_->bytes.size();
  }
  [[nodiscard]] bool may_cut() const;

  std::unique_ptr<Chunk> head_;  // the oldest
  Chunk* tail_;                  // where frames are written
  Chunk* cursor_;                // where those that wait begin
  std::size_t cursor_at_ = 0;
  std::size_t in_flight_ = 0;    // bytes behind the cursor that next() gave
  std::unique_ptr<Chunk> spare_;

  std::unique_ptr<Bulk> bulk_;  // the oldest
  std::size_t bulk_size_ = 0;   // of payloads in bulk
  Buffer large_;                // room of prepare_payload() that is too large to be among the others
  bool in_large_ = false;

  bool has_session_ = false;
  std::uint32_t kept_size_max_ = 0;
  std::size_t size_ = 0;
  std::uint64_t frames_ = 0;       // ever written, parts counted
  std::uint64_t sent_frames_ = 0;  // of them, given to a connection, as of the last interrupt()
  std::uint64_t acknowledged_ = 0;    // of them, as far as it was followed
  std::size_t acknowledged_at_ = 0;  // where the first of the others begins in the first chunk
};

}  // namespace cortado::wire
