// SPDX-License-Identifier: Apache-2.0
// The market's server. Run it at the root of the repository; the page is built to 2-market/dist.
#include <cortado/server.hpp>

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "market_service.hpp"

namespace {

constexpr std::string_view usage = R"(example-2-market: a small exchange on one port

  --port N    port to listen at (8080)
  --web DIR   folder of the page (examples/2-market/dist)
  --seed N    the same seed gives the same prices (1)
)";

struct Arguments {
  std::uint16_t port = 8080;
  std::string web = "examples/2-market/dist";
  std::uint32_t seed = 1;
};

/// False when they make no sense. Throws what std::stoul throws for a number that is none.
bool read(int argc, char** argv, Arguments& arguments) {
  if (argc % 2 == 0) return false;
  for (int index = 1; index < argc; index += 2) {
    const std::string_view name = argv[index];
    const std::string value = argv[index + 1];
    if (name == "--port") {
      arguments.port = static_cast<std::uint16_t>(std::stoul(value));
    } else if (name == "--web") {
      arguments.web = value;
    } else if (name == "--seed") {
      arguments.seed = static_cast<std::uint32_t>(std::stoul(value));
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!read(argc, argv, arguments)) {
    std::cerr << usage;
    return EXIT_FAILURE;
  }
  cortado::ServerOptions options;
  options.port = arguments.port;
  options.static_root = arguments.web;
  cortado::Server server(options);
  market::ExchangeService service(arguments.seed, server.executor());
  server.add(service);
  return server.run();
}
