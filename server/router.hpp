// SPDX-License-Identifier: Apache-2.0
// Which path is served by what.
//
//   POST /rpc                      JSON-RPC 2.0 (json_rpc.hpp)
//   GET  /rpc, WebSocket upgrade   frames (frame_socket.hpp; handled by the HTTP socket)
//   GET  /rpc/Service/method       one idempotent call (http_rpc_get.hpp)
//   GET  /openrpc.json             what can be called
//   GET  /healthz                  200 while it serves, 503 while it stops
//   GET  /metrics                  Prometheus text
//   GET  anything else             static files
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <variant>

#include "server/exchange.hpp"
#include "server/http_message.hpp"
#include "server/worker.hpp"

namespace cortado::server {

inline constexpr std::string_view rpc_path = "/rpc";

using Routed = std::variant<Response, std::unique_ptr<Exchange>>;

/// What can be refused before the body has come. `request.body` is empty.
[[nodiscard]] std::optional<Response> refuse_early(const Worker& worker, const Request& request);

/// As start_json_rpc() where the answer takes a while. refuse_early() did not refuse it.
[[nodiscard]] Routed route(Worker& worker, const Request& request, std::function<void()> on_done);

/// What every answer of a path gets, also a refusal.
void finish_response(const Worker& worker, const Request& request, Response& response);

/// A refusal in the form that callers of the path read: JSON-RPC's under /rpc, else text.
[[nodiscard]] Response refusal(const Request& request, unsigned status, const Error& error);

}  // namespace cortado::server
