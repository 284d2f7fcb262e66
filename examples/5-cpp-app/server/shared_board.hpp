// SPDX-License-Identifier: Apache-2.0
// The board as the schema describes it: many take part in it at once. Knows neither sockets nor
// carriers.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cortado/server.hpp>

#include "board.cortado.hpp"
#include "server/board.hpp"
#include "server/people.hpp"

namespace board {

class SharedBoard final : public wire::BoardService {
 public:
  /// `executor`: the server's.
  explicit SharedBoard(boost::asio::io_context::executor_type executor, Limits limits = {});

  cortado::Task<void> draw(cortado::Call& call, cortado::Source<wire::Action>& actions,
                           cortado::Sink<wire::Event>& events) override;
  cortado::Task<void> undo(cortado::Call& call, wire::Board::UndoParams::Reader params,
                           wire::Board::UndoResults::Builder results) override;
  cortado::Task<void> clear(cortado::Call& call, wire::Board::ClearParams::Reader params,
                            wire::Board::ClearResults::Builder results) override;

 private:
  class Presence;
  void introduce(std::uint32_t id, wire::Action::Join::Reader join);
  void take(std::uint32_t author, wire::Action::Reader action);
  /// Tells one person what happens, until they are gone.
  cortado::Task<void> tell(std::uint32_t id, cortado::Sink<wire::Event>& events);
  /// Wakes all who tell, from the event loop: what happens in one turn they tell together.
  void changed();

  Board board_;
  People people_;
  std::uint64_t change_count_ = 0;
  boost::asio::steady_timer changed_;  // never expires
};

}  // namespace board
