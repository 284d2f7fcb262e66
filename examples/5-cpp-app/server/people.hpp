// SPDX-License-Identifier: Apache-2.0
// Who draws: each is known again by a secret key, also after having been away. Knows no network.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "board/person.hpp"

namespace board {

/// Somebody who is here, or has been.
struct KnownPerson : Person {
  std::uint32_t id = 0;
  /// Greater whenever something about them has changed.
  std::uint64_t version = 0;
  /// By how many connections they are here; 0: they are not.
  std::uint32_t presences = 0;
};

class People {
 public:
  /// How many may be here at once, and how many are known again at most.
  static constexpr std::size_t present_max = 200;
  static constexpr std::size_t known_max = 1'000;

  /// Somebody comes; nullopt: too many are here. `forgotten`: an author who was forgotten for them.
  struct Joined {
    std::uint32_t id = 0;
    std::optional<std::uint32_t> forgotten{};
  };
  [[nodiscard]] std::optional<Joined> join(std::uint64_t key);
  void leave(std::uint32_t id);

  void introduce(std::uint32_t id, std::string_view name, Color color);
  void point(std::uint32_t id, std::optional<Point> at);

  /// Null: nobody of that id, or key, is known.
  [[nodiscard]] const KnownPerson* find(std::uint32_t id) const;
  [[nodiscard]] const KnownPerson* of_key(std::uint64_t key) const;
  /// Everybody who is known, in order of their ids; whether they are here, `presences` says.
  [[nodiscard]] const std::map<std::uint32_t, KnownPerson>& all() const { return people_; }

 private:
  [[nodiscard]] std::optional<std::uint32_t> forget_one();

  std::map<std::uint32_t, KnownPerson> people_;  // by id
  std::map<std::uint64_t, std::uint32_t> ids_;   // by key
  std::uint32_t last_id_ = 0;
  std::uint64_t last_version_ = 0;
  std::size_t present_ = 0;
};

}  // namespace board
