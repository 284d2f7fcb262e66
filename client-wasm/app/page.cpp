// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/app/page.hpp"

#include <emscripten/em_js.h>

#include <cstdlib>
#include <memory>

// JavaScript: clang-format would break it. Parameters are of simple types only, as Emscripten reads
// them by a simple parser.
// clang-format off
EM_JS_DEPS(cortado_page, "$dynCall,$stringToNewUTF8,emscripten_websocket_new")
EM_JS(int, cortado_new_socket, (void* attributes), {
  try {
    return _emscripten_websocket_new(attributes);
  } catch (error) {
    console.error(error);
    return 0;
  }
})
// The numbers are PageEvent's. A worker has no page, and is told of its network alone.
EM_JS(void, cortado_watch_page, (void* callback, void* watch), {
  const listeners = [];
  const on = (type, eventOf) => {
    const listen = (event) => dynCall("vip", callback, [eventOf(event), watch]);
    globalThis.addEventListener?.(type, listen, true);
    listeners.push([type, listen]);
  };
  on("pagehide", ({ persisted }) => (persisted ? 1 : 0));
  on("pageshow", () => 2);
  on("visibilitychange", () => 2);
  on("offline", () => 3);
  on("online", () => 4);
  cortado_watch_page.listenersOf = cortado_watch_page.listenersOf || {};
  cortado_watch_page.listenersOf[watch] = listeners;
})
EM_JS(void, cortado_unwatch_page, (void* watch), {
  for (const [type, listen] of cortado_watch_page.listenersOf[watch]) {
    globalThis.removeEventListener?.(type, listen, true);
  }
  cortado_watch_page.listenersOf[watch] = undefined;
})
EM_JS(char*, cortado_page_origin, (), {
  return stringToNewUTF8(location.origin);
})
// clang-format on

namespace cortado::browser {

std::string page_origin() {
  const std::unique_ptr<char, decltype(&std::free)> origin(cortado_page_origin(), std::free);
  return origin.get();
}

PageWatch::PageWatch(Function function, void* context) : function_(function), context_(context) {
  cortado_watch_page(reinterpret_cast<void*>(told), this);
}

PageWatch::~PageWatch() { cortado_unwatch_page(this); }

void PageWatch::told(int event, void* watch) {
  const auto& self = *static_cast<PageWatch*>(watch);
  self.function_(static_cast<PageEvent>(event), self.context_);
}

// A JavaScript exception is none that C++ could catch.
EMSCRIPTEN_WEBSOCKET_T new_socket(EmscriptenWebSocketCreateAttributes* attributes) {
  return cortado_new_socket(attributes);
}

}  // namespace cortado::browser
