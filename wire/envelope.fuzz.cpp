// SPDX-License-Identifier: Apache-2.0
// Any bytes as a payload. What is read and written again is what came, but for codes of the future.
// Input: one byte that chooses the layout, then the payload.
#include "wire/envelope.hpp"

#include <algorithm>

#include "wire/conversation.hpp"

using namespace cortado::wire;

namespace {

using test::Bytes;
using test::must;

void same(const Bytes& written, const Bytes& payload) {
  must(written == payload, "a payload is rewritten as it was");
}

void request(const Bytes& payload) {
  const auto read = read_request(payload);
  if (!read) return;
  Bytes written(request_payload_size(read->header, read->params.size()), std::byte{0xee});
  std::copy(read->params.begin(), read->params.end(),
            written.begin() + static_cast<std::ptrdiff_t>(params_offset(read->header)));
  write_request(written, read->header);
  same(written, payload);
}

void response(const Bytes& payload) {
  const auto read = read_response(payload);
  if (!read || !read->metadata.empty()) return;  // a peer sends none
  Bytes written(results_offset + read->results.size(), std::byte{0xee});
  std::copy(read->results.begin(), read->results.end(),
            written.begin() + static_cast<std::ptrdiff_t>(results_offset));
  write_response(written);
  same(written, payload);
}

void error(const Bytes& payload) {
  const auto read = read_error(payload);
  if (!read) return;
  must(read->code != StatusCode::ok, "ok is no error");
  Bytes written(error_payload_size(*read), std::byte{0xee});
  write_error(written, *read);
  if (to_status_code(std::to_integer<unsigned>(payload[0]) | std::to_integer<unsigned>(payload[1])
                                                                 << 8U)) {
    same(written, payload);
  } else {
    must(read->code == StatusCode::unknown, "a code of the future is unknown");
  }
}

void hello(const Bytes& payload) {
  const auto read = read_hello(payload);
  if (!read) return;
  Bytes written(hello_payload_size(*read), std::byte{0xee});
  write_hello(written, *read);
  same(written, payload);
}

void goaway(const Bytes& payload) {
  const auto read = read_goaway(payload);
  if (!read) return;
  Bytes written(goaway_payload_size(*read), std::byte{0xee});
  write_goaway(written, *read);
  if (to_close_reason(std::to_integer<unsigned>(payload[0]) | std::to_integer<unsigned>(payload[1])
                                                                  << 8U)) {
    same(written, payload);
  }
}

void end(const Bytes& payload) {
  const auto read = read_end(payload);
  if (!read) return;
  must((read->code == StatusCode::ok) == payload.empty(), "only an empty END is a good one");
}

void credit(const Bytes& payload) {
  const auto read = read_credit(payload);
  if (!read) return;
  must(read->items >= 0 && read->bytes >= 0, "credit on the wire is not negative");
  Bytes written(credit_size, std::byte{0xee});
  write_credit(written, *read);
  same(written, payload);
}

void notify(const Bytes& payload) {
  const auto read = read_notify(payload);
  if (!read) return;
  Bytes written(notify_payload_size(*read), std::byte{0xee});
  write_notify(written, *read);
  same(written, payload);
}

void part(const Bytes& payload) {
  const auto read = read_part(payload);
  if (!read) return;
  Bytes written(part_header_size, std::byte{0xee});
  write_part(written, *read);
  written.insert(written.end(), read->piece.begin(), read->piece.end());
  same(written, payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto input = std::as_bytes(std::span(data + 1, size - 1));
  const Bytes payload(input.begin(), input.end());
  switch (data[0] % 9) {
    case 0: request(payload); break;
    case 1: response(payload); break;
    case 2: error(payload); break;
    case 3: hello(payload); break;
    case 4: goaway(payload); break;
    case 5: end(payload); break;
    case 6: credit(payload); break;
    case 7: notify(payload); break;
    default: part(payload); break;
  }
  return 0;
}
