// SPDX-License-Identifier: Apache-2.0
// The board in a terminal.
#include <cortado/client.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <unistd.h>

#include "app/session.hpp"
#include "app/terminal/arguments.hpp"
#include "app/terminal/interactive.hpp"

namespace {

board::Paint paint(const board::Arguments& arguments) {
  if (::isatty(STDOUT_FILENO) == 0) return board::Paint::none;
  return arguments.is_light ? board::Paint::on_light : board::Paint::on_dark;
}

/// What the tasks wait on lives here, so that the last one may end inside of another.
void take_part(const board::Arguments& arguments, cortado::EventLoop& loop,
               board::Session& session) {
  cortado::Task<void> running = session.run();
  running.start();
  if (!arguments.script.is_empty()) {
    return loop.run(run(arguments.script, session, arguments.size, paint(arguments)));
  }
  board::Interactive front(loop, session, paint(arguments));
  loop.run(front.run());
}

}  // namespace

int main(int argc, char** argv) {
  const auto arguments = board::read_arguments(argc, argv);
  if (!arguments) {
    std::cerr << board::usage;
    return EXIT_FAILURE;
  }
  try {
    cortado::EventLoop loop;
    board::Session session(loop, arguments->url, arguments->me);
    take_part(*arguments, loop, session);
    if (!session.end()) return EXIT_SUCCESS;
    std::cerr << to_string(*session.end()) << '\n';
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
  }
  return EXIT_FAILURE;
}
