// SPDX-License-Identifier: Apache-2.0
#include "codegen/ts_layout.hpp"

#include <array>
#include <charconv>

namespace cortado::codegen {
namespace {

constexpr std::uint32_t unit_bits = 32;

std::string hex(std::uint32_t value) {
  std::array<char, 8> digits{};
  const auto [end, error] = std::to_chars(digits.begin(), digits.end(), value, 16);
  return "0x" + std::string(digits.begin(), end);
}

void cover_bits(TsCoverage& coverage, std::uint32_t first, std::uint32_t count) {
  for (std::uint32_t bit = first; bit < first + count; ++bit) {
    coverage.units.at(bit / unit_bits) |= std::uint32_t{1} << (bit % unit_bits);
  }
}

void cover_fields(TsCoverage& coverage, const Struct& structure);

void cover_field(TsCoverage& coverage, const Field& field) {
  if (field.group != nullptr) {
    cover_fields(coverage, *field.group);
  } else if (is_pointer(field.type.kind)) {
    coverage.pointers.insert(field.offset);
  } else {
    cover_bits(coverage, field.offset, data_bits(field.type.kind));
  }
}

void cover_fields(TsCoverage& coverage, const Struct& structure) {
  for (const Field& field : structure.fields) cover_field(coverage, field);
  if (structure.discriminant_count > 0) cover_bits(coverage, structure.discriminant_offset, 16);
}

TsCoverage empty_coverage(const Struct& structure) {
  return {std::vector<std::uint32_t>(std::size_t{structure.data_words} * 2), {}};
}

}  // namespace

TsCoverage coverage_of(const Struct& structure) {
  TsCoverage coverage = empty_coverage(structure);
  cover_fields(coverage, structure);
  return coverage;
}

TsCoverage coverage_of_union(const Struct& structure) {
  TsCoverage coverage = empty_coverage(structure);
  for (const Field& field : structure.fields) {
    if (field.discriminant) cover_field(coverage, field);
  }
  return coverage;
}

std::vector<std::uint32_t> holes_of(const Struct& structure) {
  std::vector<std::uint32_t> units = coverage_of(structure).units;
  for (std::uint32_t& unit : units) unit = ~unit;
  return units;
}

std::string unit_list(const std::vector<std::uint32_t>& units) {
  std::string list;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (units[i] == 0) continue;
    list += (list.empty() ? "" : ", ") + std::to_string(i) + ", " + hex(units[i]);
  }
  return '[' + list + ']';
}

std::string pointer_list(const std::set<std::uint32_t>& pointers) {
  std::string list;
  for (const std::uint32_t pointer : pointers) {
    list += (list.empty() ? "" : ", ") + std::to_string(pointer * 8);
  }
  return '[' + list + ']';
}

std::string any_bit_set(const std::vector<std::uint32_t>& units) {
  std::string sum;
  int count = 0;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (units[i] == 0) continue;
    ++count;
    const std::string at = i == 0 ? "d" : "d + " + std::to_string(i * 4);
    if (!sum.empty()) sum += " | ";
    const bool is_whole = units[i] == ~std::uint32_t{0};
    sum += (is_whole ? "v.getInt32(" : "(v.getInt32(") + at + ", true)";
    if (!is_whole) sum += " & " + hex(units[i]) + ')';
  }
  if (count > 1) sum = '(' + sum + ')';
  return sum.empty() ? sum : sum + " !== 0";
}

TsNeeds needs_of(const Struct& structure) {
  if (structure.discriminant_count > 0) return {true, true};
  TsNeeds needs;
  for (const Field& field : structure.fields) {
    if (field.group != nullptr) {
      const TsNeeds inner = needs_of(*field.group);
      needs.data = needs.data || inner.data;
      needs.pointers = needs.pointers || inner.pointers;
    } else if (is_pointer(field.type.kind)) {
      needs.pointers = true;
    } else if (field.type.kind != TypeKind::void_type) {
      needs.data = true;
    }
  }
  return needs;
}

}  // namespace cortado::codegen
