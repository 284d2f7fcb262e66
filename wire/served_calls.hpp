// SPDX-License-Identifier: Apache-2.0
// The other end's calls that were not answered while they arrived: a hash table with linear
// probing. Ids come from a stranger, so where an id falls depends on a number it does not know,
// and the table grows and shrinks with the calls in it.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <utility>

#include "wire/peer.hpp"
#include "wire/pod_array.hpp"

namespace cortado::wire {

struct Stream;  // wire/streams.hpp

class ServedCalls {
 public:
  /// `seed`: any number the other end cannot guess.
  explicit ServedCalls(std::uint64_t seed);
  ~ServedCalls();
  ServedCalls(const ServedCalls&) = delete;
  ServedCalls& operator=(const ServedCalls&) = delete;

  struct Found {
    bool found;
    std::uint64_t deadline_ms;  // Peer::no_deadline: none
    Stream* stream;             // null: none; not owned
  };
  [[nodiscard]] Found find(CallId id) const;
  /// `id` is not 0 and not in it yet.
  void insert(CallId id, std::uint64_t deadline_ms, Stream* stream = nullptr);
  /// What find() would have said of it.
  Found remove(CallId id);

  /// Empties it, then visits what was in it; `visit` may call any member function.
  template <class Visit>
  void drain(Visit visit) {
    Entry* const entries = std::exchange(entries_, nullptr);
    const std::uint32_t capacity = std::exchange(capacity_, 0);
    count_ = 0;
    for (std::uint32_t at = 0; at < capacity; ++at) {
      if (entries[at].id != 0) visit(entries[at].id, entries[at].stream);
    }
    std::free(entries);
  }

  [[nodiscard]] std::uint32_t count() const { return count_; }

 private:
  struct Entry {
    CallId id;  // 0: empty
    std::uint64_t deadline_ms;
    Stream* stream;
  };
  [[nodiscard]] std::uint32_t home(CallId id) const;
  /// The entry with this id, or the empty one where it would go.
  [[nodiscard]] std::uint32_t probe(CallId id) const;
  void resize(std::uint32_t capacity);

  Entry* entries_ = nullptr;    // owned, from malloc; capacity_ of them
  std::uint32_t capacity_ = 0;  // 0 or a power of two
  std::uint32_t shift_ = 0;     // 64 - log2(capacity_)
  std::uint32_t count_ = 0;     // invariant: <= 3/4 of capacity_
  std::uint64_t factor_;        // odd
};

}  // namespace cortado::wire
