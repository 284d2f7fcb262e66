// SPDX-License-Identifier: Apache-2.0
#include "rpc/overflow.hpp"

#include <iterator>

namespace cortado {

bool OverflowQueue::push(std::string_view key, Segments item) {
  Items dropped;
  switch (policy_) {
    case OverflowPolicy::block: break;
    case OverflowPolicy::drop_oldest:
      while (full()) {
        size_ -= items_.front().bytes.size();
        dropped.splice(dropped.end(), items_, items_.begin());
      }
      break;
    case OverflowPolicy::keep_newest:
      if (const auto found = by_key_.find(key); found != by_key_.end()) {
        Waiting& older = *found->second;
        size_ -= older.bytes.size();
        write(older, item);
        return true;
      }
      break;
    case OverflowPolicy::close:
      if (full()) return false;
      break;
  }
  // The memory of an item that was dropped serves the one that came.
  if (dropped.empty()) dropped.emplace_back();
  items_.splice(items_.end(), dropped, dropped.begin());
  Waiting& waiting = items_.back();
  write(waiting, item);
  if (policy_ == OverflowPolicy::keep_newest) {
    waiting.key = key;
    by_key_.emplace(waiting.key, std::prev(items_.end()));
  }
  return true;
}

void OverflowQueue::write(Waiting& waiting, Segments item) {
  waiting.bytes.resize(message_size(item));
  write_message(item, waiting.bytes);
  size_ += waiting.bytes.size();
}

void OverflowQueue::pop() {
  Waiting& first = items_.front();
  size_ -= first.bytes.size();
  if (policy_ == OverflowPolicy::keep_newest) by_key_.erase(first.key);
  items_.pop_front();
}

void OverflowQueue::clear() {
  by_key_.clear();
  items_.clear();
  size_ = 0;
}

}  // namespace cortado
