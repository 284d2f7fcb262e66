// SPDX-License-Identifier: Apache-2.0
// Inside of print_ts(): which bits and pointers of a struct's sections fields have, for generated
// code to keep what they do not.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "codegen/model.hpp"

namespace cortado::codegen {

/// Bits of a data section, by its 32-bit units, and pointers by their index.
struct TsCoverage {
  std::vector<std::uint32_t> units;
  std::set<std::uint32_t> pointers;
};

/// All that the schema knows of a struct or group.
[[nodiscard]] TsCoverage coverage_of(const Struct& structure);
/// What the members of the unnamed union of a struct or group share, its discriminant apart.
[[nodiscard]] TsCoverage coverage_of_union(const Struct& structure);
/// The bits that no field has.
[[nodiscard]] std::vector<std::uint32_t> holes_of(const Struct& structure);

/// "[1, 0xffff0000, 2, 0xffffffff]": index and bits of each unit that has any.
[[nodiscard]] std::string unit_list(const std::vector<std::uint32_t>& units);
/// "[0, 40]": positions in the pointer section in bytes.
[[nodiscard]] std::string pointer_list(const std::set<std::uint32_t>& pointers);
/// A condition over `v` and `d` that is true where any of these bits is set; empty when there are
/// none.
[[nodiscard]] std::string any_bit_set(const std::vector<std::uint32_t>& units);

/// What the code for the fields of a struct or group uses.
struct TsNeeds {
  bool data = false;
  bool pointers = false;
};
[[nodiscard]] TsNeeds needs_of(const Struct& structure);

}  // namespace cortado::codegen
