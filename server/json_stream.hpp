// SPDX-License-Identifier: Apache-2.0
// A server stream over HTTP: JSON-RPC whose answer is a JSON text sequence (RFC 7464), sent while it is
// made. Each record is 0x1E, a JSON text, and a line feed:
//
//   {"jsonrpc":"2.0","id":1,"item":{...}}     an item
//   {"jsonrpc":"2.0","id":1,"result":{}}      the last record, of a stream that ended well
//   {"jsonrpc":"2.0","id":1,"error":{...}}    or of one that did not
//   (nothing)                                 a sign of life
//
// The handler waits while the socket takes no more. Who leaves closes the connection.
#pragma once

#include <boost/json/value.hpp>

#include <functional>
#include <memory>

#include "server/call_context.hpp"
#include "server/exchange.hpp"
#include "server/worker.hpp"

namespace cortado::server {

/// Null: the request is none for a server stream, alone and with an id. `value` belongs to
/// worker.json. `on_ready` is called when there is more of the body, or the end; perhaps on a
/// handler's stack.
[[nodiscard]] std::unique_ptr<Exchange> start_json_stream(Worker& worker,
                                                          const boost::json::value& value,
                                                          const CallContext& context,
                                                          const std::function<void()>& on_ready);

}  // namespace cortado::server
