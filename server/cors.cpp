// SPDX-License-Identifier: Apache-2.0
#include "server/cors.hpp"

namespace cortado::server {
namespace {

// What our clients send that a page may not send without asking.
constexpr std::string_view allowed_headers =
    "Content-Type, Cortado-Timeout-Ms, If-None-Match, Traceparent, Tracestate";
// What our clients read that a page may not read without permission.
constexpr std::string_view exposed_headers = "ETag, Retry-After";
// Two hours, the longest that Chromium takes.
constexpr std::string_view preflight_age_s = "7200";

}  // namespace

Response answer_options(const OriginPolicy& origins, const Request& request,
                        std::string_view methods) {
  const std::string_view origin = request.header(http::field::origin);
  if (!origins.may_call(origin, request.header(http::field::host))) {
    Response refused(403);
    refused.set_text(origin_refusal(origin) + "\n");
    return refused;
  }
  Response response(204);
  response.set("Allow", methods);
  if (!origin.empty()) {
    response.set("Access-Control-Allow-Methods", methods)
        .set("Access-Control-Allow-Headers", allowed_headers)
        .set("Access-Control-Max-Age", preflight_age_s);
  }
  return response;
}

void add_cors(const OriginPolicy& origins, const Request& request, Response& response) {
  if (!origins.somebody()) return;
  const std::string_view origin = request.header(http::field::origin);
  if (origins.everybody()) {
    response.set("Access-Control-Allow-Origin", "*");
  } else {
    // The answer depends on who asks, also for caches.
    response.set("Vary", "Origin");
    if (origin.empty() || !origins.may_call(origin, request.header(http::field::host))) return;
    response.set("Access-Control-Allow-Origin", origin);
  }
  response.set("Access-Control-Expose-Headers", exposed_headers);
}

std::string origin_refusal(std::string_view origin) {
  return "pages of " + std::string(origin) +
         " may not call this server: allow the origin when the server is started "
         "(--allow-origin, ServerOptions::allowed_origins)";
}

}  // namespace cortado::server
