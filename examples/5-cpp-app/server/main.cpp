// SPDX-License-Identifier: Apache-2.0
// The board's server. Run it at the root of the repository; the page is built to 5-cpp-app/dist.
#include <cortado/server.hpp>

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "server/shared_board.hpp"

namespace {

constexpr std::string_view usage = R"(example-5-cpp-app: a board for many to draw on

  --port N    port to listen at (8080)
  --web DIR   folder of the page (examples/5-cpp-app/dist)
)";

/// False when they make no sense. Throws what std::stoul throws for a number that is none.
bool read(int argc, char** argv, cortado::ServerOptions& options) {
  if (argc % 2 == 0) return false;
  for (int index = 1; index < argc; index += 2) {
    const std::string_view name = argv[index];
    if (name == "--port") {
      options.port = static_cast<std::uint16_t>(std::stoul(argv[index + 1]));
    } else if (name == "--web") {
      options.static_root = argv[index + 1];
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  cortado::ServerOptions options;
  options.port_option = "--port";
  // A page that is closed does not say so: its person leaves when its session does. Who comes back later
  // than this joins anew, and loses nothing.
  options.session_grace_ms = 10'000;
  options.static_root = "examples/5-cpp-app/dist";
  if (!read(argc, argv, options)) {
    std::cerr << usage;
    return EXIT_FAILURE;
  }
  cortado::Server server(options);
  board::SharedBoard shared(server.executor());
  server.add(shared, nullptr);  // over frames only: nobody draws by JSON
  return server.run();
}
