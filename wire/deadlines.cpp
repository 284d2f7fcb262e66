// SPDX-License-Identifier: Apache-2.0
// The heap, by hand: the standard library's comes out four times as large in WebAssembly.
#include "wire/deadlines.hpp"

namespace cortado::wire {

namespace {

constexpr std::size_t sweep_size_min = 64;

}  // namespace

void Deadlines::add(Deadline deadline) {
  heap_.push_back(deadline);
  std::size_t at = heap_.size() - 1;
  while (at > 0) {
    const std::size_t parent = (at - 1) / 2;
    if (heap_[parent].at_ms <= deadline.at_ms) break;
    heap_[at] = heap_[parent];
    at = parent;
  }
  heap_[at] = deadline;
}

void Deadlines::end_one() {
  ++stale_;
  if (heap_.size() >= sweep_size_min && stale_ > heap_.size() / 2) sweep();
}

const Deadline* Deadlines::next() {
  while (!heap_.empty()) {
    if (is_live_(context_, heap_[0])) return &heap_[0];
    // An id used twice by a stranger is counted once too often.
    if (stale_ > 0) --stale_;
    pop();
  }
  return nullptr;
}

void Deadlines::pop() {
  heap_[0] = heap_[heap_.size() - 1];
  heap_.pop_back();
  if (!heap_.empty()) sink(0);
}

/// Moves an entry down to where its children are not earlier.
void Deadlines::sink(std::size_t at) {
  const Deadline sinking = heap_[at];
  for (;;) {
    std::size_t child = at * 2 + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1].at_ms < heap_[child].at_ms) ++child;
    if (heap_[child].at_ms >= sinking.at_ms) break;
    heap_[at] = heap_[child];
    at = child;
  }
  heap_[at] = sinking;
}

void Deadlines::sweep() {
  std::size_t live = 0;
  for (std::size_t at = 0; at < heap_.size(); ++at) {
    if (is_live_(context_, heap_[at])) heap_[live++] = heap_[at];
  }
  heap_.shrink(live);
  stale_ = 0;
  for (std::size_t at = live / 2; at > 0; --at) sink(at - 1);
  if (live >= sweep_size_min && live * 8 < heap_.capacity()) heap_.set_capacity(live * 2);
}

}  // namespace cortado::wire
