// SPDX-License-Identifier: Apache-2.0
#include "server/people.hpp"

#include <algorithm>

#include "board/message.hpp"

namespace board {

std::optional<People::Joined> People::join(std::uint64_t key) {
  if (present_ >= present_max) return std::nullopt;
  ++present_;
  Joined joined;
  auto known = ids_.find(key);
  if (known == ids_.end()) {
    if (people_.size() >= known_max) joined.forgotten = forget_one();
    known = ids_.emplace(key, ++last_id_).first;
    people_[last_id_].id = last_id_;
  }
  joined.id = known->second;
  KnownPerson& person = people_.at(joined.id);
  ++person.presences;
  person.version = ++last_version_;
  return joined;
}

void People::leave(std::uint32_t id) {
  KnownPerson& person = people_.at(id);
  --present_;
  --person.presences;
  person.cursor.reset();
  person.version = ++last_version_;
}

void People::introduce(std::uint32_t id, std::string_view name, Color color) {
  KnownPerson& person = people_.at(id);
  person.name = clean_name(name);
  person.color = color;
  person.version = ++last_version_;
}

void People::point(std::uint32_t id, std::optional<Point> at) {
  KnownPerson& person = people_.at(id);
  person.cursor = at;
  person.version = ++last_version_;
}

const KnownPerson* People::find(std::uint32_t id) const {
  const auto found = people_.find(id);
  return found == people_.end() ? nullptr : &found->second;
}

const KnownPerson* People::of_key(std::uint64_t key) const {
  const auto found = ids_.find(key);
  return found == ids_.end() ? nullptr : find(found->second);
}

/// Who came first of those who are not here; known_max leaves room for some.
std::optional<std::uint32_t> People::forget_one() {
  const auto away =
      std::ranges::find_if(people_, [](const auto& entry) { return entry.second.presences == 0; });
  if (away == people_.end()) return std::nullopt;
  const std::uint32_t id = away->first;
  std::erase_if(ids_, [id](const auto& entry) { return entry.second == id; });
  people_.erase(away);
  return id;
}

}  // namespace board
