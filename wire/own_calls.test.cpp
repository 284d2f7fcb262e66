// SPDX-License-Identifier: Apache-2.0
// Tests of the slots of own calls and the ids made from them.
#include "wire/own_calls.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

namespace cortado::wire {

TEST_CASE("slots are dense, the last one freed is given first") {
  OwnCalls calls(Role::connector);
  CHECK(calls.allot(false) == 0);
  CHECK(calls.allot(false) == 1);
  CHECK(calls.allot(true) == 2);
  calls.release(1);
  calls.release(0);
  CHECK(calls.allot(false) == 0);
  CHECK(calls.allot(false) == 1);
  CHECK(calls.count() == 3);
  CHECK(calls.slots() == 3);
}

TEST_CASE("an id holds generation, slot and parity") {
  OwnCalls connector(Role::connector);
  OwnCalls acceptor(Role::acceptor);
  CHECK(connector.id(connector.allot(false)) == 0x1'0000'0001);
  CHECK(acceptor.id(acceptor.allot(false)) == 0x1'0000'0000);
  CHECK(connector.id(connector.allot(false)) == 0x1'0000'0003);
  connector.release(1);
  CHECK(connector.id(connector.allot(false)) == 0x2'0000'0003);
  CHECK(OwnCalls::slot_of(0x2'0000'0003) == 1);
  CHECK(connector.is_own(5));
  CHECK(!connector.is_own(4));
}

TEST_CASE("no id is used twice, however slots are reused") {
  OwnCalls calls(Role::acceptor);
  std::set<CallId> ids;
  std::vector<CallSlot> in_flight;
  for (unsigned step = 0; step < 20000; ++step) {
    if (step % 7 < 4 || in_flight.empty()) {
      const CallSlot slot = calls.allot(step % 2 == 0);
      CHECK(ids.insert(calls.id(slot)).second);
      in_flight.push_back(slot);
    } else {
      const std::size_t which = (step * 7919U) % in_flight.size();
      calls.release(in_flight[which]);
      in_flight.erase(in_flight.begin() + static_cast<std::ptrdiff_t>(which));
    }
  }
}

TEST_CASE("an id is in flight, over, or was never given") {
  OwnCalls calls(Role::connector);
  const CallId first = calls.id(calls.allot(false));
  CHECK(calls.in_flight_id(first));
  calls.release(0);
  CHECK(!calls.in_flight_id(first));
  CHECK(calls.was_allotted(first));
  const CallId second = calls.id(calls.allot(false));
  CHECK(!calls.in_flight_id(first));
  CHECK(calls.in_flight_id(second));
  CHECK(!calls.was_allotted(second + (CallId{1} << 32)));  // a generation to come
  CHECK(!calls.was_allotted(second + 2));                  // a slot that is not there
  CHECK(!calls.was_allotted(1));                           // generation 0
}

TEST_CASE("a slot is marked in flight with or without a deadline") {
  OwnCalls calls(Role::connector);
  CHECK(!calls.in_flight(0));
  const CallSlot with = calls.allot(true);
  const CallSlot without = calls.allot(false);
  CHECK(calls.in_flight(with));
  CHECK(calls.has_deadline(with));
  CHECK(calls.in_flight(without));
  CHECK(!calls.has_deadline(without));
  calls.release(with);
  CHECK(!calls.in_flight(with));
  CHECK(calls.count() == 1);
}

}  // namespace cortado::wire
