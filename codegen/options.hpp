// SPDX-License-Identifier: Apache-2.0
// The command line of capnpc-cortado.
#pragma once

#include <array>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codegen/printers.hpp"

namespace cortado::codegen {

using Print = std::vector<OutputFile> (*)(const File& file, Diagnostics& diagnostics);

/// One flag `--name=DIR` and what it prints.
struct Target {
  std::string_view flag;
  Print print;
  /// Printed when there are no flags, as in `capnp compile -ocortado:DIR`.
  bool by_default;
};

[[nodiscard]] std::span<const Target> targets();

struct Output {
  const Target* target = nullptr;
  std::string folder;
};

struct Options {
  bool help = false;
  bool version = false;
  std::vector<Output> outputs;
  /// Folders of the sources, for line numbers.
  std::vector<std::string> sources;
};

/// The error is a whole sentence for people.
[[nodiscard]] std::expected<Options, std::string> parse_options(
    std::span<const char* const> arguments);

[[nodiscard]] std::string_view help_text();

}  // namespace cortado::codegen
