// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/client/event_list.hpp"

#include <cstring>
#include <new>
#include <utility>

namespace cortado::client {

namespace {

// Above the 8 bits of kind and the 16 of detail.
constexpr std::uintptr_t copied_flag = std::uintptr_t{1} << 31;

}  // namespace

Event& EventList::append() {
  if (std::exchange(taken_, false)) {
    events_.clear();
    copies_.clear();
  }
  const std::span<std::byte> room = events_.prepare(sizeof(Event));
  events_.commit(sizeof(Event));
  return *::new (room.data()) Event{};
}

void EventList::add(EventKind kind, std::uint32_t detail, std::uint32_t number,
                    std::span<const std::byte> bytes) {
  append() = {static_cast<std::uintptr_t>(kind) | std::uintptr_t{detail} << 8, number,
              reinterpret_cast<std::uintptr_t>(bytes.data()), bytes.size()};
}

void EventList::add_copy(EventKind kind, std::uint32_t detail, std::uint32_t number,
                         std::span<const std::byte> bytes) {
  Event& event = append();
  event = {static_cast<std::uintptr_t>(kind) | std::uintptr_t{detail} << 8 | copied_flag, number,
           copies_.size(), bytes.size()};
  if (bytes.empty()) return;
  // Details are a Cap'n Proto message behind 8 bytes of type id: they stay aligned.
  const std::size_t padded = (bytes.size() + 7) / 8 * 8;
  std::memcpy(copies_.prepare(padded).data(), bytes.data(), bytes.size());
  copies_.commit(padded);
}

std::span<const Event> EventList::take() {
  if (empty()) return {};
  taken_ = true;
  const std::span events(reinterpret_cast<Event*>(events_.content().data()),
                         events_.size() / sizeof(Event));
  const auto copies = reinterpret_cast<std::uintptr_t>(copies_.content().data());
  for (Event& event : events) {
    if ((event.head & copied_flag) == 0) continue;
    event.head &= ~copied_flag;
    event.address += copies;
  }
  return events;
}

}  // namespace cortado::client
