// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

#include "codegen/ts_parts.hpp"

namespace cortado::codegen {
namespace {

std::string float_literal(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  std::array<char, 32> digits{};
  const auto [end, error] = std::to_chars(digits.begin(), digits.end(), value);
  return {digits.begin(), end};
}

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string data_literal(const std::vector<std::byte>& data) {
  std::vector<std::string> bytes;
  bytes.reserve(data.size());
  for (const std::byte byte : data) bytes.push_back(std::to_string(std::to_integer<int>(byte)));
  return "/*#__PURE__*/ Uint8Array.of(" + join(bytes) + ')';
}

std::string enumerant_literal(const Enum& enumeration, std::uint64_t ordinal) {
  if (ordinal >= enumeration.enumerants.size()) return std::to_string(ordinal);
  return '"' + enumeration.enumerants[ordinal].name + '"';
}

std::string list_literal(const Type& element, const Value& value, TsScope& scope) {
  std::vector<std::string> elements;
  elements.reserve(value.elements.size());
  for (const Value& item : value.elements) elements.push_back(ts_literal(element, item, scope));
  return '[' + join(elements) + ']';
}

const Value* find_member(const Value& value, const Field& field) {
  const auto found = std::ranges::find(value.members, &field, &MemberValue::field);
  return found == value.members.end() ? nullptr : &found->value;
}

std::string members_literal(const Struct& structure, const Value& value, TsScope& scope);

/// Of a field that the value states, or else has its default.
std::string member_literal(const Field& field, const Value* stated, TsScope& scope) {
  static const Value nothing;
  if (field.group != nullptr) {
    return members_literal(*field.group, stated == nullptr ? nothing : *stated, scope);
  }
  return ts_literal(field.type, stated == nullptr ? field.default_value : *stated, scope);
}

/// Null where there is no union.
const Field* active_member(const Struct& structure, const Value& value) {
  const Field* first = nullptr;
  for (const Field& field : structure.fields) {
    if (!field.discriminant) continue;
    if (find_member(value, field) != nullptr) return &field;
    if (*field.discriminant == 0) first = &field;
  }
  return first;
}

std::string members_literal(const Struct& structure, const Value& value, TsScope& scope) {
  std::vector<std::string> members;
  const auto add = [&](const Field& field) {
    const Value* const stated = find_member(value, field);
    if (stated == nullptr && may_be_absent(field)) return;
    members.push_back(ts_property(structure, field) + ": " + member_literal(field, stated, scope));
  };
  for (const Field* field : fields_in_code_order(structure)) {
    if (!field->discriminant) add(*field);
  }
  if (const Field* const active = active_member(structure, value)) {
    members.push_back("which: \"" + ts_property(structure, *active) + '"');
    if (active->group != nullptr || active->type.kind != TypeKind::void_type) add(*active);
  }
  return members.empty() ? "{}" : "{ " + join(members) + " }";
}

}  // namespace

std::string ts_literal(const Type& type, const Value& value, TsScope& scope) {
  switch (type.kind) {
    case TypeKind::void_type: return "null";
    case TypeKind::boolean: return value.bits != 0 ? "true" : "false";
    case TypeKind::int8:
    case TypeKind::int16:
    case TypeKind::int32: return std::to_string(signed_value(type.kind, value));
    case TypeKind::int64: return std::to_string(signed_value(type.kind, value)) + 'n';
    case TypeKind::uint8:
    case TypeKind::uint16:
    case TypeKind::uint32: return std::to_string(value.bits);
    case TypeKind::uint64: return std::to_string(value.bits) + 'n';
    case TypeKind::float32:
    case TypeKind::float64: return float_literal(float_value(type.kind, value));
    case TypeKind::enumeration: return enumerant_literal(*type.enumeration, value.bits);
    case TypeKind::text: return string_literal(value.text, Language::ts);
    case TypeKind::data: return data_literal(value.data);
    case TypeKind::list: return list_literal(*type.element, value, scope);
    case TypeKind::structure: return members_literal(*type.structure, value, scope);
  }
  return {};
}

}  // namespace cortado::codegen
