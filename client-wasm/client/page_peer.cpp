// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/client/page_peer.hpp"

#include <utility>

#include "wire/bytes.hpp"
#include "wire/frame.hpp"

namespace cortado::client {

namespace {

// The last field of a frame's header; the frames are the peer's own, so they need no checks.
constexpr std::size_t payload_size_offset = wire::frame_header_size - sizeof(std::uint32_t);

}  // namespace

PagePeer::PagePeer() : peer_({.role = wire::Role::connector}, *this) { peer_.introduce(); }

std::span<std::byte> PagePeer::room(std::size_t capacity) {
  return peer_.prepare_params(capacity, {});
}

std::expected<wire::CallSlot, wire::StatusCode> PagePeer::call(const CallRequest& request,
                                                               std::size_t params_size,
                                                               std::uint64_t now_ms) {
  if (peer_.output().size() + params_size > output_size_max) {
    return std::unexpected(wire::StatusCode::resource_exhausted);
  }
  // No metadata and no key: the params lie where room() said, which had an empty header.
  return peer_.call({.interface_id = request.interface_id,
                     .method = request.method,
                     .idempotent = request.idempotent,
                     .timeout_ms = request.timeout_ms},
                    params_size, now_ms);
}

void PagePeer::advance(std::uint64_t now_ms) {
  advancing_ = true;
  peer_.advance(now_ms);
  advancing_ = false;
}

void PagePeer::on_request(wire::CallId id, const wire::RequestView&) {
  peer_.fail(id, {.code = wire::StatusCode::unimplemented, .message = "this page serves no calls"});
}

void PagePeer::on_request_dropped(wire::CallId, wire::StatusCode) {
  // on_request() answers at once: no call of the other end is ever in flight.
}

void PagePeer::on_response(wire::CallSlot slot, const wire::ResponseView& response) {
  events_.add(EventKind::response, 0, slot, response.results);
}

void PagePeer::on_error(wire::CallSlot slot, const wire::ErrorView& error) {
  events_.add_copy(EventKind::error, std::to_underlying(error.code), slot,
                   bytes_of(advancing_ ? std::string_view{} : error.message));
  events_.add_copy(EventKind::error_more, 0, error.retry_after_ms, error.details);
}

void PagePeer::on_introduced(const wire::HelloView&) { events_.add(EventKind::introduced, 0, 0); }

void PagePeer::on_goaway(const wire::GoawayView& goaway) {
  events_.add_copy(EventKind::goaway, std::to_underlying(goaway.reason), goaway.grace_ms,
                   bytes_of(goaway.message));
}

void PagePeer::on_pong(std::uint64_t) {
  // A page sends no PING yet: servers do, and the peer answers them.
}

std::span<const std::byte> first_message(std::span<const std::byte> frames, std::size_t size_max) {
  std::size_t size = 0;
  while (size < frames.size()) {
    const auto payload_size = wire::load<std::uint32_t>(frames, size + payload_size_offset);
    const std::size_t end = size + wire::frame_size(payload_size);
    if (size != 0 && end > size_max) break;
    size = end;
  }
  return frames.first(size);
}

}  // namespace cortado::client
