// SPDX-License-Identifier: Apache-2.0
// Interfaces and methods. Their annotations: annotations.cpp.
#include <algorithm>

#include "codegen/loader.hpp"
#include "codegen/names.hpp"

namespace cortado::codegen {
namespace {

/// What `-> stream` in a method refers to: StreamResult of /capnp/stream.capnp.
constexpr std::uint64_t stream_result_id = 0x995f9a3377c0b16e;

}  // namespace

void Loader::load_interface(Interface& interface, Node node) {
  const auto from = node.getInterface();
  if (from.getSuperclasses().size() > 0) {
    error(interface.where, "interface '" + interface.name + "' extends another",
          "a call names one interface id and the ordinal of a method in it",
          "declare two interfaces and serve both, or repeat the methods");
  }
  const auto members = request_.source_info(interface.id).getMembers();
  for (const auto from_method : from.getMethods()) {
    Method& method = interface.methods.emplace_back();
    method.ordinal = static_cast<std::uint16_t>(interface.methods.size() - 1);
    method.interface = &interface;
    if (method.ordinal < members.size()) {
      method.doc = copy(members[method.ordinal].getDocComment());
    }
    load_method(from_method, method);
    // What follows relies on both: a method without them is not part of the model.
    if (method.params == nullptr || method.results == nullptr) interface.methods.pop_back();
  }
  for (const Method& method : interface.methods) {
    for (const Struct* list : {method.params, method.results}) {
      if (list->list_of != &method) continue;
      const auto taken = std::ranges::find(interface.structs, list->name, &Struct::name);
      if (taken == interface.structs.end()) continue;
      error((*taken)->where, "struct '" + list->name + "'",
            "the list of method '" + method.name + "' becomes a struct of the same name",
            "rename it, or use it: `" + method.name + " (" + list->name + ")`");
    }
  }
}

void Loader::load_method(schema::Method::Reader from, Method& method) {
  method.name = copy(from.getName());
  method.cxx_name = text_annotation(from.getAnnotations(), cxx_name_id);
  method.code_order = from.getCodeOrder();
  method.where = locate_member(*method.interface, method.name);
  if (from.getImplicitParameters().size() > 0) {
    error(method.where, "generic method '" + method.name + "'", "generics are not supported",
          "declare one method for each use");
    return;
  }
  if (from.getResultStructType() == stream_result_id) {
    error(method.where, "`-> stream`", "it says nothing of when and how the stream is read",
          "annotate the method with $Cortado.stream(params = true) and return what ends it");
    return;
  }
  method.params = load_params(method, from.getParamStructType(), true);
  method.results = load_params(method, from.getResultStructType(), false);
}

const Struct* Loader::load_params(Method& method, std::uint64_t id, bool is_params) {
  const Node* const node = request_.find(id);
  if (node != nullptr && node->isStruct() && node->getScopeId() == 0 && !declared_.contains(id)) {
    Struct& list = declare_list(method, *node, is_params);
    load_struct(list, *node);
    return &list;
  }
  const auto* const structure = dynamic_cast<const Struct*>(refer(id, method.where));
  if (structure != nullptr) note_import(*method.interface->file, *structure->file, method.where);
  return structure;
}

Struct& Loader::declare_list(Method& method, Node node, bool is_params) {
  // Nested in the interface, as in what capnpc-c++ makes of it.
  auto& scope = *static_cast<Interface*>(declared_.at(method.interface->id));
  const std::string_view suffix = is_params ? "Params" : "Results";
  Struct& list = add(model_.structs, scope, pascal_case(method.name).append(suffix), node);
  if (!method.cxx_name.empty()) list.cxx_name = pascal_case(method.cxx_name).append(suffix);
  list.list_of = &method;
  list.where = method.where;
  loaded_.insert(&list);
  return list;
}

}  // namespace cortado::codegen
