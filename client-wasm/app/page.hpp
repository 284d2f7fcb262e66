// SPDX-License-Identifier: Apache-2.0
// What Emscripten's headers do not offer of a page.
#pragma once

#include <emscripten/websocket.h>

#include <string>

namespace cortado::browser {

/// Calls `function(context)` once at the end of this turn: when all JavaScript that runs now has
/// finished, before anything else.
void at_end_of_turn(void (*function)(void* context), void* context);

/// "https://example.com:8443", of the page.
[[nodiscard]] std::string page_origin();

/// emscripten_websocket_new(), but 0 where the browser's constructor throws.
[[nodiscard]] EMSCRIPTEN_WEBSOCKET_T new_socket(EmscriptenWebSocketCreateAttributes* attributes);

}  // namespace cortado::browser
