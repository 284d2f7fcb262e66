// SPDX-License-Identifier: Apache-2.0
// The codec of a struct: its functions, and its members in JSON; and what only holds names.
#include "codegen/ts_parts.hpp"

namespace cortado::codegen {
namespace {

class JsonPrinter {
 public:
  JsonPrinter(Writer& out, TsScope& scope) : out_(out), scope_(scope) {}

  /// `$.jsonFields({ ... })` or `$.jsonUnion({ ... }, { ... })`, behind `before` and before `after`.
  void fields(const Struct& structure, const std::string& before, const std::string& after) {
    const bool has_union = structure.discriminant_count > 0;
    const bool has_common = structure.fields.size() > structure.discriminant_count;
    const std::string empty = has_union ? "}, {" : "})" + after;
    out_.line(before, has_union ? "$.jsonUnion({" : "$.jsonFields({", has_common ? "" : empty);
    if (!has_common && !has_union) return;
    if (has_common) members(structure, false);
    if (has_common && has_union) out_.line("}, {");
    if (has_union) members(structure, true);
    out_.line("})", after);
  }

 private:
  void members(const Struct& structure, bool of_union) {
    auto body = out_.indent();
    for (const Field* field :
         of_union ? by_discriminant(structure) : fields_in_code_order(structure)) {
      if (field->discriminant.has_value() != of_union) continue;
      const std::string name = ts_property(structure, *field);
      if (field->group != nullptr) {
        fields(*field->group, name + ": ", ",");
        continue;
      }
      const std::string type = json_type(field->type);
      if (is_set(field->type, field->default_value)) {
        const std::string value = ts_literal(field->type, field->default_value, scope_);
        // Else it would be a block.
        const bool is_object = value.starts_with('{');
        out_.line(name, ": $.jsonDefault(", type, ", () => ", is_object ? "(" : "", value,
                  is_object ? ")" : "", "),");
      } else {
        out_.line(name, ": ", type, ",");
      }
    }
  }

  /// An unknown member is told apart by its number, so the known ones must be in that order.
  static std::vector<const Field*> by_discriminant(const Struct& structure) {
    std::vector<const Field*> members(structure.discriminant_count);
    for (const Field& field : structure.fields) {
      if (field.discriminant) members.at(*field.discriminant) = &field;
    }
    return members;
  }

  std::string json_type(const Type& type) {
    switch (type.kind) {
      case TypeKind::enumeration: return "$.jsonEnum(" + scope_.type(*type.enumeration) + ')';
      case TypeKind::list: return "$.jsonList(" + json_type(*type.element) + ')';
      case TypeKind::structure: return "$.jsonStruct(" + scope_.type(*type.structure) + ')';
      default: return "$.json" + std::string(ts_kind(type.kind));
    }
  }

  Writer& out_;
  TsScope& scope_;
};

}  // namespace

std::string ts_at(std::string_view base, std::uint32_t bytes) {
  return bytes == 0 ? std::string(base) : std::string(base) + " + " + std::to_string(bytes);
}

std::string_view ts_kind(TypeKind kind) {
  switch (kind) {
    case TypeKind::void_type: return "Void";
    case TypeKind::boolean: return "Bool";
    case TypeKind::int8: return "Int8";
    case TypeKind::int16: return "Int16";
    case TypeKind::int32: return "Int32";
    case TypeKind::int64: return "Int64";
    case TypeKind::uint8: return "Uint8";
    case TypeKind::uint16: return "Uint16";
    case TypeKind::uint32: return "Uint32";
    case TypeKind::uint64: return "Uint64";
    case TypeKind::float32: return "Float32";
    case TypeKind::float64: return "Float64";
    case TypeKind::text: return "Text";
    case TypeKind::data: return "Data";
    case TypeKind::enumeration:
    case TypeKind::list:
    case TypeKind::structure: return {};
  }
  return {};
}

void print_ts_codec(Writer& out, const Struct& structure, TsScope& scope) {
  const std::string name = scope.type(structure);
  out.blank();
  out.doc(structure.doc, Language::ts);
  out.line("export const ", name, ": $.StructCodec<", name, ", ", scope.init(structure), "> =");
  auto once = out.indent();
  out.line("/*#__PURE__*/ $.structCodec(", std::to_string(structure.data_words), ", ",
           std::to_string(structure.pointer_count), ", ", scope.read(structure), ", ",
           scope.write(structure), ", () =>");
  auto body = out.indent();
  JsonPrinter(out, scope).fields(structure, "", ");");
}

}  // namespace cortado::codegen
