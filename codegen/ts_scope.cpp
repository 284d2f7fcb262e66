// SPDX-License-Identifier: Apache-2.0
#include "codegen/ts_scope.hpp"

#include <algorithm>
#include <array>

namespace cortado::codegen {
namespace {

/// Every object has them; a schema's optional member of that name would be there when it is not.
constexpr auto members_of_objects = std::to_array<std::string_view>({
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
});

std::string property(const std::string& name) {
  return std::ranges::find(members_of_objects, name) == members_of_objects.end() ? name
                                                                                 : name + '_';
}

/// As other modules know it, too: the only change is for words of the language.
std::string chosen_name(const Declaration& declaration) {
  std::string name = scoped_name(declaration, "_");
  return NameScope(ts_reserved()).claim(name);
}

std::string lower_first(std::string name) {
  if (name.front() >= 'A' && name.front() <= 'Z') name.front() += 'a' - 'A';
  return name;
}

/// From the folder of `user`: "./shared.cortado.js", "../shared.cortado.js".
std::string module_path(const File& user, const std::string& import) {
  std::string path = without_extension(import) + ".cortado.js";
  if (path.starts_with('/')) {
    // Below the same output directory as this file.
    const auto depth = std::ranges::count(user.path, '/');
    std::string up = depth == 0 ? "." : "..";
    for (auto i = depth; i > 1; --i) up += "/..";
    return up + path;
  }
  return path.starts_with("../") ? path : "./" + path;
}

}  // namespace

TsScope::TsScope(const File& file) : file_(file), names_(ts_reserved()) {
  name_chosen();
  for (const Interface* interface : all_interfaces(file)) name_interface(*interface);
  for (const Struct* structure : all_structs(file)) name_derived(*structure);
}

void TsScope::name_chosen() {
  const auto choose = [this](const auto& declarations) {
    for (const Declaration* declaration : declarations) {
      chosen_.emplace(declaration, names_.claim(chosen_name(*declaration)));
    }
  };
  std::vector<const Struct*> declared = all_structs(file_);
  std::erase_if(declared, [](const Struct* structure) { return structure->list_of != nullptr; });
  choose(declared);
  choose(all_enums(file_));
  choose(all_interfaces(file_));
  choose(all_constants(file_));
}

void TsScope::name_interface(const Interface& interface) {
  const std::string& name = chosen_.at(&interface);
  interfaces_.emplace(&interface, InterfaceNames{name, names_.claim(name + "Client"),
                                                 names_.claim(name + "Service"),
                                                 names_.claim(lower_first(name) + "Service")});
  for (const Method& method : interface.methods) {
    methods_.emplace(&method, names_.claim(name + '_' + method.name));
  }
}

void TsScope::name_derived(const Struct& structure) {
  const auto chosen = chosen_.find(&structure);
  const std::string type =
      chosen != chosen_.end() ? chosen->second : names_.claim(scoped_name(structure, "_"));
  structs_.emplace(&structure,
                   StructNames{type, names_.claim(type + "Init"), names_.claim("read" + type),
                               names_.claim("write" + type)});
  name_groups(structure);
}

void TsScope::name_groups(const Struct& structure) {
  for (const Field& field : structure.fields) {
    if (field.group == nullptr) continue;
    const std::string type =
        names_.claim(structs_.at(&structure).type + '_' + pascal_case(field.name));
    structs_.emplace(field.group,
                     StructNames{type, names_.claim(type + "Init"), names_.claim("read" + type),
                                 names_.claim("write" + type)});
    name_groups(*field.group);
  }
}

std::string TsScope::module_of(const File& other) {
  const auto known = modules_.find(&other);
  if (known != modules_.end()) return known->second;
  const std::string alias = "$" + std::to_string(modules_.size() + 1);
  modules_.emplace(&other, alias);
  return alias;
}

std::string TsScope::type(const Declaration& declaration) {
  if (declaration.file != &file_)
    return module_of(*declaration.file) + '.' + chosen_name(declaration);
  const auto* structure = dynamic_cast<const Struct*>(&declaration);
  return structure != nullptr ? structs_.at(structure).type : chosen_.at(&declaration);
}

std::string TsScope::init(const Struct& structure) {
  if (structure.file == &file_) return structs_.at(&structure).init;
  return "$.InitOf<typeof " + type(structure) + ">";
}

const std::string& TsScope::read(const Struct& structure) const {
  return structs_.at(&structure).read;
}
const std::string& TsScope::write(const Struct& structure) const {
  return structs_.at(&structure).write;
}
const std::string& TsScope::constant(const Constant& constant) const {
  return chosen_.at(&constant);
}
const std::string& TsScope::descriptor(const Interface& interface) const {
  return interfaces_.at(&interface).descriptor;
}
const std::string& TsScope::client(const Interface& interface) const {
  return interfaces_.at(&interface).client;
}
const std::string& TsScope::service(const Interface& interface) const {
  return interfaces_.at(&interface).service;
}
const std::string& TsScope::serving(const Interface& interface) const {
  return interfaces_.at(&interface).serving;
}
const std::string& TsScope::descriptor(const Method& method) const { return methods_.at(&method); }

void TsScope::print_imports(Writer& out) const {
  std::map<std::string, std::string> sorted;  // alias -> module
  for (const auto& [used, alias] : modules_) {
    const auto import = std::ranges::find(file_.imports, used, &Import::file);
    const std::string& path = import == file_.imports.end() ? used->path : import->path;
    sorted.emplace(alias, module_path(file_, path));
  }
  for (const auto& [alias, module] : sorted) {
    out.line("import * as ", alias, " from ", string_literal(module, Language::ts), ";");
  }
}

std::string ts_property(const Struct& structure, const Field& field) {
  return property(json_name(structure, field));
}

std::string ts_method(const Method& method) {
  return method.name == "then" ? "then_" : property(method.name);
}

bool may_be_absent(const Field& field) {
  return field.group == nullptr && field.type.kind == TypeKind::structure &&
         !is_set(field.type, field.default_value);
}

}  // namespace cortado::codegen
