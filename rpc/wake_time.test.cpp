// SPDX-License-Identifier: Apache-2.0
#include "rpc/wake_time.hpp"

#include <doctest/doctest.h>

namespace cortado {
namespace {

TEST_CASE("the timer is set for what is due first, and not anew for what is due later") {
  WakeTime time;
  CHECK(!time.needs_timer());
  CHECK(time.set(100));
  CHECK(time.timer_ms() == 100);
  CHECK(!time.set(300));
  CHECK(time.timer_ms() == 100);
  CHECK(time.set(50));
  CHECK(time.timer_ms() == 50);
}

TEST_CASE("a timer that goes off too early is set again") {
  WakeTime time;
  CHECK(time.set(100));
  CHECK(!time.set(300));
  CHECK(!time.take(100));
  CHECK(time.needs_timer());
  CHECK(time.timer_ms() == 300);
  CHECK(time.take(300));
  CHECK(!time.needs_timer());
  CHECK(time.set(400));
}

TEST_CASE("what was stopped is set anew") {
  WakeTime time;
  CHECK(time.set(100));
  time.clear();
  CHECK(!time.take(100));
  CHECK(!time.needs_timer());
  CHECK(time.set(100));
}

}  // namespace
}  // namespace cortado
