// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/catalogue.hpp"

#include <algorithm>

#include "client-wasm/proxy/key.hpp"

namespace cortado::proxy {

void Catalogue::set_limits(std::span<const CacheLimits> limits) {
  for (auto& [name, cache] : caches_) cache.entries_max = cache.bytes_max = 0;
  for (const CacheLimits& limit : limits) {
    Cache& cache = caches_[limit.name];
    cache.entries_max = limit.entries_max;
    cache.bytes_max = limit.bytes_max;
  }
}

bool Catalogue::may_stay(std::string_view partition) const {
  return partition == "p" || partition == partition_;
}

void Catalogue::set_partition(std::string partition) {
  partition_ = std::move(partition);
  std::vector<EntryId> others;
  for (const auto& [id, entry] : entries_) {
    if (!may_stay(entry.partition)) others.push_back(id);
  }
  for (const EntryId id : others) give_up(id, Reason::identity_changed);
}

void Catalogue::add(EntryId id, std::string_view key, std::uint64_t size, Milliseconds last_used,
                    const Headers& tags) {
  remove(id);
  const KeyParts parts = split_key(key);
  if (!may_stay(parts.partition)) {
    evicted_.push_back({id, Reason::identity_changed});
    return;
  }
  Cache& cache = caches_[std::string(parts.cache)];
  cache.bytes += size;
  cache.uses.insert({last_used, id});
  newest_ = std::max(newest_, last_used);
  Entry entry{&cache, std::string(parts.partition), size, last_used, {}};
  for (const Header& tag : tags.all()) {
    entry.tags.emplace_back(tag.value);
    tagged_[entry.tags.back()].insert(id);
  }
  entries_.emplace(id, std::move(entry));
}

void Catalogue::touch(EntryId id, Milliseconds now) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  // The order of uses holds even when the clock is set back.
  newest_ = std::max(now, newest_ + 1);
  auto& [cache, partition, size, last_used, tags] = found->second;
  cache->uses.erase({last_used, id});
  cache->uses.insert({newest_, id});
  last_used = newest_;
}

void Catalogue::remove(EntryId id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  const Entry& entry = found->second;
  entry.cache->bytes -= entry.size;
  entry.cache->uses.erase({entry.last_used, id});
  for (const std::string& tag : entry.tags) {
    const auto tagged = tagged_.find(tag);
    if (tagged == tagged_.end()) continue;  // an entry may name a tag twice
    tagged->second.erase(id);
    if (tagged->second.empty()) tagged_.erase(tagged);
  }
  entries_.erase(found);
}

void Catalogue::give_up(EntryId id, Reason reason) {
  remove(id);
  evicted_.push_back({id, reason});
}

std::vector<Evicted> Catalogue::evict() {
  for (auto& [name, cache] : caches_) {
    while (cache.entries_max != 0 && cache.uses.size() > cache.entries_max) {
      give_up(cache.uses.begin()->second, Reason::too_many_entries);
    }
    while (cache.bytes_max != 0 && cache.bytes > cache.bytes_max) {
      give_up(cache.uses.begin()->second, Reason::too_many_bytes);
    }
  }
  return std::exchange(evicted_, {});
}

void Catalogue::make_room(std::uint64_t bytes) {
  std::uint64_t freed = 0;
  while (freed < bytes && !entries_.empty()) {
    const Use* oldest = nullptr;
    for (const auto& [name, cache] : caches_) {
      if (cache.uses.empty()) continue;
      if (oldest == nullptr || *cache.uses.begin() < *oldest) oldest = &*cache.uses.begin();
    }
    if (oldest == nullptr) return;
    const EntryId id = oldest->second;
    freed += entries_.find(id)->second.size;
    give_up(id, Reason::room_needed);
  }
}

void Catalogue::drop_tag(std::string_view tag) {
  const auto found = tagged_.find(tag);
  if (found == tagged_.end()) return;
  const std::set<EntryId> ids = std::move(found->second);
  tagged_.erase(found);
  for (const EntryId id : ids) give_up(id, Reason::tag_invalidated);
}

std::uint64_t Catalogue::bytes(std::string_view cache) const {
  const auto found = caches_.find(cache);
  return found == caches_.end() ? 0 : found->second.bytes;
}

}  // namespace cortado::proxy
