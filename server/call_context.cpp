// SPDX-License-Identifier: Apache-2.0
#include "server/call_context.hpp"

#include <algorithm>
#include <charconv>
#include <span>

namespace cortado::server {
namespace {

/// Lower-case hexadecimal digits only, as the standard wants.
bool parse_hex(std::string_view digits, std::span<std::byte> out) {
  const auto value = [](char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
  };
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = value(digits[2 * i]);
    const int low = value(digits[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::byte>(high * 16 + low);
  }
  return true;
}

bool all_zero(std::span<const std::byte> bytes) {
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

}  // namespace

std::optional<wire::TraceContext> parse_traceparent(std::string_view header) {
  // 00-<32 digits>-<16 digits>-<2 digits>; later versions may append more behind a dash.
  constexpr std::size_t size = 55;
  if (header.size() < size || header[2] != '-' || header[35] != '-' || header[52] != '-') {
    return std::nullopt;
  }
  std::byte version{};
  std::byte flags{};
  wire::TraceContext trace;
  const bool valid = parse_hex(header.substr(0, 2), {&version, 1}) &&
                     parse_hex(header.substr(3, 32), trace.trace_id) &&
                     parse_hex(header.substr(36, 16), trace.span_id) &&
                     parse_hex(header.substr(53, 2), {&flags, 1});
  if (!valid || version == std::byte{0xff}) return std::nullopt;
  if (version == std::byte{0} ? header.size() != size
                              : header.size() > size && header[size] != '-') {
    return std::nullopt;
  }
  if (all_zero(trace.trace_id) || all_zero(trace.span_id)) return std::nullopt;
  trace.flags = std::to_integer<std::uint8_t>(flags);
  return trace;
}

wire::RequestHeader header_of(const CallContext& context, const ServiceInfo& service,
                              const MethodInfo& method) {
  wire::RequestHeader header;
  header.interface_id = service.interface_id;
  header.method = method.ordinal;
  header.idempotent = method.idempotent;
  header.kind = method.kind;
  header.timeout_ms = context.timeout_ms;
  header.trace = context.trace;
  return header;
}

std::expected<CallContext, std::string> read_call_context(const Request& request) {
  CallContext context;
  context.client_address = request.client_address;
  if (const std::string_view text = request.header(timeout_header); !text.empty()) {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, context.timeout_ms);
    if (error != std::errc{} || stop != end) {
      return std::unexpected(std::string(timeout_header) +
                             " must be a whole number of milliseconds below 2^32");
    }
  }
  context.accepts_sequence = accepts_token(request.header(http::field::accept), json_sequence_type);
  if (const auto trace = parse_traceparent(request.header("traceparent"))) context.trace = *trace;
  return context;
}

}  // namespace cortado::server
