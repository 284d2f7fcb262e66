// SPDX-License-Identifier: Apache-2.0
// What Emscripten's headers do not offer of any thread's event loop.
#pragma once

namespace cortado::browser {

/// Calls `function(context)` once at the end of this turn: when all JavaScript that runs now has
/// finished, before anything else.
void at_end_of_turn(void (*function)(void* context), void* context);

}  // namespace cortado::browser
