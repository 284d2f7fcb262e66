// SPDX-License-Identifier: Apache-2.0
// What is stored, as far as the host has said so: which entries go when a cache is full, a tag is
// invalidated or the identity changes. It decides no request: a worker that has just woken up answers
// from storage, and fills the catalogue when it has nothing else to do.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client-wasm/proxy/configuration.hpp"

namespace cortado::proxy {

/// The host's number of an entry.
using EntryId = std::uint32_t;

struct Evicted {
  EntryId id;
  Reason reason;
};

class Catalogue {
 public:
  /// Caches that are not named have no limits.
  void set_limits(std::span<const CacheLimits> limits);

  /// Only entries of that partition and of everybody's stay. Before anybody said an identity, it is that
  /// of the empty one.
  void set_partition(std::string partition);

  /// An entry is stored, or was found in storage; one of the same number is replaced. `key` and `tags`
  /// are copied.
  void add(EntryId id, std::string_view key, std::uint64_t size, Milliseconds last_used,
           const Headers& tags);

  /// It was used. Nothing if it is not known.
  void touch(EntryId id, Milliseconds now);

  void remove(EntryId id);

  /// What is to be removed from storage, as other functions and the limits say. It is forgotten here.
  [[nodiscard]] std::vector<Evicted> evict();

  /// Gives up entries of all caches, those unused for longest first, until that many bytes are free.
  void make_room(std::uint64_t bytes);

  void drop_tag(std::string_view tag);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::uint64_t bytes(std::string_view cache) const;

 private:
  /// When it was used, and which: in the order in which they go.
  using Use = std::pair<Milliseconds, EntryId>;
  struct Cache {
    std::uint64_t entries_max = 0;
    std::uint64_t bytes_max = 0;
    std::uint64_t bytes = 0;
    std::set<Use> uses;
  };
  struct Entry {
    Cache* cache;  // of caches_, which removes none
    std::string partition;
    std::uint64_t size;
    Milliseconds last_used;
    std::vector<std::string> tags;
  };
  using Entries = std::map<EntryId, Entry>;

  void give_up(EntryId id, Reason reason);
  [[nodiscard]] bool may_stay(std::string_view partition) const;

  std::map<std::string, Cache, std::less<>> caches_;
  Entries entries_;
  std::map<std::string, std::set<EntryId>, std::less<>> tagged_;
  std::vector<Evicted> evicted_;
  std::string partition_ = "i";
  Milliseconds newest_ = 0;
};

}  // namespace cortado::proxy
