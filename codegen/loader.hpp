// SPDX-License-Identifier: Apache-2.0
// Inside of load(): first every declaration gets its place in the model, so that types can point to
// each other; then bodies are read, and of other files what they refer to; then annotations and
// values, which refer to bodies. Used by load*.cpp only.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "codegen/load.hpp"

namespace cortado::codegen {

class Loader {
 public:
  Loader(const Request& request, Sources& sources, Model& model, Diagnostics& diagnostics)
      : request_(request), sources_(sources), model_(model), diagnostics_(diagnostics) {}

  void run();

 private:
  using Node = schema::Node::Reader;

  struct Body {
    Declaration* declaration;
    Node node;
  };
  struct PendingValue {
    Type type;
    Value* value;
    Location where;
  };

  // --- declarations: load.cpp
  void declare_file(schema::CodeGeneratorRequest::RequestedFile::Reader requested);
  void declare_nested(Declaration& scope, Node scope_node);
  /// Null when it was refused, or is nothing a model has (an annotation).
  Declaration* declare(Declaration& scope, std::string name, Node node);
  /// False, and said so, when there are more scopes around it than a person would write.
  [[nodiscard]] bool is_shallow(const Declaration& scope, const Location& where);
  template <class Kind>
  Kind& add(std::deque<Kind>& all, Declaration& scope, std::string name, Node node);
  /// A type of this or another file, by its id; its body will be loaded. Null when refused.
  Declaration* refer(std::uint64_t id, const Location& use);
  Declaration* declare_in_other_file(Node node, int depth);
  void load_body(const Body& body);
  void load_enum(Enum& enumeration, Node node);
  void load_constant(Constant& constant, Node node);
  void note_import(const File& user, const File& used, const Location& use);

  // --- structs: load_struct.cpp
  void load_struct(Struct& structure, Node node);
  void check_union(const Struct& structure);
  void load_field(Struct& structure, schema::Field::Reader from, Field& field);
  void load_slot(Struct& structure, schema::Field::Slot::Reader from, Field& field);
  void load_group(Struct& structure, std::uint64_t id, Field& field);
  [[nodiscard]] std::optional<Type> load_type(schema::Type::Reader from, const Location& use,
                                              const File& user);
  [[nodiscard]] std::optional<Type> refuse_type(schema::Type::Reader from, const Location& use);
  void load_value(const Type& type, schema::Value::Reader from, Value& value,
                  const Location& where);

  // --- interfaces: load_interface.cpp
  void load_interface(Interface& interface, Node node);
  void load_method(schema::Method::Reader from, Method& method);
  [[nodiscard]] const Struct* load_params(Method& method, std::uint64_t id, bool is_params);
  [[nodiscard]] Struct& declare_list(Method& method, Node node, bool is_params);

  // --- where things are
  [[nodiscard]] Location locate(const File& file, Node node, std::string_view dotted);
  [[nodiscard]] Location locate_member(const Declaration& scope, std::string_view name);
  /// Where the members of a declaration are in the source of its file, if known.
  void note_body(const Declaration& declaration, Node node);

  void error(const Location& where, std::string_view what, std::string_view why,
             std::string_view cure) {
    diagnostics_.error(where, what, why, cure);
  }

  const Request& request_;
  Sources& sources_;
  Model& model_;
  Diagnostics& diagnostics_;

  std::unordered_map<std::uint64_t, Declaration*> declared_;
  std::unordered_set<std::uint64_t> refused_;      // said once
  std::unordered_set<const Declaration*> loaded_;  // its body is loaded or about to be
  std::deque<Body> bodies_;                        // yet to be loaded
  std::vector<PendingValue> values_;
  std::unordered_map<const Declaration*, TextRange> source_bodies_;
};

/// The text of `$Cxx.name`, `$Cxx.namespace` and the like; empty when it is not there.
[[nodiscard]] std::string text_annotation(capnp::List<schema::Annotation>::Reader annotations,
                                          std::uint64_t id);

constexpr std::uint64_t cxx_namespace_id = 0xb9c6f99ebf805f2c;
constexpr std::uint64_t cxx_name_id = 0xf264a779fef191ce;

}  // namespace cortado::codegen
