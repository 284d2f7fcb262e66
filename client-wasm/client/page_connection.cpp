// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/client/page_connection.hpp"

#include <algorithm>
#include <utility>

#include "client-wasm/client/page.hpp"

namespace cortado::client {

namespace {

// WebSocket close codes of this protocol: docs/protocol.md, "What closes the connection".
constexpr std::uint32_t close_code_base = 4000;

}  // namespace

void PageConnection::offer_room(std::size_t capacity) {
  const std::span<std::byte> room = peer_.room(std::max<std::size_t>(capacity, room_size_min));
  control_.room_address = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(room.data()));
  control_.room_capacity = static_cast<std::uint32_t>(room.size());
}

std::expected<wire::CallSlot, wire::StatusCode> PageConnection::call(const CallRequest& request,
                                                                     std::size_t params_size,
                                                                     std::uint64_t now_ms) {
  if (params_size > control_.room_capacity) {
    return std::unexpected(wire::StatusCode::invalid_argument);
  }
  const auto slot = peer_.call(request, params_size, now_ms);
  // A long turn does not wait for its end: the server works while the rest is still written.
  if (peer_.output().size() >= message_size_max) static_cast<void>(flush());
  offer_room(0);
  if (request.timeout_ms != 0) {
    control_.wake_ms = std::min(control_.wake_ms, static_cast<double>(now_ms + request.timeout_ms));
  }
  return slot;
}

void PageConnection::cancel(wire::CallSlot slot) {
  peer_.cancel(slot);
  offer_room(0);
}

bool PageConnection::flush() {
  if (!open_ || peer_.output().empty()) return true;
  if (cortado_page_buffered(handle_) > buffered_size_max) return false;
  for (std::span<const std::byte> rest = peer_.output(); !rest.empty();) {
    const std::span<const std::byte> message =
        rest.size() <= message_size_max ? rest : first_message(rest, message_size_max);
    cortado_page_send(handle_, message.data(), static_cast<std::uint32_t>(message.size()));
    rest = rest.subspan(message.size());
  }
  peer_.clear_output();
  offer_room(0);
  return true;
}

void PageConnection::advance(std::uint64_t now_ms) {
  peer_.advance(now_ms);
  offer_room(0);
  const std::uint64_t deadline_ms = peer_.next_deadline_ms();
  control_.wake_ms = deadline_ms == wire::Peer::no_deadline
                         ? std::numeric_limits<double>::infinity()
                         : static_cast<double>(deadline_ms);
  deliver();
}

void PageConnection::receive(std::span<const std::byte> message, std::uint64_t now_ms) {
  const auto received = peer_.receive(message, now_ms);
  offer_room(0);
  if (!received) return close_because(received.error());
  deliver();
  // What answers by itself, as PONG. Calls that the events lead to come later, in microtasks.
  if (!peer_.output().empty()) static_cast<void>(flush());
}

void PageConnection::close_because(wire::CloseReason reason) {
  open_ = false;
  // The glue knows the codes' names.
  peer_.events().add(EventKind::closed, close_code_base + std::to_underlying(reason), 0);
  deliver();
}

void PageConnection::deliver() {
  if (peer_.events().empty()) return;
  const std::span<const Event> events = peer_.events().take();
  cortado_page_deliver(handle_, events.data(), static_cast<std::uint32_t>(events.size()));
}

}  // namespace cortado::client
