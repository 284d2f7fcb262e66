// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/app/page.hpp"

#include <emscripten/em_js.h>

#include <cstdlib>
#include <memory>

// JavaScript: clang-format would break it. Parameters are of simple types only, as Emscripten reads
// them by a simple parser.
// clang-format off
EM_JS_DEPS(cortado_page, "$dynCall,$stringToNewUTF8,emscripten_websocket_new")
EM_JS(void, cortado_microtask, (void* callback, void* context), {
  queueMicrotask(() => dynCall("vp", callback, [context]));
})
EM_JS(int, cortado_new_socket, (void* attributes), {
  try {
    return _emscripten_websocket_new(attributes);
  } catch (error) {
    console.error(error);
    return 0;
  }
})
EM_JS(char*, cortado_page_origin, (), {
  return stringToNewUTF8(location.origin);
})
// clang-format on

namespace cortado::browser {

// Emscripten has timers, which wait a millisecond or more, but no microtasks.
void at_end_of_turn(void (*function)(void* context), void* context) {
  cortado_microtask(reinterpret_cast<void*>(function), context);
}

std::string page_origin() {
  const std::unique_ptr<char, decltype(&std::free)> origin(cortado_page_origin(), std::free);
  return origin.get();
}

// A JavaScript exception is none that C++ could catch.
EMSCRIPTEN_WEBSOCKET_T new_socket(EmscriptenWebSocketCreateAttributes* attributes) {
  return cortado_new_socket(attributes);
}

}  // namespace cortado::browser
