// SPDX-License-Identifier: Apache-2.0
// Deterministic simulation: peers and sessions over a network that delays, cuts, truncates, freezes,
// replays and reorders connections, driven by a seed. Each seed is one world; worlds run until there
// were enough faults.
//
//   simulate [--faults N] [--worlds N] [--seed N] [--steps N]
//
// Prints a summary; a broken rule ends it with the command that leads there again.
#include <charconv>
#include <cstdio>
#include <string_view>

#include "wire/simulation_world.hpp"

using namespace cortado::wire::test;

namespace {

struct Arguments {
  std::uint64_t faults = 20'000;
  std::uint64_t worlds = ~std::uint64_t{0};
  std::uint64_t seed = 1;
  std::uint64_t steps = 1'500;
};

bool read(std::span<char* const> words, Arguments& arguments) {
  for (std::size_t at = 0; at + 1 < words.size(); at += 2) {
    const std::string_view name = words[at];
    const std::string_view value = words[at + 1];
    std::uint64_t* const target = name == "--faults"   ? &arguments.faults
                                  : name == "--worlds" ? &arguments.worlds
                                  : name == "--seed"   ? &arguments.seed
                                  : name == "--steps"  ? &arguments.steps
                                                       : nullptr;
    if (target == nullptr) return false;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), *target);
    if (error != std::errc{} || end != value.data() + value.size()) return false;
  }
  return words.size() % 2 == 0;
}

void add(Counters& sum, const Counters& more) {
  sum.faults += more.faults;
  sum.calls += more.calls;
  sum.answered += more.answered;
  sum.items += more.items;
  sum.topics += more.topics;
  sum.connections += more.connections;
  sum.resumed += more.resumed;
  sum.lost_sessions += more.lost_sessions;
  sum.lost_calls += more.lost_calls;
  sum.unsent_calls += more.unsent_calls;
  sum.superseded += more.superseded;
  sum.truncated += more.truncated;
}

void print(std::string_view what, std::uint64_t count) {
  // tidy-allow: a program's report
  std::printf("%12llu %.*s\n", static_cast<unsigned long long>(count),
              static_cast<int>(what.size()), what.data());
}

}  // namespace

int main(int count, char** words) {
  Arguments arguments;
  if (!read(std::span(words, static_cast<std::size_t>(count)).subspan(1), arguments)) {
    // tidy-allow: a program's usage
    std::fprintf(stderr, "simulate [--faults N] [--worlds N] [--seed N] [--steps N]\n");
    return 2;
  }
  Counters sum;
  std::uint64_t worlds = 0;
  // A world that is asked for by its seed runs whatever its faults.
  while (worlds < arguments.worlds && (arguments.worlds == 1 || sum.faults < arguments.faults)) {
    World world(arguments.seed + worlds);
    world.run(static_cast<std::uint32_t>(arguments.steps));
    add(sum, world.ledger.counters);
    ++worlds;
  }
  print("worlds", worlds);
  print("faults", sum.faults);
  print("calls, each settled once", sum.calls);
  print("of them answered with results", sum.answered);
  print("items of streams, each once and in order", sum.items);
  print("pushes on topics, each once and in order", sum.topics);
  print("connections introduced", sum.connections);
  print("of them resuming a session", sum.resumed);
  print("connections refused as superseded", sum.superseded);
  print("messages truncated", sum.truncated);
  print("calls whose outcome was told to be unknown", sum.lost_calls);
  print("calls told not to have run, that have not", sum.unsent_calls);
  return 0;
}
