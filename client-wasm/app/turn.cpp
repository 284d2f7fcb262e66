// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/app/turn.hpp"

#include <emscripten/em_js.h>

// Emscripten has timers, which wait a millisecond or more, but no microtasks.
EM_JS_DEPS(cortado_microtask, "$dynCall");
EM_JS(void, cortado_microtask, (void (*function)(void*), void* context), {
  queueMicrotask(() => dynCall("vp", function, [context]));
});

namespace cortado::browser {

void at_end_of_turn(void (*function)(void* context), void* context) {
  cortado_microtask(function, context);
}

}  // namespace cortado::browser
