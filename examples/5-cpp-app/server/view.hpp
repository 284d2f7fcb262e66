// SPDX-License-Identifier: Apache-2.0
// What one person has been told of the board, and the telling of the rest. It keeps numbers, not
// messages: where the reader is slow it waits, and then tells what is the case by then.
#pragma once

#include <cortado/server.hpp>

#include <cstdint>
#include <map>

#include "board.cortado.hpp"
#include "server/board.hpp"
#include "server/people.hpp"

namespace board {

class View {
 public:
  /// All must outlive it.
  View(const Board& board, const People& people, cortado::Sink<wire::Event>& events)
      : board_(board), people_(people), events_(events) {}

  /// Tells everything that is new. False: nobody listens any more.
  cortado::Task<bool> tell_news();

 private:
  cortado::Task<bool> tell_whole_board();
  cortado::Task<bool> tell_change();
  cortado::Task<bool> tell_people();
  cortado::Task<bool> tell_who_left();

  const Board& board_;
  const People& people_;
  cortado::Sink<wire::Event>& events_;
  bool knows_board_ = false;
  bool is_up_to_date_ = false;  // as far as they were told
  std::uint64_t next_change_ = 0;
  std::map<std::uint32_t, std::uint64_t> told_versions_;  // of people, by id
};

}  // namespace board
