// SPDX-License-Identifier: Apache-2.0
// <cortado/client.hpp> in a page.
#include <cortado/client.hpp>
#include <emscripten/console.h>
#include <kj/exception.h>

#include <exception>
#include <string>
#include <utility>

#include "client-wasm/app/client_state.hpp"

namespace cortado {
namespace {

void report(const std::string& what) {
  const std::string line = "a task of cortado::EventLoop ended with an exception: " + what;
  emscripten_console_error(line.c_str());
}

/// A page outlives its tasks: what one throws is reported and ends that task only.
Task<void> reporting(Task<void> task) {
  try {
    co_await std::move(task);
  } catch (const kj::Exception& exception) {
    report(exception.getDescription().cStr());
  } catch (const std::exception& exception) {
    report(exception.what());
  } catch (...) {
    report("of a type that is not known");
  }
}

}  // namespace

// The loop is the browser's: there is nothing to own.
class EventLoop::State {};

EventLoop::EventLoop() = default;
EventLoop::~EventLoop() = default;
void EventLoop::run(Task<void> task) { detach(reporting(std::move(task))); }

Client::Client(std::shared_ptr<State> state) : state_(std::move(state)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&& other) noexcept {
  if (this != &other) {
    close();
    state_ = std::move(other.state_);
  }
  return *this;
}
Client::~Client() { close(); }

Channel& Client::channel() { return state_->channel(); }
bool Client::connected() const { return state_ && state_->is_open(); }
Task<Error> Client::closed() { return State::wait_for_end(state_); }

void Client::close() {
  if (state_) state_->finish();
}

// The loop is not looked at: a page's main() returns, and its loop with it, while tasks live on.
Task<Result<Client>> connect(EventLoop&, std::string url, ConnectOptions options) {
  const auto state = std::make_shared<Client::State>(options);
  Result<void> opened = co_await Client::State::open(state, std::move(url), options.timeout_ms);
  if (!opened) co_return std::unexpected(std::move(opened).error());
  co_return Client(state);
}

}  // namespace cortado
