// SPDX-License-Identifier: Apache-2.0
// For tests: runs Cap'n Proto's compiler on a schema of testdata/ and loads what it says.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codegen/diagnostics.hpp"
#include "codegen/model.hpp"

namespace cortado::codegen::test {

/// What a shell command did.
struct Outcome {
  int status = 0;
  std::string output;  // standard output; add 2>&1 for the other
};
[[nodiscard]] Outcome run(const std::string& command);

/// The whole content; fails the test when it is not there.
[[nodiscard]] std::string read_file(const std::string& path);

[[nodiscard]] std::string testdata_folder();

/// The request that the compiler makes of a file of testdata/.
[[nodiscard]] std::vector<std::byte> compile(std::string_view file);

struct Loaded {
  Model model;
  Diagnostics diagnostics;
};
[[nodiscard]] Loaded load_schema(std::string_view file);
/// The same, when there must be nothing to say of it.
[[nodiscard]] Model load_fine(std::string_view file);

[[nodiscard]] const Struct& find_struct(const Model& model, std::string_view dotted);
[[nodiscard]] const Interface& find_interface(const Model& model, std::string_view dotted);
[[nodiscard]] const Field& find_field_of(const Model& model, std::string_view dotted,
                                         std::string_view field);

}  // namespace cortado::codegen::test
