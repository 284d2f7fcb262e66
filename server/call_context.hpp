// SPDX-License-Identifier: Apache-2.0
// What an HTTP request says of the calls in it, besides their params.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "rpc/service.hpp"
#include "server/http_message.hpp"
#include "wire/envelope.hpp"

namespace cortado::server {

struct CallContext {
  /// Milliseconds the caller waits; 0: the method's $deadline, or for ever.
  std::uint32_t timeout_ms = 0;
  wire::TraceContext trace{};
  /// The client takes the answer as a JSON text sequence, if the method streams.
  bool accepts_sequence = false;
  /// "127.0.0.1:52114"
  std::string client_address;
};

/// Header with a call's timeout: a number of milliseconds.
inline constexpr std::string_view timeout_header = "Cortado-Timeout-Ms";

/// RFC 7464.
inline constexpr std::string_view json_sequence_type = "application/json-seq";

/// What a REQUEST of this call would say.
[[nodiscard]] wire::RequestHeader header_of(const CallContext& context, const ServiceInfo& service,
                                            const MethodInfo& method);

/// The error says which header is wrong.
[[nodiscard]] std::expected<CallContext, std::string> read_call_context(const Request& request);

/// `traceparent` of W3C Trace Context, level 1; nullopt when it is not valid: then it is to be
/// ignored.
[[nodiscard]] std::optional<wire::TraceContext> parse_traceparent(std::string_view header);

}  // namespace cortado::server
