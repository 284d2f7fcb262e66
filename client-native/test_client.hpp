// SPDX-License-Identifier: Apache-2.0
// What the tests of the client against a real server share.
#pragma once

#include <cortado/client.hpp>
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "client-native/event_loop.hpp"
#include "client-native/test_network.hpp"
#include "server/test_support.hpp"

namespace cortado::testing {

/// Runs a test's coroutine. The function lives as long as the coroutine that it makes.
inline void run(const std::function<Task<void>(EventLoop&)>& test) {
  EventLoop loop;
  loop.run(test(loop));
}

/// Until an event of a server has happened so many times, while the client's loop goes on.
inline Task<void> happened(EventLoop& loop, Events& events, std::string name, int count = 1) {
  net::Timer done(executor_of(loop), net::Clock::time_point::max());
  std::thread waiting([&] {
    events.wait_for(name, count);
    asio::post(executor_of(loop), [&done] { done.cancel(); });
  });
  co_await done.async_wait(asio::as_tuple(use_task));
  waiting.join();
}

/// Does not wait long between attempts.
inline ConnectOptions quick() {
  ConnectOptions options;
  options.retry_delay_ms = 1;
  options.retry_delay_max_ms = 5;
  return options;
}

/// Until the session went on over another connection so many times.
inline Task<void> resumed(Client& client, std::uint32_t count) {
  while (client.status().resumed_count < count) co_await client.changed();
}

/// Until a connection was lost, or an attempt has failed.
inline Task<void> disconnected(Client& client) {
  while (client.connected()) co_await client.changed();
}

}  // namespace cortado::testing
