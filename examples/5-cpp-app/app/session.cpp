// SPDX-License-Identifier: Apache-2.0
#include "app/session.hpp"

#include <random>
#include <utility>

#include "board/message.hpp"

namespace board {
namespace {

using cortado::Error;
using cortado::StatusCode;
using cortado::Task;

std::uint64_t random_key() {
  std::random_device random;
  return std::uint64_t{random()} << 32 | random();
}

Person read(wire::Person::Reader message) {
  const auto name = message.getName();
  return {.name = clean_name({name.begin(), name.size()}),
          .color = message.getColor(),
          .cursor = board::read(message.getCursor())};
}

/// The session was lost, not refused: another one may go better.
bool is_worth_another(StatusCode code) {
  return code == StatusCode::unavailable || code == StatusCode::unknown;
}

}  // namespace

Session::Session(cortado::EventLoop& loop, std::string url, Person me)
    : loop_(loop), url_(std::move(url)), me_(std::move(me)), key_(random_key()) {}

// --- taking part ---------------------------------------------------------------------------------

Task<void> Session::run() {
  end_ = co_await run_until_end();
  changed_.resume_all();
}

Task<Error> Session::run_until_end() {
  auto connected = co_await cortado::connect(loop_, url_);
  if (!connected) co_return std::move(connected).error();
  client_.emplace(std::move(*connected));
  Task<void> watching = watch_connection();
  watching.start();
  while (true) {
    Error why = co_await take_part();
    if (client_->status().state == cortado::ClientState::closed || !is_worth_another(why.code)) {
      co_return why;
    }
  }
}

Task<Error> Session::take_part() {
  Stream board = wire::BoardClient(client_->channel()).draw();
  is_introduced_ = false;
  picture_.send_again();
  Task<void> telling = tell(board);
  telling.start();
  while (auto event = co_await board.next()) hear(*event);
  co_return board.error().value_or(Error{StatusCode::unavailable, "the board is closed", 0, {}});
}

/// Tells the server what is new here. Where the network is slow or away, writing waits; what is drawn
/// meanwhile leaves in one piece.
Task<void> Session::tell(Stream& board) {
  bool is_open = true;
  while (is_open) {
    if (!is_introduced_) {
      is_introduced_ = true;
      is_open = co_await board.write([&](wire::Action::Builder action) {
        auto join = action.initJoin();
        join.setKey(key_);
        join.setName(me_.name);
        join.setColor(me_.color);
      });
    } else if (const auto ink = picture_.take_unsent()) {
      is_open = co_await board.write(
          [&](wire::Action::Builder action) { write(*ink, action.initInk()); });
    } else if (!is_cursor_told_ && is_connected()) {
      is_cursor_told_ = true;
      is_open = co_await board.write(
          [&](wire::Action::Builder action) { write(me_.cursor, action.initCursor()); });
    } else {
      co_await has_news_.wait();
    }
  }
}

void Session::hear(wire::Event::Reader event) {
  switch (event.which()) {
    case wire::Event::WELCOME: picture_.welcome(event.getWelcome()); break;
    case wire::Event::BLANK: picture_.blank(); break;
    case wire::Event::UP_TO_DATE: picture_.up_to_date(); break;
    case wire::Event::INK: picture_.draw(board::read(event.getInk())); break;
    case wire::Event::REMOVED: {
      std::vector<StrokeId> ids;
      for (const auto id : event.getRemoved()) ids.push_back(board::read(id));
      picture_.remove(std::move(ids));
      break;
    }
    case wire::Event::PERSON:
      picture_.put(event.getPerson().getId(), read(event.getPerson()));
      break;
    case wire::Event::LEFT: picture_.left(event.getLeft()); break;
    default: return;  // of a later version of the board
  }
  changed_.resume_all();
}

Task<void> Session::watch_connection() {
  while (client_->status().state != cortado::ClientState::closed) {
    co_await client_->changed();
    has_news_.resume_all();  // the cursor waits for a connection
    changed_.resume_all();
  }
}

std::optional<cortado::ClientStatus> Session::status() const {
  return client_ ? std::optional(client_->status()) : std::nullopt;
}

bool Session::is_connected() const { return client_ && client_->connected(); }

bool Session::is_settled() const {
  for (const Task<void>& request : requests_) {
    if (!request.done()) return false;
  }
  return picture_.is_up_to_date() && picture_.waiting() == 0;
}

// --- what the person does ------------------------------------------------------------------------

void Session::introduce(std::string_view name, Color color) {
  me_.name = clean_name(name);
  me_.color = color;
  is_introduced_ = false;
  picture_changed();
}

void Session::pen_down(std::uint8_t pen_width, Point at) {
  picture_.pen_down(me_.color, pen_width, at);
  picture_changed();
}

void Session::pen_move(Point to) {
  picture_.pen_move(to);
  picture_changed();
}

void Session::pen_up() {
  picture_.pen_up();
  picture_changed();
}

void Session::point(std::optional<Point> at) {
  me_.cursor = at;
  is_cursor_told_ = false;
  has_news_.resume_all();
}

void Session::picture_changed() {
  has_news_.resume_all();
  changed_.resume_all();
}

void Session::undo() {
  const std::optional<std::uint32_t> number = picture_.undo();
  picture_changed();
  if (!number || !client_) return;
  begin(report(wire::BoardClient(client_->channel()).undo([key = key_, number](auto params) {
    params.setKey(key);
    params.setNumber(*number);
  })));
}

void Session::clear() {
  if (client_) begin(report(wire::BoardClient(client_->channel()).clear()));
}

void Session::cut_network(std::uint32_t pause_ms) {
  if (client_) client_->lose_connection(pause_ms);
}

template <class Answer>
Task<void> Session::report(Task<Answer> request) {
  const Answer answer = co_await std::move(request);
  complaint_ = answer ? "" : to_string(answer.error());
  changed_.resume_all();
}

void Session::begin(Task<void> request) {
  std::erase_if(requests_, [](const Task<void>& each) { return each.done(); });
  requests_.push_back(std::move(request));
  requests_.back().start();
}

}  // namespace board
