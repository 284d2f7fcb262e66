// SPDX-License-Identifier: Apache-2.0
// REQUEST and RESPONSE payloads. What ends a call badly or concerns the connection is in
// envelope_status.cpp. Byte for byte: docs/protocol.md, section "Payloads".
#include "wire/envelope.hpp"

#include <cassert>

#include "wire/bytes.hpp"

namespace cortado::wire {

namespace {

namespace request_at {
constexpr std::size_t target = 0;
constexpr std::size_t method = 4;
constexpr std::size_t flags = 6;
constexpr std::size_t interface_id = 8;
constexpr std::size_t timeout = 16;
constexpr std::size_t metadata_size = 20;
constexpr std::size_t key_size = 24;
constexpr std::size_t trace_flags = 26;
constexpr std::size_t reserved = 27;
constexpr std::size_t reserved_size = 5;
constexpr std::size_t trace_id = 32;
constexpr std::size_t span_id = 48;
}  // namespace request_at

namespace response_at {
constexpr std::size_t metadata_size = 0;
constexpr std::size_t reserved = 4;
}  // namespace response_at

// Flags: the kind is above the first bit.
constexpr std::uint16_t flag_idempotent = 1;
constexpr std::uint16_t kind_shift = 1;
constexpr std::uint16_t flags_all = 7;

/// Takes a part and the zeros that pad it off the front of `rest`; false when they are not there.
bool take_padded(std::span<const std::byte>& rest, std::size_t size,
                 std::span<const std::byte>& part) {
  if (size > rest.size() || padded(size) > rest.size()) return false;
  part = rest.first(size);
  if (!all_zero(rest.subspan(size, padded(size) - size))) return false;
  rest = rest.subspan(padded(size));
  return true;
}

/// Whether the sizes of the entries add up, and names are lower-case ASCII.
bool is_metadata(std::span<const std::byte> entries) {
  constexpr std::size_t entry_header_size = 4;
  while (!entries.empty()) {
    if (entries.size() < entry_header_size) return false;
    const auto name_size = load<std::uint16_t>(entries, 0);
    const auto value_size = load<std::uint16_t>(entries, 2);
    const std::size_t size = entry_header_size + name_size + value_size;
    if (name_size == 0 || size > entries.size()) return false;
    for (const std::byte byte : entries.subspan(entry_header_size, name_size)) {
      const auto character = static_cast<char>(byte);
      if (character <= ' ' || character > '~' || (character >= 'A' && character <= 'Z')) {
        return false;
      }
    }
    entries = entries.subspan(size);
  }
  return true;
}

bool take_metadata(std::span<const std::byte>& rest, std::size_t size,
                   std::span<const std::byte>& metadata) {
  return size <= metadata_size_max && take_padded(rest, size, metadata) && is_metadata(metadata);
}

}  // namespace

std::size_t params_offset(const RequestHeader& header) {
  return request_envelope_size + padded(header.metadata.size()) +
         padded(header.idempotency_key.size());
}

std::size_t request_payload_size(const RequestHeader& header, std::size_t params_size) {
  return params_offset(header) + params_size;
}

void write_request(std::span<std::byte> payload, const RequestHeader& header) {
  assert(header.metadata.size() <= metadata_size_max);
  assert(header.idempotency_key.size() <= idempotency_key_size_max);
  const auto flags = static_cast<std::uint16_t>(static_cast<unsigned>(header.kind) << kind_shift |
                                                (header.idempotent ? flag_idempotent : 0U));
  store(payload, request_at::target, std::uint32_t{0});
  store(payload, request_at::method, header.method);
  store(payload, request_at::flags, flags);
  store(payload, request_at::interface_id, header.interface_id);
  store(payload, request_at::timeout, header.timeout_ms);
  store(payload, request_at::metadata_size, static_cast<std::uint32_t>(header.metadata.size()));
  store(payload, request_at::key_size, static_cast<std::uint16_t>(header.idempotency_key.size()));
  store(payload, request_at::trace_flags, header.trace.flags);
  std::memset(payload.data() + request_at::reserved, 0, request_at::reserved_size);
  std::memcpy(payload.data() + request_at::trace_id, header.trace.trace_id.data(),
              header.trace.trace_id.size());
  std::memcpy(payload.data() + request_at::span_id, header.trace.span_id.data(),
              header.trace.span_id.size());
  const std::size_t key_at = store_padded(payload, request_envelope_size, header.metadata);
  store_padded(payload, key_at, header.idempotency_key);
}

bool read(std::span<const std::byte> payload, RequestView& request) {
  if (payload.size() < request_envelope_size) return false;
  const auto flags = load<std::uint16_t>(payload, request_at::flags);
  const bool is_reserved_zero = load<std::uint32_t>(payload, request_at::reserved) == 0 &&
                                load<std::uint8_t>(payload, request_at::reserved + 4) == 0;
  if (load<std::uint32_t>(payload, request_at::target) != 0 || flags > flags_all ||
      !is_reserved_zero) {
    return false;
  }
  request.header.interface_id = load<std::uint64_t>(payload, request_at::interface_id);
  request.header.method = load<std::uint16_t>(payload, request_at::method);
  request.header.idempotent = (flags & flag_idempotent) != 0;
  request.header.kind = static_cast<CallKind>(flags >> kind_shift);
  request.header.timeout_ms = load<std::uint32_t>(payload, request_at::timeout);
  TraceContext& trace = request.header.trace;
  trace.flags = load<std::uint8_t>(payload, request_at::trace_flags);
  std::memcpy(trace.trace_id.data(), payload.data() + request_at::trace_id, trace.trace_id.size());
  std::memcpy(trace.span_id.data(), payload.data() + request_at::span_id, trace.span_id.size());

  const auto metadata_size = load<std::uint32_t>(payload, request_at::metadata_size);
  const auto key_size = load<std::uint16_t>(payload, request_at::key_size);
  std::span<const std::byte> rest = payload.subspan(request_envelope_size);
  if (!take_metadata(rest, metadata_size, request.header.metadata) ||
      key_size > idempotency_key_size_max ||
      !take_padded(rest, key_size, request.header.idempotency_key)) {
    return false;
  }
  request.params = rest;
  return true;
}

void write_response(std::span<std::byte> payload) {
  std::memset(payload.data(), 0, response_envelope_size);
}

bool read(std::span<const std::byte> payload, ResponseView& response) {
  if (payload.size() < response_envelope_size) return false;
  if (load<std::uint32_t>(payload, response_at::reserved) != 0) return false;
  const auto metadata_size = load<std::uint32_t>(payload, response_at::metadata_size);
  response.results = payload.subspan(response_envelope_size);
  if (!take_metadata(response.results, metadata_size, response.metadata)) return false;
  return true;
}

}  // namespace cortado::wire
