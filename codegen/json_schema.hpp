// SPDX-License-Identifier: Apache-2.0
// JSON Schema of the shape that rpc/json.hpp describes, for OpenRPC.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "codegen/json_text.hpp"
#include "codegen/model.hpp"

namespace cortado::codegen {

/// The key of a type in `components/schemas`: "trading.v1.Exchange.Quote", with the C++ namespace,
/// so that the documents of several schemas can be merged.
[[nodiscard]] std::string schema_key(const Declaration& declaration);

/// The schema of a value of this type, with the members `description` and `default` if there are.
void write_type_schema(JsonText& out, const Type& type, std::string_view description,
                       const Value* default_value);

/// The schema of a field; a group's is in place.
void write_field_schema(JsonText& out, const Field& field);

/// The schemas of a struct and an enum, as they stand in `components/schemas`.
void write_struct_schema(JsonText& out, const Struct& structure);
void write_enum_schema(JsonText& out, const Enum& enumeration);

/// A value as JSON.
void write_value(JsonText& out, const Type& type, const Value& value);

/// Structs and enums that values of others are made of.
class SchemaSet {
 public:
  /// Adds it and all it refers to.
  void add(const Struct& structure);
  void add(const Type& type);
  void add(const Enum& enumeration);
  /// Adds what its fields refer to, but not the struct itself.
  void add_fields(const Struct& structure);

  /// An object of all of them, by key.
  void write(JsonText& out) const;

 private:
  std::set<const Struct*> structs_;
  std::set<const Enum*> enums_;
};

}  // namespace cortado::codegen
