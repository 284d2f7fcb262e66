// SPDX-License-Identifier: Apache-2.0
// GET /rpc/Market/quote?params={"symbol":"ACME"}: one call of an idempotent method in a form that
// HTTP caches understand. The body is the results themselves, as JSON; a failure has the status of
// its code and the error object of JSON-RPC (json_error.hpp) as its body.
#pragma once

#include <functional>
#include <memory>

#include "server/call_context.hpp"
#include "server/exchange.hpp"
#include "server/worker.hpp"

namespace cortado::server {

/// `request.target.path` begins with "/rpc/". As start_json_rpc().
[[nodiscard]] std::unique_ptr<Exchange> start_rpc_get(Worker& worker, const Request& request,
                                                      CallContext context,
                                                      std::function<void()> on_done);

}  // namespace cortado::server
