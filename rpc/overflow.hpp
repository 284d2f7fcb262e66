// SPDX-License-Identifier: Apache-2.0
// What a writer of items does while the reader has no room: $overflow of the schema. The items that
// wait for room wait here, encoded, in a bounded queue; what the reader has not taken yet is
// bounded by its windows (wire/peer.hpp).
#pragma once

#include <capnp/any.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "rpc/message_bytes.hpp"
#include "wire/envelope.hpp"

namespace cortado {

enum class OverflowPolicy : std::uint8_t {
  /// The writer waits.
  block,
  /// The oldest item waiting makes room.
  drop_oldest,
  /// Of the items of a key only the newest waits, in the place of the older one. The writer waits
  /// when there are more keys than places.
  keep_newest,
  /// The call ends with `resource_exhausted`.
  close,
};

/// Appends what makes an item like another to `key`.
using ItemKey = void (*)(capnp::AnyPointer::Reader item, std::string& key);

struct Overflow {
  OverflowPolicy policy = OverflowPolicy::block;
  /// keep_newest: made by the generator; else null.
  ItemKey key = nullptr;
};

/// How many items, and bytes of them, may wait for room. An item more than the bytes is let in while
/// there are any left.
inline constexpr wire::Credit overflow_queue_max{1024, 262'144};

class OverflowQueue {
 public:
  explicit OverflowQueue(OverflowPolicy policy) : policy_(policy) {}

  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] bool full() const {
    return items_.size() >= static_cast<std::size_t>(overflow_queue_max.items) ||
           size_ >= static_cast<std::size_t>(overflow_queue_max.bytes);
  }

  /// Takes a copy, after the policy: `key` matters to keep_newest only. False, which only close says:
  /// it is full, and nothing was taken. Who may wait asks full() before.
  [[nodiscard]] bool push(std::string_view key, Segments item);

  /// The item that has waited longest, in the standard framing; not empty.
  [[nodiscard]] std::span<const std::byte> front() const { return items_.front().bytes; }
  void pop();
  void clear();

 private:
  struct Waiting {
    std::string key;
    std::vector<std::byte> bytes;
  };
  using Items = std::list<Waiting>;

  void write(Waiting& waiting, Segments item);

  const OverflowPolicy policy_;
  Items items_;
  std::size_t size_ = 0;                                          // of all their bytes
  std::unordered_map<std::string_view, Items::iterator> by_key_;  // views of Waiting::key
};

/// For generated key functions: the parts of a key do not run into each other, as there is one.
inline void append_key(std::string& key, capnp::Text::Reader value) {
  key.append(value.begin(), value.size());
}
template <class T>
  requires std::is_integral_v<T> || std::is_enum_v<T>
void append_key(std::string& key, T value) {
  key +=
      std::to_string(static_cast<std::conditional_t<std::is_enum_v<T>, std::uint64_t, T>>(value));
}

}  // namespace cortado
