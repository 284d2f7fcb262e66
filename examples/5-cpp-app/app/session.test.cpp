// SPDX-License-Identifier: Apache-2.0
// The application's session with a real server, in one process.
#include "app/session.hpp"

#include <doctest/doctest.h>

#include <memory>

#include "server/shared_board.hpp"

namespace board {
namespace {

using cortado::EventLoop;
using cortado::StatusCode;
using cortado::Task;

struct Hall {
  explicit Hall(Limits limits = {}, std::uint16_t port = 0)
      : server(options(port)), shared(server.executor(), limits) {
    server.add(shared, nullptr);
    REQUIRE(server.start().has_value());
  }

  ~Hall() { server.stop(); }  // while there is a board
  Hall(const Hall&) = delete;
  Hall& operator=(const Hall&) = delete;

  static cortado::ServerOptions options(std::uint16_t port) {
    cortado::ServerOptions options;
    options.port = port;
    options.grace_ms = 1;  // who draws never ends by themselves
    options.log = [](cortado::LogLevel, std::string_view) {};
    return options;
  }

  cortado::Server server;
  SharedBoard shared;
};

struct Participant {
  Participant(EventLoop& on, const Hall& hall, std::string name)
      : loop(on), session(on, hall.server.url(), {.name = std::move(name), .color = Color::BLUE}) {
    running.start();
    until([this] { return session.picture().is_up_to_date(); });
  }

  /// Lets things happen until it is so, or the session is over.
  template <class Condition>
  void until(Condition condition) {
    loop.run([](Session& of, Condition& is_so) -> Task<void> {
      while (!of.end() && !is_so()) co_await of.changed();
    }(session, condition));
    REQUIRE(!session.end());
  }

  void draw_line(std::uint16_t x) {
    session.pen_down(10, {x, 0});
    session.pen_move({x, 100});
    session.pen_up();
  }
  void until_settled() {
    until([this] { return session.is_settled(); });
  }
  void until_strokes(std::size_t count) {
    until([&] {
      const auto& strokes = session.picture().strokes();
      return strokes.size() == count && (count == 0 || strokes.back().is_complete);
    });
  }
  /// Where each stroke begins: what was drawn, in the order of the board.
  [[nodiscard]] std::vector<std::uint16_t> beginnings() const {
    std::vector<std::uint16_t> all;
    for (const Stroke& stroke : session.picture().strokes()) all.push_back(stroke.points[0].x);
    return all;
  }

  EventLoop& loop;
  Session session;
  Task<void> running = session.run();
};

using Beginnings = std::vector<std::uint16_t>;

}  // namespace

TEST_CASE("everybody sees the same strokes in the same order, and who joins late does too") {
  const Hall hall;
  EventLoop loop;
  Participant ada(loop, hall, "Ada");
  Participant bob(loop, hall, "Bob");
  ada.draw_line(1);
  ada.until_settled();
  bob.draw_line(2);
  bob.until_settled();
  ada.draw_line(3);
  bob.until_strokes(3);
  ada.until_strokes(3);
  CHECK(ada.beginnings() == Beginnings{1, 2, 3});
  CHECK(bob.beginnings() == Beginnings{1, 2, 3});
  Participant late(loop, hall, "Late");
  CHECK(late.beginnings() == Beginnings{1, 2, 3});
}

TEST_CASE("people come, point, take other names, and leave") {
  const Hall hall;
  EventLoop loop;
  Participant ada(loop, hall, "Ada");
  const auto people = [&] { return ada.session.picture().people(); };
  {
    Participant bob(loop, hall, "Bob");
    bob.session.point(Point{7, 8});
    bob.session.introduce("Bert", Color::PINK);
    const std::uint32_t id = bob.session.picture().me();
    ada.until([&] { return people().contains(id) && people().at(id).name == "Bert"; });
    ada.until([&] { return people().at(id).cursor == Point{7, 8}; });
    CHECK(people().at(id).color == Color::PINK);
  }
  ada.until([&] { return people().size() == 1; });
}

TEST_CASE("a stroke that the network cuts in two arrives whole and once") {
  const Hall hall;
  EventLoop loop;
  Participant ada(loop, hall, "Ada");
  Participant bob(loop, hall, "Bob");
  ada.session.pen_down(10, {1, 0});
  ada.session.cut_network(1);
  ada.until([&] { return ada.session.status()->state == cortado::ClientState::reconnecting; });
  ada.session.pen_move({1, 100});
  ada.session.pen_up();
  ada.draw_line(2);
  ada.until_settled();
  bob.until_strokes(2);
  CHECK(ada.session.status()->resumed_count == 1);
  CHECK(bob.beginnings() == Beginnings{1, 2});
  CHECK(bob.session.picture().strokes()[0].points == std::vector<Point>{{1, 0}, {1, 100}});
}

TEST_CASE("a server that was restarted gets what the last one did not confirm") {
  auto hall = std::make_unique<Hall>();
  const std::uint16_t port = hall->server.port();
  EventLoop loop;
  Participant ada(loop, *hall, "Ada");
  ada.draw_line(1);
  ada.until_settled();
  hall->server.stop();
  ada.until([&] { return ada.session.status()->state != cortado::ClientState::connected; });
  ada.draw_line(2);
  ada.draw_line(3);
  hall = nullptr;
  hall = std::make_unique<Hall>(Limits{}, port);
  ada.until_settled();
  CHECK(ada.beginnings() == Beginnings{2, 3});
  Participant bob(loop, *hall, "Bob");
  CHECK(bob.beginnings() == Beginnings{2, 3});
}

TEST_CASE("who reads slowly holds up nobody, and gets the board as it is then") {
  const Hall hall({.strokes_max = 4'000, .points_max = 200'000, .changes_max = 10});
  EventLoop loop;
  Participant ada(loop, hall, "Ada");
  EventLoop other;
  Participant slow(other, hall, "Slow");
  const std::uint64_t before = slow.session.picture().removals();
  for (int stroke = 0; stroke < 100; ++stroke) {
    ada.session.pen_down(10, {0, 0});
    for (std::uint16_t step = 1; step < 1'000; ++step) {
      ada.session.pen_move(
          {static_cast<std::uint16_t>(3 * step), static_cast<std::uint16_t>(stroke)});
    }
    ada.session.pen_up();
  }
  ada.until_settled();  // nobody has run the other loop
  slow.until_strokes(100);
  CHECK(slow.session.picture().removals() > before);  // it was told anew
  for (const Stroke& stroke : slow.session.picture().strokes()) {
    CHECK(stroke.points.size() == 1'000);
  }
}

TEST_CASE("undo and clear reach everybody") {
  const Hall hall;
  EventLoop loop;
  Participant ada(loop, hall, "Ada");
  Participant bob(loop, hall, "Bob");
  ada.draw_line(1);
  bob.draw_line(2);
  ada.until_strokes(2);
  bob.until_strokes(2);
  ada.session.undo();  // one's own, wherever it is in the order
  bob.until_strokes(1);
  CHECK(bob.beginnings() == Beginnings{2});
  ada.session.clear();
  ada.until_settled();
  bob.until_strokes(0);
  CHECK(ada.session.complaint().empty());
}

TEST_CASE("who does not join first, or draws off the board, is refused") {
  const Hall hall;
  EventLoop loop;
  const auto code_of = [&](auto... fills) {
    StatusCode code = StatusCode::ok;
    loop.run([](EventLoop& on, const Hall& in, StatusCode& result, auto... fill) -> Task<void> {
      auto client = co_await cortado::connect(on, in.server.url());
      auto stream = wire::BoardClient(client->channel()).draw();
      ((void)stream.try_write(fill), ...);
      while (auto event = co_await stream.next()) continue;
      result = stream.error()->code;
    }(loop, hall, code, fills...));
    return code;
  };
  const auto join = [](wire::Action::Builder action) { action.initJoin().setName("Mallory"); };
  const auto gap = [](wire::Action::Builder action) {
    auto ink = action.initInk();
    ink.initStroke().setNumber(1);
    ink.setWidth(1);
    ink.setFrom(1);
  };
  const auto away = [](wire::Action::Builder action) {
    action.initCursor().initAt().setX(width + 1);
  };
  CHECK(code_of(gap) == StatusCode::invalid_argument);
  CHECK(code_of(join, gap) == StatusCode::invalid_argument);
  CHECK(code_of(join, away) == StatusCode::invalid_argument);
}

TEST_CASE("a server that is not there ends the session with its reason") {
  EventLoop loop;
  Session session(loop, "ws://127.0.0.1:1", {});
  loop.run(session.run());
  REQUIRE(session.end().has_value());
  CHECK(session.end()->code == StatusCode::unavailable);
}

}  // namespace board
