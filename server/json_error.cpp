// SPDX-License-Identifier: Apache-2.0
#include "server/json_error.hpp"

#include <capnp/blob.h>

#include <array>
#include <charconv>
#include <cstddef>

#include "rpc/json_support.hpp"

namespace cortado::server {
namespace {

struct Mapping {
  StatusCode code;
  int json_rpc;
  unsigned http;
};

// Three codes have a reserved number in JSON-RPC. The others are -32000 - the code, in the range
// left to servers. HTTP statuses are those that gRPC's gateways and Connect use.
constexpr std::array mappings{
    Mapping{StatusCode::ok, 0, 200},
    Mapping{StatusCode::cancelled, -32001, 499},
    Mapping{StatusCode::unknown, -32002, 500},
    Mapping{StatusCode::invalid_argument, -32602, 400},  // Invalid params
    Mapping{StatusCode::deadline_exceeded, -32004, 504},
    Mapping{StatusCode::not_found, -32005, 404},
    Mapping{StatusCode::already_exists, -32006, 409},
    Mapping{StatusCode::permission_denied, -32007, 403},
    Mapping{StatusCode::resource_exhausted, -32008, 429},
    Mapping{StatusCode::failed_precondition, -32009, 400},
    Mapping{StatusCode::aborted, -32010, 409},
    Mapping{StatusCode::out_of_range, -32011, 400},
    Mapping{StatusCode::unimplemented, -32601, 501},  // Method not found
    Mapping{StatusCode::internal, -32603, 500},       // Internal error
    Mapping{StatusCode::unavailable, -32014, 503},
    Mapping{StatusCode::data_loss, -32015, 500},
    Mapping{StatusCode::unauthenticated, -32016, 401},
};

const Mapping& mapping_of(StatusCode code) {
  const auto index = static_cast<std::size_t>(code);
  return mappings[index < mappings.size() ? index : static_cast<std::size_t>(StatusCode::unknown)];
}

void append_number(std::string& out, std::int64_t number) {
  std::array<char, 24> digits{};
  out.append(digits.data(),
             std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

struct ReservedError {
  std::string_view message;
  StatusCode code;
};

ReservedError reserved(JsonRpcError error) {
  switch (error) {
    case JsonRpcError::parse_error: return {"Parse error", StatusCode::invalid_argument};
    case JsonRpcError::invalid_request: return {"Invalid Request", StatusCode::invalid_argument};
    case JsonRpcError::method_not_found: return {"Method not found", StatusCode::unimplemented};
  }
  return {"Internal error", StatusCode::internal};
}

constexpr std::string_view answer_start = R"({"jsonrpc":"2.0","error":)";

void append_answer_end(std::string& out, std::string_view id) {
  ((out += R"(,"id":)") += id) += '}';
}

}  // namespace

int json_rpc_code(StatusCode code) { return mapping_of(code).json_rpc; }

unsigned http_status(StatusCode code) { return mapping_of(code).http; }

void append_error(std::string& out, const Error& error) {
  const Mapping& mapping = mapping_of(error.code);
  out += R"({"code":)";
  append_number(out, mapping.json_rpc);
  out += R"(,"message":)";
  json_support::write_text(std::string_view(error.message), out);
  ((out += R"(,"data":{"code":")") += wire::name(mapping.code)) += '"';
  if (error.retry_after_ms != 0) {
    out += R"(,"retryAfterMs":)";
    append_number(out, error.retry_after_ms);
  }
  if (!error.details.empty()) {
    out += R"(,"details":)";
    const auto* const bytes = reinterpret_cast<const kj::byte*>(error.details.data());
    json_support::write_data(capnp::Data::Reader(bytes, error.details.size()), out);
  }
  out += "}}";
}

void append_error(std::string& out, JsonRpcError error, std::string_view reason) {
  const ReservedError said = reserved(error);
  out += R"({"code":)";
  append_number(out, static_cast<int>(error));
  ((out += R"(,"message":")") += said.message) += '"';
  ((out += R"(,"data":{"code":")") += wire::name(said.code)) += R"(","reason":)";
  json_support::write_text(reason, out);
  out += "}}";
}

void append_error_answer(std::string& out, const Error& error, std::string_view id) {
  out += answer_start;
  append_error(out, error);
  append_answer_end(out, id);
}

void append_error_answer(std::string& out, JsonRpcError error, std::string_view reason,
                         std::string_view id) {
  out += answer_start;
  append_error(out, error, reason);
  append_answer_end(out, id);
}

}  // namespace cortado::server
