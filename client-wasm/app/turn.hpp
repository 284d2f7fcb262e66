// SPDX-License-Identifier: Apache-2.0
// The end of a page's turn: when all JavaScript that runs now has finished, before anything else.
#pragma once

namespace cortado::browser {

/// Calls `function(context)` once, at the end of this turn.
void at_end_of_turn(void (*function)(void* context), void* context);

}  // namespace cortado::browser
