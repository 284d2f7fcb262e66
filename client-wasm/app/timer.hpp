// SPDX-License-Identifier: Apache-2.0
// One of the browser's timers, stopped when it is destroyed.
#pragma once

#include <emscripten/eventloop.h>

#include <utility>

namespace cortado::browser {

class Timer {
 public:
  using Function = void (*)(void* context);

  /// `function(context)` is called when the time is over, which may end this timer's life.
  Timer(Function function, void* context) : function_(function), context_(context) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { stop(); }

  void start(double wait_ms) {
    stop();
    id_ = emscripten_set_timeout(expired, wait_ms, this);
    running_ = true;
  }
  [[nodiscard]] bool running() const { return running_; }
  void stop() {
    if (std::exchange(running_, false)) emscripten_clear_timeout(id_);
  }

 private:
  static void expired(void* self) {
    auto& timer = *static_cast<Timer*>(self);
    timer.running_ = false;
    timer.function_(timer.context_);
  }

  Function function_;
  void* context_;
  int id_ = 0;
  bool running_ = false;
};

}  // namespace cortado::browser
