// SPDX-License-Identifier: Apache-2.0
// The board as one person sees it: what the server has told, and on top of that the own ink that the
// server has not told back yet. Knows no network; the session (app/session.hpp) carries what is here
// to the server and what comes from there to here.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "board/person.hpp"
#include "board/stroke.hpp"

namespace board {

class Picture {
 public:
  // --- what there is to be seen ----------------------------------------------------------------

  /// As the server has them, in its order, which is the same for everybody.
  [[nodiscard]] const std::vector<Stroke>& strokes() const { return strokes_; }
  /// Of this person, not all of it on the server's board; drawn above the others.
  [[nodiscard]] const std::deque<Stroke>& own() const { return own_; }
  /// Everybody who is here, by id; this one too.
  [[nodiscard]] const std::map<std::uint32_t, Person>& people() const { return people_; }
  /// 0: not welcomed yet.
  [[nodiscard]] std::uint32_t me() const { return me_; }
  /// All that the server has is here.
  [[nodiscard]] bool is_up_to_date() const { return is_up_to_date_; }
  /// How many own strokes the server has not told back whole.
  [[nodiscard]] std::size_t waiting() const { return own_.size(); }
  /// How often strokes were taken away; otherwise they are only ever added, and grow.
  [[nodiscard]] std::uint64_t removals() const { return removals_; }

  // --- the own pen -----------------------------------------------------------------------------

  void pen_down(Color color, std::uint8_t width, Point at);
  /// Draws a line to there. Does nothing while the pen is up, which it also is when its stroke was
  /// removed.
  void pen_move(Point to);
  void pen_up();
  [[nodiscard]] bool is_pen_down() const { return !own_.empty() && !own_.back().is_complete; }
  /// Takes the newest own stroke away, if there is any. Returns its number when the server must be
  /// told.
  [[nodiscard]] std::optional<std::uint32_t> undo();

  // --- what the server is to be told -------------------------------------------------------------

  /// Ink that was not sent yet, and counts as sent from now on; nullopt: all was.
  [[nodiscard]] std::optional<Ink> take_unsent();
  [[nodiscard]] bool has_unsent() const;
  /// The server may have forgotten what was sent: all that it did not tell back is unsent again.
  void send_again() { sent_ = {}; }

  // --- what the server tells ---------------------------------------------------------------------

  /// Everything is told anew from here on.
  void welcome(std::uint32_t me);
  void blank();
  void up_to_date() { is_up_to_date_ = true; }
  void draw(const Ink& ink);
  void remove(std::vector<StrokeId> ids);
  void put(std::uint32_t id, Person person) { people_[id] = std::move(person); }
  void left(std::uint32_t id) { people_.erase(id); }

 private:
  /// How far the own strokes were sent.
  struct Sent {
    std::uint32_t number = 0;  // all of those before it, and of it:
    std::uint32_t points = 0;
    bool end = false;
  };
  [[nodiscard]] const Stroke* first_unsent() const;

  std::vector<Stroke> strokes_;
  std::deque<Stroke> own_;  // oldest first; only the last may be without its end
  std::map<std::uint32_t, Person> people_;
  std::uint32_t me_ = 0;
  std::uint32_t last_number_ = 0;
  Sent sent_;
  bool is_up_to_date_ = false;
  std::uint64_t removals_ = 0;
};

}  // namespace board
