// SPDX-License-Identifier: Apache-2.0
// The arguments of cortado-server. Written by hand: Boost's library for it would have to be built
// and linked for two dozen options.
#pragma once

#include <expected>
#include <span>
#include <string>

#include "server/options.hpp"

namespace cortado::server {

struct CommandLine {
  ServerOptions options;
  bool help = false;
  bool version = false;
};

/// `arguments` without the program's name. The error says what is wrong and what would be right.
[[nodiscard]] std::expected<CommandLine, std::string> parse_command_line(
    std::span<const char* const> arguments);

/// The text of --help.
[[nodiscard]] std::string help_text();

}  // namespace cortado::server
