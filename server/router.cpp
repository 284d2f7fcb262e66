// SPDX-License-Identifier: Apache-2.0
#include "server/router.hpp"

#include <boost/beast/core/string.hpp>

#include <chrono>
#include <utility>

#include "server/client_session.hpp"
#include "server/cors.hpp"
#include "server/http_rpc_get.hpp"
#include "server/json_error.hpp"
#include "server/json_rpc.hpp"

namespace cortado::server {
namespace {

bool is_rpc_get_path(std::string_view path) { return path.starts_with("/rpc/"); }

/// Paths that pages of other sites may call.
bool is_shared_path(std::string_view path) {
  return path == rpc_path || is_rpc_get_path(path) || path == "/openrpc.json";
}

std::string_view methods_of(std::string_view path) {
  return path == rpc_path ? "POST, OPTIONS" : "GET, HEAD, OPTIONS";
}

/// A page of another site can send forms and plain text without asking first, but not this.
bool is_json(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return boost::beast::iequals(type, "application/json") ||
         boost::beast::iequals(type, "application/json-rpc");
}

Response wrong_method(const Request& request) {
  const std::string_view path = request.target.path;
  std::string why = "only " + std::string(methods_of(path)) + " here";
  if (path == rpc_path) why += ", or a WebSocket upgrade";
  Response response = refusal(request, 405, {StatusCode::unimplemented, std::move(why)});
  response.set("Allow", methods_of(path));
  return response;
}

Response metrics_response(Worker& worker) {
  Metrics::Snapshot snapshot;
  snapshot.websocket_bytes_received = worker.links.bytes_received;
  snapshot.websocket_bytes_sent = worker.links.bytes_sent;
  worker.sessions.for_each([&snapshot](const ClientSession& session) {
    snapshot.websocket_calls_in_flight += session.calls_in_flight();
    snapshot.backlog_size += session.backlog_size();
  });
  snapshot.sessions_away = worker.sessions.away_count();
  snapshot.sessions_connected = worker.sessions.size() - snapshot.sessions_away;
  snapshot.answers_given = worker.answers.given_count();
  snapshot.answers_size = worker.answers.size();
  snapshot.uptime_s = std::chrono::duration<double>(net::Clock::now() - worker.started).count();
  Response response;
  response.body = worker.metrics.render(snapshot);
  response.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
      .set("Cache-Control", "no-store");
  return response;
}

Response health_response(const Worker& worker) {
  Response response(worker.draining ? 503 : 200);
  response.set_text(worker.draining ? "stopping\n" : "ok\n").set("Cache-Control", "no-store");
  return response;
}

Response openrpc_response(const Worker& worker, const Request& request) {
  const std::string etag = etag_of(worker.site.openrpc);
  Response response;
  response.set("ETag", etag).set("Cache-Control", "no-cache");
  if (matches_etag(request.header(http::field::if_none_match), etag)) {
    response.status = 304;
    return response;
  }
  response.set_json(worker.site.openrpc);
  return response;
}

}  // namespace

Response refusal(const Request& request, unsigned status, const Error& error) {
  Response response(status);
  if (request.target.path == rpc_path) {
    std::string body;
    append_error_answer(body, error, "null");
    response.set_json(std::move(body));
  } else if (is_rpc_get_path(request.target.path)) {
    std::string body;
    append_error(body, error);
    response.set_json(std::move(body));
  } else {
    response.set_text(std::to_string(status) + ": " + error.message + "\n");
  }
  return response;
}

std::optional<Response> refuse_early(const Worker& worker, const Request& request) {
  const std::string_view path = request.target.path;
  if (request.method == http::verb::options) return std::nullopt;
  if (path == rpc_path) {
    if (request.method != http::verb::post) return wrong_method(request);
    if (!is_json(request.header(http::field::content_type))) {
      return refusal(request, 415,
                     {StatusCode::invalid_argument, "Content-Type must be application/json"});
    }
  } else if (is_shared_path(path) || path == "/healthz" || path == "/metrics") {
    if (!request.reads()) return wrong_method(request);
  }
  const std::string_view origin = request.header(http::field::origin);
  if (is_shared_path(path) &&
      !worker.site.origins.may_call(origin, request.header(http::field::host))) {
    return refusal(request, 403, {StatusCode::permission_denied, origin_refusal(origin)});
  }
  return std::nullopt;
}

Routed route(Worker& worker, const Request& request, std::function<void()> on_done) {
  const std::string_view path = request.target.path;
  if (is_shared_path(path) && request.method == http::verb::options) {
    return answer_options(worker.site.origins, request, methods_of(path));
  }
  if (path == rpc_path || is_rpc_get_path(path)) {
    std::expected<CallContext, std::string> context = read_call_context(request);
    if (!context) {
      return refusal(request, 400, {StatusCode::invalid_argument, context.error()});
    }
    return path == rpc_path
               ? start_json_rpc(worker, request.body, std::move(*context), std::move(on_done))
               : start_rpc_get(worker, request, std::move(*context), std::move(on_done));
  }
  if (path == "/openrpc.json") return openrpc_response(worker, request);
  if (path == "/healthz") return health_response(worker);
  if (path == "/metrics") return metrics_response(worker);
  return worker.site.files.respond(request);
}

void finish_response(const Worker& worker, const Request& request, Response& response) {
  if (is_shared_path(request.target.path)) add_cors(worker.site.origins, request, response);
}

}  // namespace cortado::server
