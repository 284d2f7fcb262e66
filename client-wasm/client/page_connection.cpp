// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/client/page_connection.hpp"

#include <algorithm>
#include <utility>

#include "client-wasm/client/page.hpp"
#include "wire/close_code.hpp"

namespace cortado::client {

void PageConnection::attach(std::uint64_t now_ms) {
  peer_.attach(now_ms);
  watch_deadlines();
  settle();
}

void PageConnection::detach(std::uint64_t now_ms) {
  peer_.detach(now_ms);
  watch_deadlines();
  settle();
}

void PageConnection::abandon() {
  peer_.abandon();
  settle();
}

void PageConnection::receive(std::span<const std::byte> message, std::uint64_t now_ms) {
  const auto received = peer_.receive(message, now_ms);
  if (!received) return close_because(received.error(), now_ms);
  watch_deadlines();
  settle();
  // What answers by itself, as PONG. Calls that the events lead to come later, in microtasks.
  if (peer_.has_output()) static_cast<void>(flush());
}

void PageConnection::close_because(wire::CloseReason reason, std::uint64_t now_ms) {
  // The glue knows the codes' names.
  peer_.events().add(EventKind::closed, wire::close_code(reason), 0);
  detach(now_ms);
}

bool PageConnection::flush() {
  turn_size_ = 0;
  bool is_free = true;
  while (peer_.has_output()) {
    is_free = cortado_page_buffered(handle_) <= buffered_size_max;
    if (!is_free) break;
    const std::span<const std::byte> message = peer_.output();
    cortado_page_send(handle_, message.data(), static_cast<std::uint32_t>(message.size()));
    peer_.clear_output();
  }
  offer_room(0);
  return is_free;
}

void PageConnection::advance(std::uint64_t now_ms) {
  peer_.advance(now_ms);
  watch_deadlines();
  settle();
}

void PageConnection::watch_deadlines() {
  const std::uint64_t deadline_ms = peer_.next_deadline_ms();
  control_.wake_ms = deadline_ms == wire::Peer::no_deadline
                         ? std::numeric_limits<double>::infinity()
                         : static_cast<double>(deadline_ms);
}

void PageConnection::offer_room(std::size_t capacity) {
  const std::span<std::byte> room = peer_.room(std::max<std::size_t>(capacity, room_size_min));
  control_.room_address = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(room.data()));
  control_.room_capacity = static_cast<std::uint32_t>(room.size());
}

std::expected<wire::CallSlot, wire::StatusCode> PageConnection::call(const CallRequest& request,
                                                                     std::size_t params_size,
                                                                     std::uint64_t now_ms) {
  const std::size_t end = PagePeer::params_offset(request.key != 0) + params_size;
  if (end > control_.room_capacity) return std::unexpected(wire::StatusCode::invalid_argument);
  const auto slot = peer_.call(request, params_size, now_ms);
  if (request.timeout_ms != 0) {
    control_.wake_ms = std::min(control_.wake_ms, static_cast<double>(now_ms + request.timeout_ms));
  }
  queued(end);
  return slot;
}

void PageConnection::cancel(wire::CallSlot slot) {
  peer_.cancel(slot);
  settle();
}

wire::Sent PageConnection::send_item(CallNumber call, std::size_t item_size) {
  if (item_size > control_.room_capacity) return wire::Sent::too_large;
  const wire::Sent sent = peer_.send_item(call, item_size);
  queued(item_size);
  return sent;
}

void PageConnection::end(CallNumber call) {
  peer_.end(call);
  settle();
}

void PageConnection::consumed(CallNumber call, wire::Credit amount) {
  peer_.consumed(call, amount);
  settle();
}

void PageConnection::respond(CallNumber call, std::size_t results_size) {
  peer_.respond(call, std::min<std::size_t>(results_size, control_.room_capacity));
  queued(results_size);
}

void PageConnection::fail(CallNumber call, const wire::ErrorView& error) {
  peer_.fail(call, error);
  settle();
}

/// A long turn does not wait for its end.
void PageConnection::queued(std::size_t size) {
  turn_size_ += size;
  if (turn_size_ >= turn_size_max) static_cast<void>(flush());
  settle();
}

void PageConnection::settle() {
  offer_room(0);
  if (std::exchange(delivering_, true)) return;
  while (!peer_.events().empty()) {
    const std::span<const Event> events = peer_.events().take();
    cortado_page_deliver(handle_, events.data(), static_cast<std::uint32_t>(events.size()));
  }
  delivering_ = false;
}

}  // namespace cortado::client
