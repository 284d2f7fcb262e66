// SPDX-License-Identifier: Apache-2.0
// <cortado/client.hpp> in a page: the loop is the browser's.
#include <cortado/client.hpp>
#include <emscripten/console.h>
#include <emscripten/eventloop.h>
#include <kj/exception.h>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "client-wasm/app/page.hpp"
#include "client-wasm/app/page_host.hpp"
#include "client-wasm/app/socket_url.hpp"
#include "rpc/client_state.hpp"

namespace cortado {
namespace {

void report(const std::string& what) {
  const std::string line = "a task of cortado::EventLoop ended with an exception: " + what;
  emscripten_console_error(line.c_str());
}

/// Emscripten ends what main() has returned from, and then drops its timers without a word, unless
/// somebody says that it still runs; what it does by default depends on its settings.
class RunningTask {
 public:
  RunningTask() { emscripten_runtime_keepalive_push(); }
  RunningTask(const RunningTask&) = delete;
  RunningTask& operator=(const RunningTask&) = delete;
  ~RunningTask() { emscripten_runtime_keepalive_pop(); }
};

/// A page outlives its tasks: what one throws is reported and ends that task only.
Task<void> reporting(Task<void> task) {
  const RunningTask running;
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

// There is nothing to own.
class EventLoop::State {};

EventLoop::EventLoop() = default;
EventLoop::~EventLoop() = default;
void EventLoop::run(Task<void> task) { detach(reporting(std::move(task))); }

// The loop is not looked at: a page's main() returns, and its loop with it, while tasks live on.
Task<Result<Client>> connect(EventLoop&, std::string url, ConnectOptions options) {
  std::optional<std::string> address =
      browser::socket_url(url.starts_with('/') ? browser::page_origin() + url : url);
  if (!address) {
    co_return std::unexpected(
        Error{StatusCode::invalid_argument, "no address of a server: \"" + url + "\"", 0, {}});
  }
  auto host = std::make_unique<browser::PageHost>(std::move(*address), options.timeout_ms);
  co_return co_await Client::State::connect(
      std::make_shared<Client::State>(std::move(host), options));
}

}  // namespace cortado
