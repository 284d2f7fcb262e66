// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/app/turn.hpp"

#include <emscripten/em_js.h>

// JavaScript: clang-format would break it.
// clang-format off
EM_JS_DEPS(cortado_turn, "$dynCall")
EM_JS(void, cortado_microtask, (void* callback, void* context), {
  queueMicrotask(() => dynCall("vp", callback, [context]));
})
// clang-format on

namespace cortado::browser {

// Emscripten has timers, which wait a millisecond or more, but no microtasks.
void at_end_of_turn(void (*function)(void* context), void* context) {
  cortado_microtask(reinterpret_cast<void*>(function), context);
}

}  // namespace cortado::browser
