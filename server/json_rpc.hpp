// SPDX-License-Identifier: Apache-2.0
// JSON-RPC 2.0 over POST: https://www.jsonrpc.org/specification, all of it. Members of a batch run
// side by side; answers are in the order of the requests.
//
// A request made of notifications only is answered 204 when their handlers have finished: a client
// that waits knows they did, and one that leaves stops them like any call.
#pragma once

#include <functional>
#include <memory>

#include "server/call_context.hpp"
#include "server/exchange.hpp"
#include "server/worker.hpp"

namespace cortado::server {

/// Runs a body. `on_done` is called later, on the stack of the call that finished last, unless the
/// exchange is done when it is returned.
[[nodiscard]] std::unique_ptr<Exchange> start_json_rpc(Worker& worker, std::string_view body,
                                                       CallContext context,
                                                       std::function<void()> on_done);

}  // namespace cortado::server
