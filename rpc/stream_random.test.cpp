// SPDX-License-Identifier: Apache-2.0
// Streams and calls under random schedules, over connections that are cut: every item comes once and
// in order, every call settles once, memory stays within its bounds, nothing is left behind.
#include <doctest/doctest.h>

#include <memory>
#include <random>

#include "rpc/testdata/feed_service.hpp"
#include "rpc/testdata/session_pair.hpp"

namespace cortado {

using test::SessionPair;
using test::SessionPairOptions;
using Ends = test::FeedEnds<SessionPair>;

namespace {

/// Callers at one end, who pause at random, and how they fared.
struct Callers {
  test::FeedClient feed;
  test::EchoClient echo;
  std::mt19937& random;
  test::Gate gate{};
  std::vector<Task<void>> tasks{};
  int made = 0;
  int settled = 0;
  int well = 0;

  [[nodiscard]] std::uint32_t below(std::uint32_t end) {
    return static_cast<std::uint32_t>(random() % end);
  }
  [[nodiscard]] bool pauses() { return below(16) == 0; }

  void note(const std::optional<Error>& error) {
    ++settled;
    if (!error) {
      ++well;
      return;
    }
    const bool is_honest = error->code == StatusCode::unknown ||
                           error->code == StatusCode::unavailable ||
                           error->code == StatusCode::deadline_exceeded ||
                           error->code == StatusCode::resource_exhausted;
    CHECK_MESSAGE(is_honest, to_string(*error));
  }

  CallOptions options() { return {.timeout_ms = below(8) == 0 ? 1 + below(50) : 0}; }

  Task<void> read(std::uint32_t count, std::uint32_t padding) {
    auto stream = feed.count(0, count, padding, options());
    std::uint32_t next = 0;
    while (auto item = co_await stream.next()) {
      CHECK(item->getValue() == next++);
      CHECK(item->getPadding().size() == padding);
      if (pauses()) co_await gate;
    }
    if (!stream.error()) CHECK(next == count);
    note(stream.error());
  }

  Task<void> read_newest(std::uint16_t ordinal, std::uint32_t count) {
    auto stream = feed.by_policy(ordinal, count);
    std::uint32_t newest[10] = {};
    std::uint32_t items = 0;
    while (auto item = co_await stream.next()) {
      std::uint32_t& last = newest[item->getValue() % 10];
      CHECK((items < 10 || item->getValue() > last));
      last = item->getValue();
      ++items;
      if (pauses()) co_await gate;
    }
    // Each key's last item is never dropped by keep_newest.
    if (!stream.error() && ordinal == 3 && count >= 10) {
      for (std::uint32_t key = 0; key < 10; ++key) CHECK(newest[key] >= count - 10);
    }
    note(stream.error());
  }

  Task<void> write(std::uint32_t count, std::uint32_t padding) {
    auto stream = feed.total(options());
    std::uint32_t written = 0;
    while (written < count) {
      const bool is_taken = co_await stream.write([&](auto item) {
        item.setValue(written);
        item.initPadding(padding);
      });
      if (!is_taken) break;
      ++written;
      if (pauses()) co_await gate;
    }
    auto answer = co_await stream.finish();
    if (answer) {
      CHECK((*answer)->getItems() == count);
      CHECK((*answer)->getSum() == std::uint64_t{count} * (count - 1) / 2);
    }
    note(answer ? std::nullopt : std::optional(answer.error()));
  }

  Task<void> chat(std::uint32_t count) {
    auto stream = feed.chat(options());
    std::uint32_t written = 0;
    std::uint32_t next = 0;
    while (written < count) {
      const std::uint32_t ahead = below(40);
      for (; written < count && written < next + ahead; ++written) {
        static_cast<void>(co_await stream.write([&](auto item) { item.setValue(written); }));
      }
      for (; next < written; ++next) {
        auto item = co_await stream.next();
        if (!item) {
          CHECK(stream.error());
          co_return note(stream.error());
        }
        CHECK(item->getValue() == next);
      }
      if (pauses()) co_await gate;
    }
    stream.end();
    const auto item = co_await stream.next();
    CHECK(!item);
    note(stream.error());
  }

  Task<void> call(std::string text) {
    auto answer = co_await echo.echo(text, below(100'000), options());
    if (answer) CHECK(std::string((*answer)->getText().cStr()) == text);
    note(answer ? std::nullopt : std::optional(answer.error()));
  }

  void start() {
    ++made;
    const std::uint32_t count = 1 + below(2000);
    const std::uint32_t padding = below(8) == 0 ? below(100'000) : below(64);
    switch (below(6)) {
      case 0: tasks.push_back(read(padding > 64 ? count % 40 : count, padding)); break;
      case 1: tasks.push_back(read_newest(static_cast<std::uint16_t>(3 + count % 3), count)); break;
      case 2: tasks.push_back(write(padding > 64 ? 1 + count % 40 : count, padding)); break;
      case 3: tasks.push_back(chat(count)); break;
      default: tasks.push_back(call(std::to_string(count))); break;
    }
    tasks.back().start();
  }
};

void shuffle_network(Ends& ends, std::mt19937& random, bool may_lose_sessions) {
  SessionPair& pair = ends.pair;
  pair.send();
  switch (random() % 64) {
    case 0: pair.cut(); break;
    case 1:
      if (may_lose_sessions) pair.restart_acceptor();
      break;
    case 2: CHECK(pair.advance_to(pair.acceptor_host.time_ms + random() % 20)); break;
    default:
      for (auto count = random() % 4; count > 0; --count) CHECK(pair.arrive(random() % 2 == 0));
      break;
  }
  if (!pair.is_connected && random() % 4 == 0) pair.connect();
  for (const Connection* const end : {&pair.connector, &pair.acceptor}) {
    CHECK(end->session()->backlog_size() < 8'000'000);
  }
}

/// How many calls ended well.
int converse(std::uint32_t seed, bool may_lose_sessions) {
  INFO("seed ", seed);
  std::mt19937 random(seed);
  Ends ends(SessionPairOptions{});
  int destroyed = 0;
  Callers callers[2] = {{ends.client, test::EchoClient(ends.pair.connector), random},
                        {ends.server_client, test::EchoClient(ends.pair.acceptor), random}};
  for (int step = 0; step < 600; ++step) {
    Callers& some = callers[random() % 2];
    switch (random() % 12) {
      case 0: some.start(); break;
      case 1:
        if (!some.tasks.empty() && random() % 4 == 0) {
          const auto which =
              some.tasks.begin() + static_cast<std::ptrdiff_t>(random() % some.tasks.size());
          if (!which->done()) ++destroyed;
          some.tasks.erase(which);
        }
        break;
      case 2: some.gate.open(); break;
      case 3:
        ends.server.waits_at_start = ends.page.waits_at_start = random() % 2 == 0;
        ends.server.gate.open();
        ends.page.gate.open();
        break;
      default: shuffle_network(ends, random, may_lose_sessions); break;
    }
  }
  ends.pair.connect();
  const auto is_settled = [](const Callers& some) {
    return std::ranges::all_of(some.tasks, [](const auto& task) { return task.done(); });
  };
  ends.server.waits_at_start = ends.page.waits_at_start = false;
  for (int round = 0; round < 10'000 && !(is_settled(callers[0]) && is_settled(callers[1]));
       ++round) {
    CHECK(ends.pair.advance_to(ends.pair.acceptor_host.time_ms));
    for (Callers& some : callers) some.gate.open();
    ends.server.gate.open();
    ends.page.gate.open();
  }
  CHECK(ends.pair.deliver());
  CHECK(callers[0].made + callers[1].made == callers[0].settled + callers[1].settled + destroyed);
  for (const Connection* const end : {&ends.pair.connector, &ends.pair.acceptor}) {
    CHECK(end->own_calls_in_flight() == 0);
    CHECK(end->served_calls_in_flight() == 0);
  }
  CHECK(ends.server.running == 0);
  CHECK(ends.page.running == 0);
  CHECK(ends.pair.acceptor_host.failures.empty());
  CHECK(ends.pair.connector_host.failures.empty());
  if (!may_lose_sessions) CHECK(ends.pair.sessions == 1);
  return callers[0].well + callers[1].well;
}

}  // namespace

TEST_CASE("random schedules over connections that are cut: nothing is lost, nothing comes twice") {
  int well = 0;
  for (std::uint32_t seed = 0; seed < 60; ++seed) well += converse(seed, false);
  CHECK(well > 300);
}

TEST_CASE("random schedules with sessions that are lost: every call settles") {
  for (std::uint32_t seed = 1000; seed < 1060; ++seed) converse(seed, true);
}

}  // namespace cortado
