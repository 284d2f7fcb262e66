// SPDX-License-Identifier: Apache-2.0
// All printers, each a function from a requested file of the model to texts. None touches the disk.
// One may find a clash that only its language has: it says so in `diagnostics`, and what it
// returned is then not written.
#pragma once

#include <vector>

#include "codegen/diagnostics.hpp"
#include "codegen/model.hpp"
#include "codegen/writer.hpp"

namespace cortado::codegen {

/// market.cortado.hpp, market.cortado.cpp: client and service of each interface.
[[nodiscard]] std::vector<OutputFile> print_cpp(const File& file, Diagnostics& diagnostics);

/// market.cortado.json.hpp, market.cortado.json.cpp: to_json and from_json of each struct.
[[nodiscard]] std::vector<OutputFile> print_cpp_json(const File& file, Diagnostics& diagnostics);

/// market.cortado.ts: types, codecs, client and service of each interface.
[[nodiscard]] std::vector<OutputFile> print_ts(const File& file, Diagnostics& diagnostics);

/// market.openrpc.json: what a caller without generated code needs to know.
[[nodiscard]] std::vector<OutputFile> print_openrpc(const File& file, Diagnostics& diagnostics);

/// protocol.hpp, protocol.ts: enums and scalar or text constants, without any dependency.
[[nodiscard]] std::vector<OutputFile> print_plain_cpp(const File& file, Diagnostics& diagnostics);
[[nodiscard]] std::vector<OutputFile> print_plain_ts(const File& file, Diagnostics& diagnostics);

}  // namespace cortado::codegen
