// SPDX-License-Identifier: Apache-2.0
// Tests of REQUEST and RESPONSE payloads.
#include "wire/envelope.hpp"

#include <doctest/doctest.h>

#include "wire/test_support.hpp"

namespace cortado::wire {

namespace {

using test::Bytes;
using test::operator+;
using test::bytes_of;
using test::from_hex;
using test::text_of;

/// One entry: "tenant" = "acme".
const Bytes metadata = from_hex("0600 0400 74656e616e74 61636d65");

Bytes write(const RequestHeader& header, std::string_view params) {
  Bytes payload(request_payload_size(header, params.size()), std::byte{0xee});
  std::memcpy(payload.data() + params_offset(header), params.data(), params.size());
  write_request(payload, header);
  return payload;
}

RequestHeader full_header() {
  RequestHeader header{.interface_id = 0x1122334455667788,
                       .method = 7,
                       .idempotent = true,
                       .timeout_ms = 250,
                       .metadata = metadata,
                       .idempotency_key = bytes_of("key")};
  header.trace.flags = 1;
  for (std::size_t at = 0; at < 16; ++at) header.trace.trace_id[at] = static_cast<std::byte>(at);
  for (std::size_t at = 0; at < 8; ++at) header.trace.span_id[at] = static_cast<std::byte>(at + 32);
  return header;
}

Bytes response(std::string_view entries_hex, std::string_view results) {
  const Bytes entries = from_hex(entries_hex);
  Bytes payload(8);
  payload[0] = static_cast<std::byte>(entries.size());
  payload = payload + entries;
  payload.resize((payload.size() + 7) / 8 * 8);
  for (const char character : results) payload.push_back(static_cast<std::byte>(character));
  return payload;
}

}  // namespace

TEST_CASE("a plain request is its envelope and its params") {
  const RequestHeader header{.interface_id = 1, .method = 2};
  CHECK(params_offset(header) == request_envelope_size);
  const Bytes payload = write(header, "params");
  const auto request = read_request(payload);
  REQUIRE(request);
  CHECK(request->header.interface_id == 1);
  CHECK(request->header.method == 2);
  CHECK(!request->header.idempotent);
  CHECK(request->header.timeout_ms == 0);
  CHECK(request->header.metadata.empty());
  CHECK(request->header.idempotency_key.empty());
  CHECK(text_of(request->params) == "params");
}

TEST_CASE("a request with everything is read as it was written") {
  const RequestHeader header = full_header();
  const Bytes payload = write(header, "params");
  CHECK(params_offset(header) == 56 + 16 + 8);
  const auto request = read_request(payload);
  REQUIRE(request);
  CHECK(request->header.interface_id == header.interface_id);
  CHECK(request->header.method == 7);
  CHECK(request->header.idempotent);
  CHECK(request->header.timeout_ms == 250);
  CHECK(request->header.trace.flags == 1);
  CHECK(request->header.trace.trace_id == header.trace.trace_id);
  CHECK(request->header.trace.span_id == header.trace.span_id);
  CHECK(text_of(request->header.metadata) == text_of(metadata));
  CHECK(text_of(request->header.idempotency_key) == "key");
  CHECK(text_of(request->params) == "params");
}

TEST_CASE("a request without params has none") {
  const Bytes payload = write({}, "");
  REQUIRE(read_request(payload));
  CHECK(read_request(payload)->params.empty());
}

TEST_CASE("a request cut before its params is refused at any byte") {
  const RequestHeader header = full_header();
  const Bytes payload = write(header, "");
  for (std::size_t size = 0; size < payload.size(); ++size) {
    const Bytes cut(payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK(!read_request(cut));
  }
}

TEST_CASE("reserved bytes and padding of a request must be zero") {
  const Bytes payload = write(full_header(), "params");
  std::vector<std::size_t> zeros{0, 1, 2, 3, 7, 27, 28, 29, 30, 31};  // target, flags, reserved
  for (std::size_t at = 56 + 14; at < 56 + 16; ++at) zeros.push_back(at);
  for (std::size_t at = 56 + 16 + 3; at < 56 + 24; ++at) zeros.push_back(at);
  for (const std::size_t at : zeros) {
    Bytes wrong = payload;
    wrong[at] = std::byte{1};
    CHECK_MESSAGE(!read_request(wrong), "byte ", at);
  }
  for (unsigned bit = 3; bit < 8; ++bit) {
    Bytes wrong = payload;
    wrong[6] = static_cast<std::byte>(1U << bit);
    CHECK_MESSAGE(!read_request(wrong), "flag ", bit);
  }
}

TEST_CASE("a request says its kind beside its other flag") {
  for (const CallKind kind : {CallKind::unary, CallKind::client_stream, CallKind::server_stream,
                              CallKind::bidirectional}) {
    for (const bool is_idempotent : {false, true}) {
      const Bytes payload = write({.idempotent = is_idempotent, .kind = kind}, "");
      const auto request = read_request(payload);
      REQUIRE(request);
      CHECK(request->header.kind == kind);
      CHECK(request->header.idempotent == is_idempotent);
    }
  }
}

TEST_CASE("metadata and key are limited") {
  // One entry that fills the metadata: a name of one byte.
  Bytes largest(metadata_size_max, std::byte{'v'});
  largest[0] = std::byte{1};
  largest[1] = std::byte{0};
  const std::size_t value_size = metadata_size_max - 5;
  largest[2] = static_cast<std::byte>(value_size & 0xff);
  largest[3] = static_cast<std::byte>(value_size >> 8);
  const Bytes key(idempotency_key_size_max, std::byte{'k'});
  Bytes payload = write({.metadata = largest, .idempotency_key = key}, "");
  CHECK(read_request(payload));

  payload[24] = std::byte{idempotency_key_size_max + 1};
  payload.resize(payload.size() + 8);
  CHECK(!read_request(payload));

  payload = write({.metadata = largest}, "") + Bytes(8);
  const std::uint32_t too_large = metadata_size_max + 1;
  std::memcpy(payload.data() + 20, &too_large, 4);
  CHECK(!read_request(payload));
}

TEST_CASE("metadata is entries whose sizes add up, with lower-case names") {
  const auto is_taken = [](std::string_view hex) {
    const Bytes entries = from_hex(hex);
    return read_request(write({.metadata = entries}, "")).has_value();
  };
  CHECK(is_taken(""));
  CHECK(is_taken("0100 0000 61"));
  CHECK(is_taken("0100 0100 61 62  0200 0000 6162"));
  CHECK(!is_taken("0000 0100 61"));     // no name
  CHECK(!is_taken("0100"));             // no value size
  CHECK(!is_taken("0100 0200 61 62"));  // value too short
  CHECK(!is_taken("ffff ffff 61 62"));  // far too short
  CHECK(!is_taken("0100 0000 41"));     // "A"
  CHECK(!is_taken("0100 0000 20"));     // " "
  CHECK(!is_taken("0100 0000 c3"));     // not ASCII
  CHECK(!is_taken("0100 0000 61 00"));  // a byte too many
}

TEST_CASE("a response is read with and without metadata") {
  const auto plain = response("", "results");
  REQUIRE(read_response(plain));
  CHECK(text_of(read_response(plain)->results) == "results");
  CHECK(read_response(plain)->metadata.empty());

  const auto with_metadata = response("0100 0100 61 62", "results");
  REQUIRE(read_response(with_metadata));
  CHECK(text_of(read_response(with_metadata)->results) == "results");
  CHECK(read_response(with_metadata)->metadata.size() == 6);
}

TEST_CASE("a written response says that it has no metadata") {
  Bytes payload(results_offset + 3, std::byte{'x'});
  write_response(payload);
  CHECK(test::to_hex(payload) == "0000000000000000787878");
}

TEST_CASE("a response whose sizes or zeros are wrong is refused") {
  CHECK(!read_response(Bytes(7)));
  Bytes reserved = response("", "results");
  reserved[4] = std::byte{1};
  CHECK(!read_response(reserved));
  Bytes too_long = response("", "results");
  too_long[0] = std::byte{8};
  CHECK(!read_response(too_long));
  Bytes padding = response("0100 0100 61 62", "");
  padding[15] = std::byte{1};
  CHECK(!read_response(padding));
}

}  // namespace cortado::wire
