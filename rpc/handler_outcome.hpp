// SPDX-License-Identifier: Apache-2.0
// What became of a handler, in one place: which exception means which status, and what of it is
// told to whom. docs/adr/0007-exceptions.md.
#pragma once

#include <optional>
#include <string>

#include "rpc/call.hpp"
#include "rpc/error.hpp"
#include "rpc/task.hpp"

namespace cortado {

struct HandlerOutcome {
  /// What the caller is told; none when the handler succeeded.
  std::optional<Error> error;
  /// What is to be logged and never sent: the text of an exception nobody expected. Empty: nothing.
  std::string unexpected;
};

/// Runs `act` and turns what it throws into an outcome: an RpcError into its status, what Cap'n
/// Proto throws while it reads a message into `invalid_argument`, all else into `internal`.
template <class Act>
HandlerOutcome outcome_of(Act act);

/// The outcome of a handler's task that is done().
[[nodiscard]] HandlerOutcome outcome_of(Task<void>& task, const Call& call);

/// What a caller is told whose params cannot be read.
[[nodiscard]] Error invalid_params();

/// The exception being handled, as an outcome. Only inside a catch block.
[[nodiscard]] HandlerOutcome outcome_of_exception();

template <class Act>
HandlerOutcome outcome_of(Act act) {
  try {
    act();
    return {};
  } catch (...) {
    return outcome_of_exception();
  }
}

}  // namespace cortado
