// SPDX-License-Identifier: Apache-2.0
// How a status travels in JSON-RPC and in HTTP. The error object, the same in both:
//
//   {"code": -32005, "message": "no such symbol",
//    "data": {"code": "not_found", "retryAfterMs": 1000, "details": "<base64>"}}
//
// `data.code` is the status code's name and what clients should look at. `retryAfterMs` is there
// when something is known; `details` holds the bytes of the typed details as in an ERROR frame.
#pragma once

#include <string>
#include <string_view>

#include "rpc/error.hpp"

namespace cortado::server {

/// Codes that JSON-RPC 2.0 reserves, with the messages it gives them.
enum class JsonRpcError : std::int16_t {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
};

/// The table of both mappings is in json_error.cpp.
[[nodiscard]] int json_rpc_code(StatusCode code);
[[nodiscard]] unsigned http_status(StatusCode code);

/// Appends the error object.
void append_error(std::string& out, const Error& error);

/// Appends the error object of what JSON-RPC itself refuses: its message is the specification's,
/// and `reason` is in `data.reason`.
void append_error(std::string& out, JsonRpcError error, std::string_view reason);

/// Appends a whole answer; `id` is JSON text.
void append_error_answer(std::string& out, const Error& error, std::string_view id);
void append_error_answer(std::string& out, JsonRpcError error, std::string_view reason,
                         std::string_view id);

}  // namespace cortado::server
