// SPDX-License-Identifier: Apache-2.0
#include "codegen/options.hpp"

#include <algorithm>

namespace cortado::codegen {
namespace {

constexpr auto all_targets = std::to_array<Target>({
    {"cpp", print_cpp, true},
    {"json", print_cpp_json, true},
    {"ts", print_ts, true},
    {"openrpc", print_openrpc, true},
    {"plain-cpp", print_plain_cpp, false},
    {"plain-ts", print_plain_ts, false},
});

}  // namespace

std::span<const Target> targets() { return all_targets; }

std::expected<Options, std::string> parse_options(std::span<const char* const> arguments) {
  Options options;
  for (const std::string_view argument : arguments) {
    if (argument == "--help" || argument == "-h") {
      options.help = true;
      continue;
    }
    if (argument == "--version") {
      options.version = true;
      continue;
    }
    const std::size_t equals = argument.find('=');
    const std::string_view name = argument.substr(0, equals);
    const bool is_flag = name.starts_with("--");
    const auto target = std::ranges::find(all_targets, name.substr(is_flag ? 2 : 0), &Target::flag);
    const bool is_source = name == "--source";
    if (!is_flag || (target == all_targets.end() && !is_source)) {
      return std::unexpected("unknown argument '" + std::string(argument) +
                             "'. Flags are --cpp, --json, --ts, --openrpc, --plain-cpp, "
                             "--plain-ts and --source, each with =DIR; see --help");
    }
    if (equals == std::string_view::npos || equals + 1 == argument.size()) {
      return std::unexpected(std::string(name) + " needs a directory: " + std::string(name) +
                             "=DIR");
    }
    const std::string folder(argument.substr(equals + 1));
    if (is_source) {
      options.sources.push_back(folder);
    } else {
      options.outputs.push_back({target, folder});
    }
  }
  if (options.outputs.empty()) {
    for (const Target& target : all_targets) {
      if (target.by_default) options.outputs.push_back({&target, "."});
    }
  }
  return options;
}

std::string_view help_text() {
  return R"(capnpc-cortado: generates typed calls from a Cap'n Proto schema.

It reads what Cap'n Proto's compiler found, on standard input:

  capnp compile -Ischema -o- schema/market.capnp | capnpc-cortado --ts=web/generated
  capnp compile -Ischema -ocortado:generated schema/market.capnp

The second form runs it as a plug-in: C++, JSON, TypeScript and OpenRPC, all into one directory.
For `import "/cortado/annotations.capnp"` give the compiler -I with Cortado's folder `schema`.

What to generate, each into a directory that is made if it does not exist:
  --cpp=DIR        market.cortado.hpp .cpp        client and service of each interface
                   (`capnp compile -oc++` makes the market.capnp.h that they include)
  --json=DIR       market.cortado.json.hpp .cpp   the same messages as JSON, for JSON-RPC
  --ts=DIR         market.cortado.ts              types, codecs, client and service
  --openrpc=DIR    market.openrpc.json            a description for callers without any of it
  --plain-cpp=DIR  market.hpp                     only enums and constants, no dependency
  --plain-ts=DIR   market.ts                      the same for TypeScript
Below DIR, files lie as the schemas do below the compiler's --src-prefix; plain ones flat.

  --source=DIR     where the schemas are, so that errors name a line (may be repeated; the
                   current directory is tried, too)
  --help           this text
  --version        the version of the generator

Errors read `file:line: error: what — why — cure`; then nothing is written and the exit status is
1. Options that are wrong: 2.
)";
}

}  // namespace cortado::codegen
