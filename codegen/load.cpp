// SPDX-License-Identifier: Apache-2.0
#include "codegen/load.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

#include "codegen/annotations.hpp"
#include "codegen/loader.hpp"
#include "codegen/values.hpp"

namespace cortado::codegen {
namespace {

/// A request that was not made by the compiler may have scopes that contain themselves.
constexpr int scope_depth_max = 64;

/// How `user` would write an import of `used`, both relative to the same folder.
std::string relative_import(const File& user, const File& used) {
  const std::filesystem::path folder = std::filesystem::path(user.path).parent_path();
  return std::filesystem::path(used.path).lexically_relative(folder).generic_string();
}

}  // namespace

std::string text_annotation(capnp::List<schema::Annotation>::Reader annotations, std::uint64_t id) {
  for (const auto annotation : annotations) {
    if (annotation.getId() == id && annotation.getValue().isText()) {
      return copy(annotation.getValue().getText());
    }
  }
  return {};
}

Model load(const Request& request, Sources& sources, Diagnostics& diagnostics) {
  Model model;
  Loader(request, sources, model, diagnostics).run();
  return model;
}

void Loader::run() {
  for (const auto requested : request_.root().getRequestedFiles()) declare_file(requested);
  while (!bodies_.empty()) {
    const Body body = bodies_.front();
    bodies_.pop_front();
    load_body(body);
  }
  for (Interface& interface : model_.interfaces) {
    const Node* const node = request_.find(interface.id);
    if (loaded_.contains(&interface)) apply_annotations(interface, *node, diagnostics_);
  }
  // What a value is made of must be sound before it is followed.
  if (diagnostics_.has_errors()) values_.clear();
  for (const PendingValue& pending : values_) {
    const auto expanded = expand_value(pending.type, *pending.value);
    if (!expanded) {
      error(pending.where, "this value is not taken", expanded.error(), "state a smaller one");
    }
  }
  for (File& file : model_.files) std::ranges::sort(file.imports, std::less{}, &Import::path);
}

void Loader::declare_file(schema::CodeGeneratorRequest::RequestedFile::Reader requested) {
  const Node* const node = request_.find(requested.getId());
  if (node == nullptr || !node->isFile() || declared_.contains(requested.getId())) return;
  File& file = model_.files.emplace_back();
  file.id = node->getId();
  file.path = copy(requested.getFilename());
  file.cxx_namespace = text_annotation(node->getAnnotations(), cxx_namespace_id);
  file.where.file = file.path;
  file.file = &file;
  file.is_requested = true;
  for (const auto import : requested.getImports()) {
    file.imports.push_back({copy(import.getName()), nullptr, false, true, {}});
  }
  declared_.emplace(file.id, &file);
  model_.requested.push_back(&file);
  declare_nested(file, *node);
}

void Loader::declare_nested(Declaration& scope, Node scope_node) {
  for (const auto nested : scope_node.getNestedNodes()) {
    const Node* const node = request_.find(nested.getId());
    if (node == nullptr || declared_.contains(nested.getId())) continue;
    Declaration* const declaration = declare(scope, copy(nested.getName()), *node);
    if (declaration == nullptr) continue;
    if (loaded_.insert(declaration).second) bodies_.push_back({declaration, *node});
    declare_nested(*declaration, *node);
  }
}

template <class Kind>
Kind& Loader::add(std::deque<Kind>& all, Declaration& scope, std::string name, Node node) {
  Kind& added = all.emplace_back();
  added.id = node.getId();
  added.name = std::move(name);
  added.cxx_name = text_annotation(node.getAnnotations(), cxx_name_id);
  added.doc = copy(request_.source_info(node.getId()).getDocComment());
  added.file = scope.file;
  added.parent = &scope == scope.file ? nullptr : &scope;
  added.where = locate(*scope.file, node, dotted_name(added));
  declared_.emplace(added.id, &added);
  note_body(added, node);
  return added;
}

bool Loader::is_shallow(const Declaration& scope, const Location& where) {
  int depth = 0;
  for (const Declaration* outer = &scope; outer != nullptr; outer = outer->parent) ++depth;
  if (depth <= scope_depth_max) return true;
  error(where, "it is nested in more than " + std::to_string(scope_depth_max) + " scopes",
        "names are made of all scopes", "declare it further out");
  return false;
}

Declaration* Loader::declare(Declaration& scope, std::string name, Node node) {
  if (!is_shallow(scope, scope.where)) return nullptr;
  if (node.getParameters().size() > 0) {
    if (!refused_.insert(node.getId()).second) return nullptr;
    error(locate(*scope.file, node, name), "generic type '" + name + "'",
          "a type with parameters is another type at each use, and code is made of declarations",
          "declare one struct for each use");
    return nullptr;
  }
  switch (node.which()) {
    case schema::Node::STRUCT: {
      Struct& structure = add(model_.structs, scope, std::move(name), node);
      scope.structs.push_back(&structure);
      return &structure;
    }
    case schema::Node::ENUM: {
      Enum& enumeration = add(model_.enums, scope, std::move(name), node);
      scope.enums.push_back(&enumeration);
      return &enumeration;
    }
    case schema::Node::INTERFACE: {
      Interface& interface = add(model_.interfaces, scope, std::move(name), node);
      scope.interfaces.push_back(&interface);
      return &interface;
    }
    case schema::Node::CONST: {
      Constant& constant = add(model_.constants, scope, std::move(name), node);
      scope.constants.push_back(&constant);
      return &constant;
    }
    default: return nullptr;
  }
}

Declaration* Loader::refer(std::uint64_t id, const Location& use) {
  const auto known = declared_.find(id);
  Declaration* declaration = known == declared_.end() ? nullptr : known->second;
  const Node* const node = request_.find(id);
  if (declaration == nullptr && node != nullptr) declaration = declare_in_other_file(*node, 0);
  if (declaration != nullptr && node != nullptr) {
    if (loaded_.insert(declaration).second) bodies_.push_back({declaration, *node});
  } else if (refused_.insert(id).second && (node == nullptr || !node->getIsGeneric())) {
    error(use, "its type is not in the request", "the request was cut short or changed on its way",
          "run `capnp compile` again");
  }
  return declaration;
}

Declaration* Loader::declare_in_other_file(Node node, int depth) {
  const auto known = declared_.find(node.getId());
  if (known != declared_.end()) return known->second;
  if (node.isFile()) {
    File& file = model_.files.emplace_back();
    file.id = node.getId();
    file.path = copy(node.getDisplayName());
    file.cxx_namespace = text_annotation(node.getAnnotations(), cxx_namespace_id);
    file.where.file = file.path;
    file.file = &file;
    declared_.emplace(file.id, &file);
    return &file;
  }
  const Node* const scope_node = request_.find(node.getScopeId());
  if (scope_node == nullptr || depth > scope_depth_max) return nullptr;
  Declaration* const scope = declare_in_other_file(*scope_node, depth + 1);
  if (scope == nullptr) return nullptr;
  for (const auto nested : scope_node->getNestedNodes()) {
    if (nested.getId() == node.getId()) return declare(*scope, copy(nested.getName()), node);
  }
  return nullptr;
}

void Loader::load_body(const Body& body) {
  if (auto* const structure = dynamic_cast<Struct*>(body.declaration)) {
    load_struct(*structure, body.node);
  } else if (auto* const enumeration = dynamic_cast<Enum*>(body.declaration)) {
    load_enum(*enumeration, body.node);
  } else if (auto* const interface = dynamic_cast<Interface*>(body.declaration)) {
    load_interface(*interface, body.node);
  } else if (auto* const constant = dynamic_cast<Constant*>(body.declaration)) {
    load_constant(*constant, body.node);
  }
}

void Loader::load_enum(Enum& enumeration, Node node) {
  const auto members = request_.source_info(enumeration.id).getMembers();
  std::set<std::uint32_t> wire_numbers;
  std::uint16_t ordinal = 0;
  for (const auto from : node.getEnum().getEnumerants()) {
    Enumerant& enumerant = enumeration.enumerants.emplace_back();
    enumerant.name = copy(from.getName());
    enumerant.cxx_name = text_annotation(from.getAnnotations(), cxx_name_id);
    if (ordinal < members.size()) enumerant.doc = copy(members[ordinal].getDocComment());
    enumerant.where = locate_member(enumeration, enumerant.name);
    enumerant.ordinal = ordinal++;
    enumerant.code_order = from.getCodeOrder();
    enumerant.wire_number = wire_number(from.getAnnotations()).value_or(enumerant.ordinal);
    if (!wire_numbers.insert(enumerant.wire_number).second) {
      error(enumerant.where, "wire number " + std::to_string(enumerant.wire_number),
            "another enumerant has it, too", "give each its own with $wireNumber");
    }
  }
}

void Loader::load_constant(Constant& constant, Node node) {
  const auto type = load_type(node.getConst().getType(), constant.where, *constant.file);
  if (!type) return;
  constant.type = *type;
  load_value(constant.type, node.getConst().getValue(), constant.value, constant.where);
}

void Loader::note_import(const File& user, const File& used, const Location& use) {
  if (&user == &used || !user.is_requested) return;
  File& file = *static_cast<File*>(declared_.at(user.id));
  const Node* const node = request_.find(user.id);
  if (node == nullptr) return;
  for (const auto requested : request_.root().getRequestedFiles()) {
    if (requested.getId() != user.id) continue;
    const auto imports = requested.getImports();
    for (unsigned i = 0; i < imports.size(); ++i) {
      if (imports[i].getId() != used.id) continue;
      Import& import = file.imports[i];
      if (!import.is_used) import.used_at = use;
      import.file = &used;
      import.is_used = true;
      return;
    }
  }
  // Reached by an alias in a file that is imported.
  const auto listed = std::ranges::find(file.imports, &used, &Import::file);
  if (listed == file.imports.end()) {
    file.imports.push_back({relative_import(user, used), &used, true, false, use});
  }
}

Location Loader::locate(const File& file, Node node, std::string_view dotted) {
  Location where{file.path, 0, std::string(dotted)};
  const SourceText* const source = sources_.find(file.path);
  const auto info = request_.source_info(node.getId());
  if (source != nullptr && info.getEndByte() > 0) where.line = source->line_at(info.getStartByte());
  return where;
}

Location Loader::locate_member(const Declaration& scope, std::string_view name) {
  Location where{scope.file->path, 0, dotted_name(scope) + '.' + std::string(name)};
  const SourceText* const source = sources_.find(scope.file->path);
  const auto body = source_bodies_.find(&scope);
  if (source == nullptr || body == source_bodies_.end()) return where;
  const auto member = source->find_member(body->second, name);
  where.line = source->line_at(member ? member->begin : body->second.begin);
  return where;
}

void Loader::note_body(const Declaration& declaration, Node node) {
  const SourceText* const source = sources_.find(declaration.file->path);
  const auto info = request_.source_info(node.getId());
  if (source == nullptr || info.getEndByte() == 0) return;
  const auto body = source->body_of({info.getStartByte(), info.getEndByte()});
  if (body) source_bodies_.emplace(&declaration, *body);
}

}  // namespace cortado::codegen
