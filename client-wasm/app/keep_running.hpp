// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <emscripten/eventloop.h>

namespace cortado::browser {

/// Emscripten ends what main() has returned from, and then drops its timers without a word, unless
/// somebody says that it still runs; what it does by default depends on its settings.
class KeepRunning {
 public:
  KeepRunning() { emscripten_runtime_keepalive_push(); }
  KeepRunning(const KeepRunning&) = delete;
  KeepRunning& operator=(const KeepRunning&) = delete;
  ~KeepRunning() { emscripten_runtime_keepalive_pop(); }
};

}  // namespace cortado::browser
