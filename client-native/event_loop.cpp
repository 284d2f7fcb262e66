// SPDX-License-Identifier: Apache-2.0
#include "client-native/event_loop.hpp"

#include <stdexcept>
#include <utility>

namespace cortado {

EventLoop::EventLoop() : state_(std::make_unique<State>()) {}
EventLoop::~EventLoop() = default;

void EventLoop::run(Task<void> task) {
  boost::asio::io_context& context = state_->context;
  context.restart();
  task.start();
  while (!task.done()) {
    if (context.run_one() == 0) {
      throw std::logic_error("EventLoop::run: the task waits for something that cannot happen");
    }
  }
  // Close frames of clients that the task has dropped leave before the loop stands still.
  context.poll();
  task.take();
}

net::Executor executor_of(EventLoop& loop) { return loop.state().context.get_executor(); }

Task<Result<Client>> connect(EventLoop& loop, std::string url, ConnectOptions options) {
  return connect(executor_of(loop), std::move(url), options);
}

}  // namespace cortado
