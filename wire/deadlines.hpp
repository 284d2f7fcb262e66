// SPDX-License-Identifier: Apache-2.0
// The deadlines of calls: a binary heap from which nothing is removed when a call ends. Entries of
// ended calls are passed over when they come up, and swept out together once they are more than
// half, so that memory follows the calls in flight and ending a call costs no search.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wire/peer.hpp"
#include "wire/pod_array.hpp"

namespace cortado::wire {

struct Deadline {
  std::uint64_t at_ms;
  CallId id;
};

class Deadlines {
 public:
  /// Whether a deadline is still one of a call in flight. A plain function, not a template of it:
  /// it is asked in three places, and each copy would be a page of WebAssembly.
  using IsLive = bool (*)(const void* context, const Deadline& deadline);

  Deadlines(const void* context, IsLive is_live) : context_(context), is_live_(is_live) {}

  void add(Deadline deadline);

  /// A call that has a deadline in here has ended before it; is_live says so already.
  void end_one();

  /// The next deadline of a call in flight, or nullptr. Valid until the next member function.
  [[nodiscard]] const Deadline* next();

  /// Removes what next() showed.
  void pop();

  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  [[nodiscard]] std::size_t capacity() const { return heap_.capacity(); }

 private:
  void sink(std::size_t at);
  void sweep();

  PodArray<Deadline> heap_;  // no child is earlier than its parent
  std::size_t stale_ = 0;    // about how many entries' calls have ended
  const void* context_;
  IsLive is_live_;
};

}  // namespace cortado::wire
