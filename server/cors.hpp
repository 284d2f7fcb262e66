// SPDX-License-Identifier: Apache-2.0
// Cross-origin resource sharing for the paths that pages of other sites may call.
#pragma once

#include "server/http_message.hpp"
#include "server/origin.hpp"

namespace cortado::server {

/// Answers an OPTIONS request. `methods`: what the path takes, "POST, OPTIONS".
[[nodiscard]] Response answer_options(const OriginPolicy& origins, const Request& request,
                                      std::string_view methods);

/// Adds what lets the page that asked read the answer, if it may.
void add_cors(const OriginPolicy& origins, const Request& request, Response& response);

/// The text that says why an origin may not call, and the cure.
[[nodiscard]] std::string origin_refusal(std::string_view origin);

}  // namespace cortado::server
