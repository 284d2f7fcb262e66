// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/client/event_list.hpp"

#include <cstring>
#include <new>
#include <utility>

namespace cortado::client {

namespace {

// Above the 8 bits of kind and the 16 of detail.
constexpr std::uintptr_t copied_flag = std::uintptr_t{1} << 31;

/// Bytes of copies that keep their memory for the next ones.
constexpr std::size_t idle_capacity_max = 131'072;

}  // namespace

Event& EventList::append() {
  wire::Buffer& events = lists_[0].events;
  const std::span<std::byte> room = events.prepare(sizeof(Event));
  events.commit(sizeof(Event));
  return *::new (room.data()) Event{};
}

void EventList::add(EventKind kind, std::uint32_t detail, std::uint32_t number,
                    std::span<const std::byte> bytes) {
  append() = {static_cast<std::uintptr_t>(kind) | std::uintptr_t{detail} << 8, number,
              reinterpret_cast<std::uintptr_t>(bytes.data()), bytes.size()};
}

void EventList::add_copy(EventKind kind, std::uint32_t detail, std::uint32_t number,
                         std::span<const std::byte> bytes) {
  wire::Buffer& copies = lists_[0].copies;
  append() = {static_cast<std::uintptr_t>(kind) | std::uintptr_t{detail} << 8 | copied_flag, number,
              copies.size(), bytes.size()};
  if (bytes.empty()) return;
  // Details are a Cap'n Proto message behind 8 bytes of type id: they stay aligned.
  const std::size_t padded = (bytes.size() + 7) / 8 * 8;
  std::memcpy(copies.prepare(padded).data(), bytes.data(), bytes.size());
  copies.commit(padded);
}

void EventList::add_numbers(EventKind kind, std::uint32_t number, std::uint32_t first,
                            std::uint32_t second) {
  append() = {static_cast<std::uintptr_t>(kind), number, first, second};
}

std::span<const Event> EventList::take() {
  std::swap(lists_[0], lists_[1]);
  lists_[0].events.clear();
  lists_[0].copies.clear();
  // A message put together from parts may have been large.
  if (lists_[0].copies.capacity() > idle_capacity_max) lists_[0].copies = {};
  auto& [list, copied] = lists_[1];
  const std::span events(reinterpret_cast<Event*>(list.content().data()),
                         list.size() / sizeof(Event));
  const auto copies = reinterpret_cast<std::uintptr_t>(copied.content().data());
  for (Event& event : events) {
    if ((event.head & copied_flag) == 0) continue;
    event.head &= ~copied_flag;
    event.address += copies;
  }
  return events;
}

}  // namespace cortado::client
