// SPDX-License-Identifier: Apache-2.0
#include "server/view.hpp"

#include <algorithm>

#include "board/message.hpp"

namespace board {
namespace {

using Event = wire::Event::Builder;

void write(const Removed& removed, Event event) {
  auto list = event.initRemoved(static_cast<unsigned>(removed.strokes.size()));
  for (unsigned index = 0; index < list.size(); ++index) {
    write(removed.strokes[index], list[index]);
  }
}

/// Ink of a stroke; that nothing was removed, when it has gone since.
void write(const Stroke* stroke, std::size_t from, std::size_t count, Event event) {
  if (stroke == nullptr) {
    event.initRemoved(0);
  } else {
    write(*stroke, from, count, event.initInk());
  }
}

void write(const KnownPerson& person, Event event) {
  auto message = event.initPerson();
  message.setId(person.id);
  message.setName(person.name);
  message.setColor(person.color);
  board::write(person.cursor, message.initCursor());
}

}  // namespace

cortado::Task<bool> View::tell_news() {
  bool is_heard = true;
  if (!knows_board_) is_heard = co_await tell_whole_board();
  while (is_heard && next_change_ < board_.change_count()) {
    if (board_.change(next_change_) == nullptr) {
      is_heard = co_await tell_whole_board();
    } else {
      is_heard = co_await tell_change();
    }
  }
  if (is_heard) is_heard = co_await tell_people();
  if (!is_heard || is_up_to_date_) co_return is_heard;
  is_up_to_date_ = true;
  co_return co_await events_.write([](Event event) { event.setUpToDate(); });
}

// Strokes may come, grow and go while this waits. What happens from now on is told after it, and to
// hear of ink twice is no harm.
cortado::Task<bool> View::tell_whole_board() {
  knows_board_ = true;
  is_up_to_date_ = false;
  next_change_ = board_.change_count();
  bool is_heard = co_await events_.write([](Event event) { event.setBlank(); });
  for (auto next = board_.next_after(0); is_heard && next.stroke != nullptr;
       next = board_.next_after(next.place)) {
    const StrokeId id = next.stroke->id;
    is_heard = co_await events_.write(
        [&](Event event) { write(board_.find(id), 0, wire::STROKE_POINTS_MAX, event); });
  }
  co_return is_heard;
}

cortado::Task<bool> View::tell_change() {
  const Change change = *board_.change(next_change_++);
  const auto* inked = std::get_if<Inked>(&change);
  // Ink of a stroke that is gone: its removal comes next.
  if (inked != nullptr && board_.find(inked->stroke) == nullptr) co_return true;
  co_return co_await events_.write([&](Event event) {
    if (inked == nullptr) return write(std::get<Removed>(change), event);
    write(board_.find(inked->stroke), inked->from, inked->count, event);
  });
}

cortado::Task<bool> View::tell_people() {
  if (!co_await tell_who_left()) co_return false;
  // By id, as people come and go while this waits.
  for (auto next = people_.all().begin(); next != people_.all().end();) {
    const std::uint32_t id = next->first;
    if (next->second.presences > 0 && told_versions_[id] != next->second.version) {
      const bool is_heard = co_await events_.write([&](Event event) {
        const KnownPerson* person = people_.find(id);
        if (person == nullptr) return event.setLeft(id);
        told_versions_[id] = person->version;
        write(*person, event);
      });
      if (!is_heard) co_return false;
    }
    next = people_.all().upper_bound(id);
  }
  co_return true;
}

cortado::Task<bool> View::tell_who_left() {
  for (auto told = told_versions_.begin(); told != told_versions_.end();) {
    const std::uint32_t id = told->first;
    const KnownPerson* person = people_.find(id);
    if (person != nullptr && person->presences > 0) {
      ++told;
      continue;
    }
    told = told_versions_.erase(told);
    if (!co_await events_.write([&](Event event) { event.setLeft(id); })) co_return false;
  }
  co_return true;
}

}  // namespace board
