// SPDX-License-Identifier: Apache-2.0
#include "codegen/model.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <tuple>
#include <utility>

namespace cortado::codegen {
namespace {

/// Calls `visit` with the scope and everything nested in it, outer before inner.
template <class Visit>
void visit_scopes(const Declaration& scope, const Visit& visit) {
  visit(scope);
  for (const Struct* nested : scope.structs) visit_scopes(*nested, visit);
  for (const Interface* nested : scope.interfaces) visit_scopes(*nested, visit);
}

}  // namespace

std::string to_string(const Location& location) {
  if (location.line != 0) return location.file + ':' + std::to_string(location.line);
  if (location.declaration.empty()) return location.file;
  return location.file + ':' + location.declaration;
}

bool is_pointer(TypeKind kind) {
  return kind == TypeKind::text || kind == TypeKind::data || kind == TypeKind::list ||
         kind == TypeKind::structure;
}

std::uint32_t data_bits(TypeKind kind) {
  switch (kind) {
    case TypeKind::void_type:
    case TypeKind::text:
    case TypeKind::data:
    case TypeKind::list:
    case TypeKind::structure: return 0;
    case TypeKind::boolean: return 1;
    case TypeKind::int8:
    case TypeKind::uint8: return 8;
    case TypeKind::int16:
    case TypeKind::uint16:
    case TypeKind::enumeration: return 16;
    case TypeKind::int32:
    case TypeKind::uint32:
    case TypeKind::float32: return 32;
    case TypeKind::int64:
    case TypeKind::uint64:
    case TypeKind::float64: return 64;
  }
  return 0;
}

double float_value(TypeKind kind, const Value& value) {
  if (kind == TypeKind::float64) return std::bit_cast<double>(value.bits);
  return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(value.bits)));
}

std::int64_t signed_value(TypeKind kind, const Value& value) {
  const std::uint32_t bits = data_bits(kind);
  if (bits == 0) return 0;
  const std::uint32_t unused = 64 - bits;
  return static_cast<std::int64_t>(value.bits << unused) >> unused;
}

bool is_set(const Type& type, const Value& value) {
  switch (type.kind) {
    case TypeKind::text: return !value.text.empty();
    case TypeKind::data: return !value.data.empty();
    case TypeKind::list:
    case TypeKind::structure: return !value.message.empty();
    default: return value.bits != 0;
  }
}

std::string dotted_name(const Declaration& declaration) {
  if (declaration.parent == nullptr) return declaration.name;
  return dotted_name(*declaration.parent) + '.' + declaration.name;
}

std::vector<const Field*> fields_in_code_order(const Struct& structure) {
  std::vector<const Field*> sorted;
  for (const Field& field : structure.fields) sorted.push_back(&field);
  std::ranges::sort(sorted, std::less{}, [](const Field* field) {
    return std::tuple(field->discriminant.has_value(), field->code_order, field->index);
  });
  return sorted;
}

std::vector<const Method*> methods_in_code_order(const Interface& interface) {
  std::vector<const Method*> sorted;
  for (const Method& method : interface.methods) sorted.push_back(&method);
  std::ranges::sort(sorted, std::less{}, [](const Method* method) {
    return std::pair(method->code_order, method->ordinal);
  });
  return sorted;
}

const Field* find_field(const Struct& structure, std::string_view name) {
  const auto found = std::ranges::find(structure.fields, name, &Field::name);
  return found == structure.fields.end() ? nullptr : &*found;
}

std::vector<const Struct*> all_structs(const File& file) {
  std::vector<const Struct*> found;
  visit_scopes(file, [&found](const Declaration& scope) {
    if (const auto* structure = dynamic_cast<const Struct*>(&scope)) found.push_back(structure);
    const auto* interface = dynamic_cast<const Interface*>(&scope);
    if (interface == nullptr) return;
    for (const Method& method : interface->methods) {
      for (const Struct* list : {method.params, method.results}) {
        if (list->list_of == &method) found.push_back(list);
      }
    }
  });
  return found;
}

std::vector<const Enum*> all_enums(const File& file) {
  std::vector<const Enum*> found;
  visit_scopes(file, [&found](const Declaration& scope) {
    found.insert(found.end(), scope.enums.begin(), scope.enums.end());
  });
  return found;
}

std::vector<const Interface*> all_interfaces(const File& file) {
  std::vector<const Interface*> found;
  visit_scopes(file, [&found](const Declaration& scope) {
    found.insert(found.end(), scope.interfaces.begin(), scope.interfaces.end());
  });
  return found;
}

std::vector<const Constant*> all_constants(const File& file) {
  std::vector<const Constant*> found;
  visit_scopes(file, [&found](const Declaration& scope) {
    found.insert(found.end(), scope.constants.begin(), scope.constants.end());
  });
  return found;
}

}  // namespace cortado::codegen
