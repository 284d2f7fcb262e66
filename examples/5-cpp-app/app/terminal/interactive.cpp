// SPDX-License-Identifier: Apache-2.0
#include "app/terminal/interactive.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <string_view>

#include "client-native/event_loop.hpp"
#include "net/use_task.hpp"

namespace board {
namespace {

using boost::asio::as_tuple;
using cortado::Task;
using cortado::use_task;

constexpr std::chrono::milliseconds frame_time(33);
constexpr std::uint32_t cut_ms = 3'000;

}  // namespace

Interactive::Interactive(cortado::EventLoop& loop, Session& session, Paint paint)
    : session_(session),
      pen_(session),
      paint_(paint),
      input_(executor_of(loop), tty_.descriptor()),
      end_signals_(executor_of(loop), SIGINT, SIGTERM, SIGHUP),
      resize_signals_(executor_of(loop), SIGWINCH),
      frame_(executor_of(loop)) {}

Interactive::~Interactive() { input_.release(); }

Task<void> Interactive::run() {
  tasks_ = {read_keys(), await_signals(), await_resize(), show_changes()};
  for (Task<void>& task : tasks_) task.start();
  while (!is_left_) co_await left_.wait();
}

void Interactive::leave() {
  is_left_ = true;
  left_.resume_all();
}

// --- input ---------------------------------------------------------------------------------------

Task<void> Interactive::read_keys() {
  std::array<char, 256> bytes{};
  while (true) {
    const auto [error, size] =
        co_await input_.async_read_some(boost::asio::buffer(bytes), as_tuple(use_task));
    if (error) break;
    keys_.push({bytes.data(), size});
    while (const auto input = keys_.next()) take(*input);
  }
  leave();
}

void Interactive::take(const Input& input) {
  std::visit([this](const auto& what) { take(what); }, input);
  show();
}

void Interactive::take(Arrow arrow) {
  // One character, which is about twice as high as wide.
  const Braille canvas = canvas_on(terminal_size());
  const int dx = width / canvas.columns();
  const int dy = height / canvas.rows();
  switch (arrow) {
    case Arrow::up: return pen_.move(0, -dy);
    case Arrow::down: return pen_.move(0, dy);
    case Arrow::left: return pen_.move(-dx, 0);
    case Arrow::right: return pen_.move(dx, 0);
  }
}

void Interactive::take(const Mouse& mouse) {
  const Point at = canvas_on(terminal_size()).point_of({mouse.column, mouse.row});
  pen_.put(at);
  session_.point(at);
  switch (mouse.what) {
    case Mouse::What::down: return session_.pen_down(pen_units(), at);
    case Mouse::What::drag: return session_.pen_move(at);
    case Mouse::What::up: return session_.pen_up();
    case Mouse::What::move: return;
  }
}

void Interactive::take(char key) {
  switch (key) {
    case ' ': return pen_.toggle(pen_units());
    case 'u': return session_.undo();
    case 'c': return session_.clear();
    case 'x': return session_.cut_network(cut_ms);
    case 'w': pen_width_ = (pen_width_ + 1) % pen_widths.size(); return;
    case 'q': return leave();
    default: break;
  }
  if (key < '1' || key >= '1' + static_cast<char>(color_count)) return;
  session_.introduce(session_.me().name, static_cast<Color>(key - '1'));
}

Task<void> Interactive::await_signals() {
  co_await end_signals_.async_wait(as_tuple(use_task));
  leave();
}

// --- output --------------------------------------------------------------------------------------

Task<void> Interactive::await_resize() {
  while (true) {
    co_await resize_signals_.async_wait(as_tuple(use_task));
    tty_.write("\x1b[2J");
    show();
  }
}

/// Not for each change: what happens within a frame is shown together.
Task<void> Interactive::show_changes() {
  while (!session_.end()) {
    show();
    co_await session_.changed();
    frame_.expires_after(frame_time);
    co_await frame_.async_wait(as_tuple(use_task));
  }
  leave();
}

void Interactive::show() {
  tty_.write(screen(session_, {pen_.at(), pen_widths[pen_width_].name}, terminal_size(), paint_));
}

}  // namespace board
