// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/client/event_list.hpp"

#include <doctest/doctest.h>

#include <string>

namespace cortado::client {
namespace {

std::string text_of(const Event& event) {
  return {reinterpret_cast<const char*>(event.address), event.size};
}

TEST_CASE("an empty list has nothing to take") {
  EventList list;
  CHECK(list.empty());
  CHECK(list.take().empty());
}

TEST_CASE("borrowed bytes are handed over where they lie") {
  const std::string results = "results";
  EventList list;
  list.add(EventKind::response, 0, 7, bytes_of(results));
  const auto events = list.take();
  REQUIRE(events.size() == 1);
  CHECK(events[0].head == static_cast<std::uintptr_t>(EventKind::response));
  CHECK(events[0].number == 7);
  CHECK(events[0].address == reinterpret_cast<std::uintptr_t>(results.data()));
  CHECK(events[0].size == results.size());
}

TEST_CASE("copied bytes survive their source and the list's growth, and stay aligned") {
  EventList list;
  for (std::uint32_t number = 0; number < 1000; ++number) {
    std::string text = "message " + std::to_string(number);
    list.add_copy(EventKind::error, number % 17, number, bytes_of(text));
    text.assign(text.size(), '?');
  }
  const auto events = list.take();
  REQUIRE(events.size() == 1000);
  for (std::uint32_t number = 0; number < 1000; ++number) {
    const Event& event = events[number];
    CHECK(event.head == (static_cast<std::uintptr_t>(EventKind::error) | (number % 17) << 8));
    CHECK(event.address % 8 == 0);
    CHECK(text_of(event) == "message " + std::to_string(number));
  }
}

TEST_CASE("what was taken is not handed over again") {
  EventList list;
  list.add_copy(EventKind::goaway, 9, 0, bytes_of("first"));
  CHECK(list.take().size() == 1);
  CHECK(list.empty());
  list.add_copy(EventKind::goaway, 9, 0, bytes_of("second"));
  const auto events = list.take();
  REQUIRE(events.size() == 1);
  CHECK(text_of(events[0]) == "second");
}

TEST_CASE("what is added while events are read leaves them alone, and is next") {
  EventList list;
  list.add_copy(EventKind::goaway, 9, 0, bytes_of("first"));
  const auto events = list.take();
  for (int count = 0; count < 100; ++count) {
    list.add_copy(EventKind::goaway, 9, 0, bytes_of("second"));
  }
  CHECK(text_of(events[0]) == "first");
  CHECK(list.take().size() == 100);
}

TEST_CASE("two numbers may stand in the place of bytes") {
  EventList list;
  list.add_numbers(EventKind::request_more, 1, 2, 3);
  const auto events = list.take();
  CHECK(events[0].number == 1);
  CHECK(events[0].address == 2);
  CHECK(events[0].size == 3);
}

}  // namespace
}  // namespace cortado::client
