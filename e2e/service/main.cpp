// SPDX-License-Identifier: Apache-2.0
// The server of the browser tests:
//   e2e-service --port N [--allow-origin ORIGIN]… [--ping-ms N] [--session-grace-ms N]
//     [--lanes-max N]
// --ping-ms is both the interval of pings and their time-out.
#include <cortado/server.hpp>

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "feed_service.hpp"
#include "probe_service.hpp"

int main(int argc, char** argv) {
  cortado::ServerOptions options;
  options.static_root = "e2e/dist/site";
  for (int index = 1; index + 1 < argc; index += 2) {
    const std::string_view name = argv[index];
    const std::string value = argv[index + 1];
    if (name == "--port") {
      options.port = static_cast<std::uint16_t>(std::stoi(value));
    } else if (name == "--allow-origin") {
      options.allowed_origins.push_back(value);
    } else if (name == "--ping-ms") {
      options.ping_interval_ms = options.ping_timeout_ms =
          static_cast<std::uint32_t>(std::stoul(value));
    } else if (name == "--session-grace-ms") {
      options.session_grace_ms = static_cast<std::uint32_t>(std::stoul(value));
    } else if (name == "--lanes-max") {
      options.lanes_max = static_cast<std::size_t>(std::stoi(value));
    } else {
      std::cerr << "unknown option " << name << '\n';
      return EXIT_FAILURE;
    }
  }
  cortado::Server server(options);
  probe::TestService service(server.executor());
  probe::NumberFeed feed(server.executor());
  server.add(service);
  server.add(feed);
  return server.run();
}
