// SPDX-License-Identifier: Apache-2.0
#include "codegen/cpp_names.hpp"

#include <array>
namespace cortado::codegen {
namespace {

/// What generated classes declare, or call, besides the schema's methods.
constexpr auto own_members =
    std::to_array<std::string_view>({"info", "dispatch", "json_codec", "unimplemented"});

std::string scope_path(const Declaration& declaration) {
  if (declaration.parent == nullptr) return cpp_own_name(declaration);
  return scope_path(*declaration.parent) + "::" + cpp_own_name(declaration);
}

std::string quoted(const std::string& path) { return '"' + path + '"'; }

}  // namespace

std::string cpp_own_name(const Declaration& declaration) {
  const std::string& name = declaration.cxx_name.empty() ? declaration.name : declaration.cxx_name;
  const auto* structure = dynamic_cast<const Struct*>(&declaration);
  return structure != nullptr && structure->is_group ? pascal_case(name) : name;
}

std::string cpp_full_type(const Declaration& declaration) {
  return cpp_function(*declaration.file, scope_path(declaration));
}

std::string cpp_type(const Declaration& declaration, const File& from) {
  const std::string path = scope_path(declaration);
  const std::string_view first = std::string_view(path).substr(0, path.find("::"));
  // `Service` is also the base of generated services, and found first within them.
  const bool is_near = declaration.file->cxx_namespace == from.cxx_namespace && first != "Service";
  return is_near ? path : cpp_full_type(declaration);
}

std::string cpp_value_type(const Type& type, const File& from) {
  switch (type.kind) {
    case TypeKind::void_type: return "::capnp::Void";
    case TypeKind::boolean: return "bool";
    case TypeKind::int8: return "std::int8_t";
    case TypeKind::int16: return "std::int16_t";
    case TypeKind::int32: return "std::int32_t";
    case TypeKind::int64: return "std::int64_t";
    case TypeKind::uint8: return "std::uint8_t";
    case TypeKind::uint16: return "std::uint16_t";
    case TypeKind::uint32: return "std::uint32_t";
    case TypeKind::uint64: return "std::uint64_t";
    case TypeKind::float32: return "float";
    case TypeKind::float64: return "double";
    case TypeKind::enumeration: return cpp_type(*type.enumeration, from);
    case TypeKind::text: return "::capnp::Text";
    case TypeKind::data: return "::capnp::Data";
    case TypeKind::list: return "::capnp::List<" + cpp_value_type(*type.element, from) + ">";
    case TypeKind::structure: return cpp_type(*type.structure, from);
  }
  return {};
}

std::string cpp_accessor(const Field& field) {
  return pascal_case(field.cxx_name.empty() ? field.name : field.cxx_name);
}

std::string cpp_constant(std::string_view name, std::string_view cxx_name) {
  return upper_case(cxx_name.empty() ? name : cxx_name);
}

std::string cpp_function(const File& file, std::string_view name) {
  std::string result = file.cxx_namespace.empty() ? "" : "::" + file.cxx_namespace;
  return result.append("::").append(name);
}

std::string cpp_include(const Import& import, std::string_view extension) {
  // As capnpc-c++ does: an absolute import is looked for in the include path.
  std::string path = import.path.starts_with('/') ? import.path.substr(1) : import.path;
  path = extension == ".h" ? path + ".h" : without_extension(path).append(extension);
  return import.path.starts_with('/') ? '<' + path + '>' : quoted(path);
}

std::string cpp_own_include(const File& file, std::string_view extension) {
  const std::string name = file.path.substr(file.path.rfind('/') + 1);
  return quoted(extension == ".h" ? name + ".h" : without_extension(name).append(extension));
}

std::string cpp_namespace_begin(const File& file) {
  return file.cxx_namespace.empty() ? "" : "namespace " + file.cxx_namespace + " {";
}

std::string cpp_namespace_end(const File& file) {
  return file.cxx_namespace.empty() ? "" : "}  // namespace " + file.cxx_namespace;
}

CppClassNames cpp_class_names(const Interface& interface) {
  NameScope scope(cpp_reserved());
  const auto block_all = [&scope](const auto& declarations) {
    for (const Declaration* declaration : declarations) scope.block(cpp_own_name(*declaration));
  };
  const File& file = *interface.file;
  block_all(file.structs);
  block_all(file.enums);
  block_all(file.interfaces);
  for (const Constant* constant : file.constants) {
    scope.block(cpp_constant(constant->name, constant->cxx_name));
  }
  for (const Interface* other : all_interfaces(file)) {
    const std::string stem = scoped_name(*other, "_");
    CppClassNames names{scope.claim(stem + "Client"), scope.claim(stem + "Service")};
    if (other == &interface) return names;
  }
  return {};
}

std::vector<std::string> cpp_method_names(const Interface& interface) {
  NameScope scope(cpp_reserved());
  for (const std::string_view name : own_members) scope.block(name);
  const CppClassNames classes = cpp_class_names(interface);
  scope.block(classes.client);
  scope.block(classes.service);
  std::vector<std::string> names;
  names.reserve(interface.methods.size());
  for (const Method& method : interface.methods) {
    names.push_back(
        scope.claim(snake_case(method.cxx_name.empty() ? method.name : method.cxx_name)));
  }
  return names;
}

}  // namespace cortado::codegen
