// SPDX-License-Identifier: Apache-2.0
#include "server/shared_board.hpp"

#include <boost/asio/as_tuple.hpp>

#include <utility>

#include "board/message.hpp"
#include "server/view.hpp"

namespace board {
namespace {

using cortado::RpcError;
using cortado::StatusCode;

void check(std::optional<Point> cursor) {
  if (!cursor || (cursor->x <= width && cursor->y <= height)) return;
  throw RpcError(StatusCode::invalid_argument, "This point is not on the board.");
}

}  // namespace

/// Somebody is here for as long as this is.
class SharedBoard::Presence {
 public:
  Presence(SharedBoard& shared, std::uint64_t key) : shared_(shared) {
    const auto joined = shared.people_.join(key);
    if (!joined) throw RpcError(StatusCode::resource_exhausted, "Too many draw on this board.");
    if (joined->forgotten) shared.board_.forget(*joined->forgotten);
    id_ = joined->id;
  }
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;
  ~Presence() {
    shared_.people_.leave(id_);
    shared_.changed();
  }

  [[nodiscard]] std::uint32_t id() const { return id_; }

 private:
  SharedBoard& shared_;
  std::uint32_t id_ = 0;
};

SharedBoard::SharedBoard(boost::asio::io_context::executor_type executor, Limits limits)
    : board_(limits), changed_(executor, boost::asio::steady_timer::time_point::max()) {}

cortado::Task<void> SharedBoard::draw(cortado::Call&, cortado::Source<wire::Action>& actions,
                                      cortado::Sink<wire::Event>& events) {
  auto first = co_await actions.next();
  if (!first || !first->isJoin()) {
    throw RpcError(StatusCode::invalid_argument, "Whoever draws joins first.");
  }
  const Presence me(*this, first->getJoin().getKey());
  introduce(me.id(), first->getJoin());
  cortado::Task<void> telling = tell(me.id(), events);
  telling.start();
  while (auto action = co_await actions.next()) take(me.id(), *action);
}

void SharedBoard::introduce(std::uint32_t id, wire::Action::Join::Reader join) {
  const auto name = join.getName();
  people_.introduce(id, {name.begin(), name.size()}, join.getColor());
  changed();
}

void SharedBoard::take(std::uint32_t author, wire::Action::Reader action) {
  switch (action.which()) {
    case wire::Action::JOIN: return introduce(author, action.getJoin());
    case wire::Action::CURSOR: {
      const std::optional<Point> cursor = read(action.getCursor());
      check(cursor);
      people_.point(author, cursor);
      return changed();
    }
    case wire::Action::INK: {
      Ink ink = read(action.getInk());
      ink.stroke.author = author;
      if (board_.draw(ink) == Drawn::invalid) {
        throw RpcError(StatusCode::invalid_argument, "This ink cannot be on the board.");
      }
      return changed();
    }
  }
  // An action of a later version of the application.
}

cortado::Task<void> SharedBoard::tell(std::uint32_t id, cortado::Sink<wire::Event>& events) {
  View view(board_, people_, events);
  bool is_heard = co_await events.write([&](wire::Event::Builder event) { event.setWelcome(id); });
  while (is_heard) {
    const std::uint64_t seen = change_count_;
    is_heard = co_await view.tell_news();
    if (seen != change_count_) continue;  // while it was telling
    co_await changed_.async_wait(boost::asio::as_tuple(cortado::use_task));
  }
}

void SharedBoard::changed() {
  ++change_count_;
  changed_.cancel();
}

cortado::Task<void> SharedBoard::undo(cortado::Call&, wire::Board::UndoParams::Reader params,
                                      wire::Board::UndoResults::Builder) {
  const KnownPerson* author = people_.of_key(params.getKey());
  if (author != nullptr && board_.undo({author->id, params.getNumber()})) changed();
  co_return;
}

cortado::Task<void> SharedBoard::clear(cortado::Call&, wire::Board::ClearParams::Reader,
                                       wire::Board::ClearResults::Builder results) {
  results.setRemoved(static_cast<std::uint32_t>(board_.clear()));
  changed();
  co_return;
}

}  // namespace board
