// SPDX-License-Identifier: Apache-2.0
// What a peer knows of the streams of its calls: what may still be sent on each and on all
// together, and which wait for the connection's credit. A call without streams has nothing here.
#pragma once

#include "wire/envelope.hpp"
#include "wire/peer.hpp"

namespace cortado::wire {

/// The two streams of a call, of which one may not exist.
struct Stream {
  CallId id = 0;
  Flow flow;
  Credit held;              // received, not consumed
  bool sends = false;       // this end may still send items
  bool receives = false;    // the other end may
  bool is_awaited = false;  // the host was told that this stream is not writable
  bool is_queued = false;   // among those that wait for the connection's credit
  Stream* next = nullptr;   // in that queue
  Stream* previous = nullptr;
};

/// Those that wait for the connection's credit, the longest waiting first.
class StreamQueue {
 public:
  [[nodiscard]] bool empty() const { return first_ == nullptr; }

  /// Puts a stream at the end, unless it is in it.
  void add(Stream& stream) {
    if (stream.is_queued) return;
    stream.is_queued = true;
    stream.next = nullptr;
    stream.previous = last_;
    (last_ == nullptr ? first_ : last_->next) = &stream;
    last_ = &stream;
  }

  /// Takes a stream out, if it is in it.
  void remove(Stream& stream) {
    if (!stream.is_queued) return;
    stream.is_queued = false;
    (stream.previous == nullptr ? first_ : stream.previous->next) = stream.next;
    (stream.next == nullptr ? last_ : stream.next->previous) = stream.previous;
  }

  [[nodiscard]] Stream& first() const { return *first_; }

 private:
  Stream* first_ = nullptr;
  Stream* last_ = nullptr;
};

}  // namespace cortado::wire
