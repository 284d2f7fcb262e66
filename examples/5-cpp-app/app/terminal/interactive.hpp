// SPDX-License-Identifier: Apache-2.0
// Drawing in a terminal, by keyboard and mouse.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cortado/client.hpp>

#include <array>
#include <cstdint>

#include "app/keyboard_pen.hpp"
#include "app/session.hpp"
#include "app/terminal/keys.hpp"
#include "app/terminal/screen.hpp"
#include "app/terminal/tty.hpp"

namespace board {

class Interactive {
 public:
  /// Takes the terminal over for as long as it lives. Throws std::system_error when there is none.
  /// `loop` and `session` must outlive it.
  Interactive(cortado::EventLoop& loop, Session& session, Paint paint);
  ~Interactive();
  Interactive(const Interactive&) = delete;
  Interactive& operator=(const Interactive&) = delete;

  /// Until the person, a signal, or the board ends it. Once.
  cortado::Task<void> run();

 private:
  cortado::Task<void> read_keys();
  cortado::Task<void> await_signals();
  cortado::Task<void> await_resize();
  cortado::Task<void> show_changes();
  void take(const Input& input);
  void take(char key);
  void take(Arrow arrow);
  void take(const Mouse& mouse);
  void show();
  void leave();
  [[nodiscard]] std::uint8_t pen_units() const { return pen_widths[pen_width_].units; }

  Session& session_;
  KeyboardPen pen_;
  std::size_t pen_width_ = pen_width_at_first;  // of pen_widths
  Paint paint_;
  Keys keys_;
  Tty tty_;
  boost::asio::posix::stream_descriptor input_;
  boost::asio::signal_set end_signals_;
  boost::asio::signal_set resize_signals_;
  boost::asio::steady_timer frame_;
  bool is_left_ = false;
  cortado::WaitList left_;
  // Not of run(), which ends inside of one of them.
  std::array<cortado::Task<void>, 4> tasks_;
};

}  // namespace board
