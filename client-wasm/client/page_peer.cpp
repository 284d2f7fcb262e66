// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/client/page_peer.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "wire/bytes.hpp"

namespace cortado::client {

namespace {

/// A server's pings are 20 s apart; when two of them stay away this end asks.
constexpr wire::SessionOptions session_options{.ping_interval_ms = 50'000};

}  // namespace

PagePeer::PagePeer(std::uint64_t key_seed)
    : key_seed_(key_seed),
      peer_({.role = wire::Role::connector, .calls_in_flight_max = served_calls_max}, *this),
      session_(session_options, peer_, *this) {
  served_.fill(no_call);
}

std::expected<void, wire::CloseReason> PagePeer::receive(std::span<const std::byte> message,
                                                         std::uint64_t now_ms) {
  receiving_ = message;
  const auto received = session_.receive(message, now_ms);
  receiving_ = {};
  return received;
}

void PagePeer::advance(std::uint64_t now_ms) {
  advancing_ = true;
  session_.advance(now_ms);
  advancing_ = false;
}

std::expected<wire::CallSlot, wire::StatusCode> PagePeer::call(const CallRequest& request,
                                                               std::size_t params_size,
                                                               std::uint64_t now_ms) {
  if (session_.backlog_size() + params_size > output_size_max) {
    return std::unexpected(wire::StatusCode::resource_exhausted);
  }
  std::array<std::byte, key_size> key;
  wire::store(key, 0, key_seed_);
  wire::store(key, sizeof key_seed_, std::uint64_t{request.key});
  return peer_.call({.interface_id = request.interface_id,
                     .method = request.method,
                     .idempotent = request.idempotent,
                     .kind = request.kind,
                     .timeout_ms = request.timeout_ms,
                     .idempotency_key = std::span(key).first(request.key == 0 ? 0 : key_size)},
                    params_size, now_ms);
}

void PagePeer::respond(CallNumber call, std::size_t results_size) {
  peer_.respond(release(call), results_size);
}

void PagePeer::fail(CallNumber call, const wire::ErrorView& error) {
  peer_.fail(release(call), error);
}

// --- numbers -----------------------------------------------------------------------------------

wire::CallId PagePeer::id_of(CallNumber call) const {
  if ((call & served_flag) == 0) return peer_.id_of(call);
  return served_[(call & ~served_flag) % served_calls_max];
}

CallNumber PagePeer::number_of(wire::CallId id) const {
  if (peer_.is_own(id)) return wire::Peer::slot_of(id);
  // Few calls are served at one time: they are at the beginning.
  const auto place = std::ranges::find(served_, id) - served_.begin();
  return static_cast<CallNumber>(place) | served_flag;
}

wire::CallId PagePeer::release(CallNumber call) {
  return std::exchange(served_[(call & ~served_flag) % served_calls_max], no_call);
}

// --- events ------------------------------------------------------------------------------------

void PagePeer::add_received(EventKind kind, std::uint32_t detail, std::uint32_t number,
                            std::span<const std::byte> bytes) {
  const std::byte* const end = receiving_.data() + receiving_.size();
  if (std::greater_equal()(bytes.data(), receiving_.data()) && std::less()(bytes.data(), end)) {
    events_.add(kind, detail, number, bytes);
  } else {
    events_.add_copy(kind, detail, number, bytes);
  }
}

void PagePeer::add_status(EventKind kind, std::uint32_t number, const wire::ErrorView& status) {
  events_.add_copy(kind, std::to_underlying(status.code), number,
                   bytes_of(advancing_ ? std::string_view{} : status.message));
  events_.add_copy(EventKind::error_more, 0, status.retry_after_ms, status.details);
}

void PagePeer::on_request(wire::CallId id, const wire::RequestView& request) {
  const CallNumber call =
      number_of(no_call);  // a free place: the peer admits no more calls than there are
  served_[call & ~served_flag] = id;
  const wire::RequestHeader& header = request.header;
  add_received(EventKind::request,
               header.method | std::uint32_t{std::to_underlying(header.kind)} << 16U, call,
               request.params);
  events_.add_numbers(EventKind::request_more, header.timeout_ms,
                      static_cast<std::uint32_t>(header.interface_id),
                      static_cast<std::uint32_t>(header.interface_id >> 32U));
}

void PagePeer::on_request_dropped(wire::CallId id, wire::StatusCode reason) {
  const CallNumber call = number_of(id);
  static_cast<void>(release(call));
  events_.add(EventKind::dropped, std::to_underlying(reason), call);
}

void PagePeer::on_response(wire::CallSlot slot, const wire::ResponseView& response) {
  add_received(EventKind::response, 0, slot, response.results);
}

void PagePeer::on_error(wire::CallSlot slot, const wire::ErrorView& error) {
  add_status(EventKind::error, slot, error);
}

void PagePeer::on_lost(wire::CallSlot slot, bool may_have_run) {
  events_.add(EventKind::lost, may_have_run ? 1 : 0, slot);
}

bool PagePeer::on_item(wire::CallId id, std::span<const std::byte> item) {
  add_received(EventKind::item, 0, number_of(id), item);
  return false;
}

void PagePeer::on_end(wire::CallId id, const wire::ErrorView& status) {
  add_status(EventKind::end, number_of(id), status);
}

void PagePeer::on_writable(wire::CallId id) { events_.add(EventKind::writable, 0, number_of(id)); }

bool PagePeer::on_notify(const wire::NotifyView& notify) {
  events_.add(EventKind::notify, 0, 0, bytes_of(notify.topic));
  events_.add(EventKind::notify_more, 0, 0, notify.message);
  return true;
}

void PagePeer::on_introduced(const wire::HelloView& hello, bool resumed) {
  events_.add(EventKind::introduced, resumed ? 1 : 0, hello.grace_ms);
}

void PagePeer::on_goaway(const wire::GoawayView& goaway) {
  events_.add_copy(EventKind::goaway, std::to_underlying(goaway.reason), goaway.grace_ms,
                   bytes_of(goaway.message));
}

void PagePeer::on_silent() { events_.add(EventKind::silent, 0, 0); }

void PagePeer::on_expired() {
  // What it means to the calls was said of each.
}

}  // namespace cortado::client
