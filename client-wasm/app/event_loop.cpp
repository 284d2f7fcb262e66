// SPDX-License-Identifier: Apache-2.0
// cortado::EventLoop in a page or a worker: the loop is the browser's.
#include <cortado/client.hpp>
#include <emscripten/console.h>
#include <kj/exception.h>

#include <exception>
#include <string>
#include <utility>

#include "client-wasm/app/keep_running.hpp"

namespace cortado {
namespace {

void report(const std::string& what) {
  const std::string line = "a task of cortado::EventLoop ended with an exception: " + what;
  emscripten_console_error(line.c_str());
}

/// A page outlives its tasks: what one throws is reported and ends that task only.
Task<void> reporting(Task<void> task) {
  const browser::KeepRunning running;
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

}  // namespace cortado
