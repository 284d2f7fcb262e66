// SPDX-License-Identifier: Apache-2.0
// The frames that wait to leave, and those that may have to leave again. Frames are written once,
// at the end of one buffer, and stay there until they are acknowledged: what is sent, and sent
// again after a lost connection, is a run of that memory. A payload that is too large waits apart
// and is cut into parts when all else has left.
//
//   [ needed no more | may be sent again | in flight | waiting ]   bulk: [ ... ]
//                    ^ front             ^ cursor              ^ size
//
// A peer without a session sends the whole buffer and empties it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "wire/buffer.hpp"
#include "wire/envelope.hpp"
#include "wire/frame.hpp"
#include "wire/own_calls.hpp"
#include "wire/peer.hpp"

namespace cortado::wire {

class Outbox {
 public:
  Outbox() = default;
  ~Outbox() { reset(); }
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // --- writing -----------------------------------------------------------------------------

  /// Room for a payload of this size, until the next commit of whatever. Asked again for more, it
  /// may move; what was written stays in it.
  [[nodiscard]] std::span<std::byte> prepare(std::size_t payload_size) {
#if !defined(__EMSCRIPTEN__)
    // A browser's socket copies what it is given: there nothing is on its way from here.
    if (in_flight_ != 0) pin(frame_header_size + payload_size + frame_alignment);
#endif
    return prepare_frame(bytes_, payload_size);
  }
  /// Sends what prepare() gave room for, or its beginning, behind what waits for the same call.
  void commit(FrameType type, CallId id, std::size_t payload_size) {
    // A frame without payload may come without prepare().
    if (in_flight_ != 0) static_cast<void>(prepare(payload_size));
    const bool is_large = has_session_ && payload_size > cut_size;
    if ((is_large || bulk_ != nullptr) && set_apart(type, id, payload_size, is_large)) return;
    add_frame(type, id, payload_size);
  }

  /// Whether frames wait apart, as they, or others of their call, are too large.
  [[nodiscard]] bool has_apart() const { return bulk_ != nullptr; }
  /// Forgets what waits apart of a call that has ended. Gives back the credit of its items.
  [[nodiscard]] Credit drop(CallId id);

  // --- a peer without a session ------------------------------------------------------------

  [[nodiscard]] std::span<const std::byte> content() const { return bytes_.content(); }
  void clear() { bytes_.clear(); }
  [[nodiscard]] Buffer take(Buffer spare);

  // --- a session ---------------------------------------------------------------------------

  /// From now on memory given by next() stays where it is, large payloads are cut, and, unless
  /// `kept_size_max` is 0, frames are kept until acknowledged, up to so many bytes.
  void keep(std::uint32_t kept_size_max);

  /// Whether next() has something.
  [[nodiscard]] bool has_next() const { return cursor_at_ != bytes_.size() || may_cut(); }
  /// The next frames to leave; valid until they have left, or rewind() or reset().
  [[nodiscard]] std::span<const std::byte> next();
  /// What next() gave has left.
  void sent();
  /// The connection is gone: what next() gave may have left or not.
  void interrupt();

  /// So many frames have arrived; false when there were never so many.
  [[nodiscard]] bool acknowledge(std::uint64_t frames);
  /// Whether everything after so many frames is still there.
  [[nodiscard]] bool can_rewind(std::uint64_t frames) const {
    return frames >= front_ && frames <= frames_;
  }
  /// So many frames have arrived; next() goes on behind them.
  void rewind(std::uint64_t frames);

  /// Whether a frame was ever given to a connection.
  [[nodiscard]] bool any_sent() const { return front_ != 0 || sent_at_ != 0; }
  /// Marks the calls whose REQUEST no connection was ever given.
  void mark_unsent(OwnCalls& calls) const;

  /// Frames ever written; what waits apart is not among them yet.
  [[nodiscard]] std::uint64_t written() const { return frames_; }
  /// Of them, those that have surely arrived.
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
  /// Whether something of this call waits apart.
  [[nodiscard]] bool is_apart(CallId id) const;

  /// Gives memory back that nothing is in: for a connection that is quiet.
  void rest() {
#if !defined(__EMSCRIPTEN__)
    // A module's memory does not shrink.
    if (bytes_.size() == 0 && in_flight_ == 0) bytes_ = {};
#endif
  }

  /// Empty, and no frame was ever sent.
  void reset();

  /// Bytes of memory for frames, in use or not.
  [[nodiscard]] std::size_t capacity() const { return bytes_.capacity(); }
  /// Bytes of frames that are kept or wait.
  [[nodiscard]] std::size_t size() const { return kept_size() + bulk_size_; }

 private:
  /// A frame that waits apart: too large, or behind such a one of its call.
  struct Bulk {
    std::unique_ptr<Bulk> next;
    Buffer payload;
    std::size_t cut = 0;  // bytes that have left in parts
    CallId id = 0;
    FrameType type{};
  };

  void add_frame(FrameType type, CallId id, std::size_t payload_size) {
    commit_frame(bytes_, type, id, payload_size);
    ++frames_;
  }
  [[nodiscard]] bool set_apart(FrameType type, CallId id, std::size_t payload_size, bool is_large);
  void cut_next();
#if !defined(__EMSCRIPTEN__)
  void pin(std::size_t frame_size);
#endif
  void unpin() {
#if !defined(__EMSCRIPTEN__)
    pinned_ = {};
#endif
  }
  void pass_front();
  void let_go();
  [[nodiscard]] bool may_cut() const;
  [[nodiscard]] std::size_t kept_size() const { return bytes_.size() - front_at_; }

  Buffer bytes_;
#if !defined(__EMSCRIPTEN__)
  Buffer pinned_;  // what bytes_ was when next() gave a part of it, if that had to grow meanwhile
#endif
  std::size_t front_at_ = 0;
  std::size_t cursor_at_ = 0;
  std::size_t in_flight_ = 0;  // bytes behind the cursor that next() gave
  std::size_t sent_at_ = 0;    // as far as the cursor ever was

  std::unique_ptr<Bulk> bulk_;  // the oldest
  std::size_t bulk_size_ = 0;   // of payloads in bulk, as far as not cut

  bool has_session_ = false;
  std::uint32_t kept_size_max_ = 0;
  std::uint64_t frames_ = 0;  // ever written, parts counted
  std::uint64_t front_ = 0;   // of them, before the front
  std::uint64_t acknowledged_ = 0;
};

}  // namespace cortado::wire
