// SPDX-License-Identifier: Apache-2.0
// What the page says in words: how the connection is, who is here, what was drawn lately. It changes
// elements only where something has changed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/session.hpp"

namespace board {

/// The state of the connection, and of the board, for all eyes and for none.
class StatusView {
 public:
  void show(const Session& session);

 private:
  std::string shown_;
};

/// Everybody in the list, and the cursors of the others on the board.
class PeopleView {
 public:
  void show(const Picture& picture);

 private:
  struct Shown {
    Person person;
    bool has_cursor = false;
  };
  void show(std::uint32_t id, const Person& person, bool is_me);
  static void hide(std::uint32_t id, const Shown& shown);

  std::map<std::uint32_t, Shown> shown_;
};

/// The newest strokes, newest first.
class StrokesView {
 public:
  void show(const Picture& picture);

 private:
  std::vector<StrokeId> shown_;
};

}  // namespace board
