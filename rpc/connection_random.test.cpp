// SPDX-License-Identifier: Apache-2.0
// Two connections under random schedules: whatever happens in whatever order, every call settles
// once, every handler is destroyed, and nothing is left behind.
#include <doctest/doctest.h>

#include <random>
#include <variant>

#include "rpc/testdata/echo_pair.hpp"

namespace cortado {

using test::EchoPair;

namespace {

/// Calls until it is told to stop, and counts how each of them ended.
struct Caller {
  test::EchoClient client;
  std::vector<Task<void>> tasks;
  int made = 0;
  int settled = 0;

  Task<void> call(std::uint32_t kind, std::string text) {
    ++made;
    switch (kind % 4) {
      case 0: check((co_await client.echo(text)), text); break;
      case 1: check((co_await client.later(text, {.timeout_ms = 1 + kind % 50})), text); break;
      case 2: check((co_await client.relay(text)), "relayed " + text); break;
      default: static_cast<void>(co_await client.fail(kind % 8 == 3 ? "rpc" : "later")); break;
    }
    ++settled;
  }

  template <class T>
  static void check(const Result<Response<T>>& result, const std::string& expected) {
    if (result) CHECK((*result)->getText() == expected.c_str());
  }
};

void converse(std::uint32_t seed) {
  INFO("seed ", seed);
  std::mt19937 random(seed);
  EchoPair ends({.calls_in_flight_max = 20}, {.calls_in_flight_max = 30});
  Caller callers[2] = {{ends.client, {}}, {ends.server_client, {}}};
  int destroyed = 0;
  for (int step = 0; step < 400; ++step) {
    Caller& caller = callers[random() % 2];
    switch (random() % 8) {
      case 0:
      case 1:
      case 2:
        caller.tasks.push_back(
            caller.call(static_cast<std::uint32_t>(random()), std::to_string(step)));
        caller.tasks.back().start();
        break;
      case 3:
        if (!caller.tasks.empty()) {
          const auto which =
              caller.tasks.begin() + static_cast<std::ptrdiff_t>(random() % caller.tasks.size());
          if (!which->done()) ++destroyed;
          caller.tasks.erase(which);
        }
        break;
      case 4: ends.server.gate.open(); break;
      case 5: ends.page.gate.open(); break;
      case 6: CHECK(ends.pair.deliver()); break;
      default: CHECK(ends.pair.advance_to(ends.pair.acceptor_host.time_ms + random() % 20)); break;
    }
  }
  if (seed % 3 == 0) {
    ends.pair.acceptor.close({StatusCode::unavailable, "lost", 0, {}});
    ends.pair.connector.close({StatusCode::unavailable, "lost", 0, {}});
  }
  for (int round = 0; round < 10; ++round) {
    CHECK(ends.pair.deliver());
    ends.server.gate.open();
    ends.page.gate.open();
  }
  CHECK(callers[0].made + callers[1].made == callers[0].settled + callers[1].settled + destroyed);
  for (const Connection* const end : {&ends.pair.connector, &ends.pair.acceptor}) {
    CHECK(end->own_calls_in_flight() == 0);
    CHECK(end->served_calls_in_flight() == 0);
  }
  CHECK(ends.pair.acceptor_host.failures.empty());
}

}  // namespace

TEST_CASE("random schedules settle every call") {
  for (std::uint32_t seed = 0; seed < 200; ++seed) converse(seed);
}

}  // namespace cortado
