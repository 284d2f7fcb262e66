// SPDX-License-Identifier: Apache-2.0
// What plain output can hold, of one file: named numbers, texts and enums. Shared by
// print_plain_cpp() and print_plain_ts().
#pragma once

#include <string>
#include <vector>

#include "codegen/diagnostics.hpp"
#include "codegen/model.hpp"

namespace cortado::codegen {

/// Says what else the file has.
void check_plain(const File& file, Diagnostics& diagnostics);

/// In order of declaration.
[[nodiscard]] std::vector<const Enumerant*> enumerants_in_code_order(const Enum& enumeration);

/// "protocol" of "cortado/protocol.capnp".
[[nodiscard]] std::string plain_stem(const File& file);

}  // namespace cortado::codegen
