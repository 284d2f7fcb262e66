// SPDX-License-Identifier: Apache-2.0
// cortado-server: the server library with a command line.
#include <cstdio>
#include <span>
#include <utility>

#include "server/command_line.hpp"
#include "server/server.hpp"

int main(int argument_count, char** arguments) {
  const std::span<const char* const> given(arguments, static_cast<std::size_t>(argument_count));
  auto line = cortado::server::parse_command_line(given.subspan(given.empty() ? 0 : 1));
  if (!line) {
    std::fprintf(stderr, "cortado-server: %s\nTry cortado-server --help\n", line.error().c_str());
    return 2;
  }
  if (line->help) {
    std::fputs(cortado::server::help_text().c_str(), stdout);
    return 0;
  }
  if (line->version) {
    std::puts("cortado-server " CORTADO_VERSION);
    return 0;
  }
  line->options.port_option = "--port";
  cortado::Server server(std::move(line->options));
  return server.run();
}
