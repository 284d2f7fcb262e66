// SPDX-License-Identifier: Apache-2.0
#include "codegen/ts_parts.hpp"

namespace cortado::codegen {
namespace {

/// Prints the type of a struct or group in one of its two forms.
class TypePrinter {
 public:
  TypePrinter(Writer& out, TsScope& scope, bool is_init)
      : out_(out), scope_(scope), is_init_(is_init) {}

  void print(const Struct& structure) {
    const std::string name = is_init_ ? scope_.init(structure) : scope_.type(structure);
    out_.blank();
    out_.doc(structure.doc, Language::ts);
    if (structure.discriminant_count == 0) {
      auto body = out_.block("export interface " + name + " {", "}");
      common(structure);
      return;
    }
    const bool has_common = structure.fields.size() > structure.discriminant_count;
    out_.line("export type ", name, " =", has_common ? " {" : "");
    if (has_common) {
      {
        auto body = out_.indent();
        common(structure);
      }
      out_.line("} & (");
    }
    {
      auto body = out_.indent();
      members(structure);
      out_.line("| $.UnknownMember", has_common || is_init_ ? "" : ";");
      if (is_init_) first_member(structure, has_common);
    }
    if (has_common) out_.line(");");
  }

 private:
  void common(const Struct& structure) {
    for (const Field* field : fields_in_code_order(structure)) {
      if (field->discriminant) continue;
      out_.doc(field->doc, Language::ts);
      property(structure, *field);
    }
  }

  void members(const Struct& structure) {
    for (const Field* field : fields_in_code_order(structure)) {
      if (!field->discriminant) continue;
      const std::string which = "which: \"" + ts_property(structure, *field) + "\";";
      const bool is_void = field->group == nullptr && field->type.kind == TypeKind::void_type;
      out_.line("| {");
      {
        auto once = out_.indent();
        auto body = out_.indent();
        if (is_void) out_.doc(field->doc, Language::ts);
        out_.line(which);
        if (!is_void) out_.doc(field->doc, Language::ts);
        // Without a value, so without a property; but who gives one is understood.
        if (!is_void || is_init_) property(structure, *field);
      }
      out_.line("  }");
    }
  }

  /// What is written from an object without `which`.
  void first_member(const Struct& structure, bool has_common) {
    std::string unset = "which?: undefined";
    for (const Field* field : fields_in_code_order(structure)) {
      if (field->discriminant) unset += "; " + ts_property(structure, *field) + "?: undefined";
    }
    out_.line("| { ", unset, " }", has_common ? "" : ";");
  }

  void property(const Struct& structure, const Field& field) {
    const std::string name = ts_property(structure, field);
    if (is_init_) {
      out_.line(name, "?: ", type(field), " | undefined;");
    } else {
      out_.line(name, may_be_absent(field) ? "?: " : ": ", type(field), ";");
    }
  }

  std::string type(const Field& field) {
    if (field.group != nullptr) {
      return is_init_ ? scope_.init(*field.group) : scope_.type(*field.group);
    }
    return is_init_ ? ts_init_type(field.type, scope_) : ts_read_type(field.type, scope_);
  }

  Writer& out_;
  TsScope& scope_;
  bool is_init_;
};

}  // namespace

std::string ts_read_type(const Type& type, TsScope& scope) {
  switch (type.kind) {
    case TypeKind::void_type: return "null";
    case TypeKind::boolean: return "boolean";
    case TypeKind::int64:
    case TypeKind::uint64: return "bigint";
    case TypeKind::text: return "string";
    case TypeKind::data: return "Uint8Array";
    case TypeKind::list: return ts_read_type(*type.element, scope) + "[]";
    case TypeKind::enumeration: return scope.type(*type.enumeration);
    case TypeKind::structure: return scope.type(*type.structure);
    default: return "number";
  }
}

std::string ts_init_type(const Type& type, TsScope& scope) {
  if (type.kind == TypeKind::structure) return scope.init(*type.structure);
  if (type.kind != TypeKind::list) return ts_read_type(type, scope);
  const std::string element = ts_init_type(*type.element, scope);
  // Typed arrays, too.
  if (element == "number" || element == "bigint") return "ArrayLike<" + element + '>';
  const bool is_list = type.element->kind == TypeKind::list;
  return "readonly " +
         (is_list && element.starts_with("readonly") ? '(' + element + ')' : element) + "[]";
}

void print_ts_types(Writer& out, const Struct& structure, TsScope& scope) {
  TypePrinter(out, scope, false).print(structure);
  TypePrinter(out, scope, true).print(structure);
  for (const Field& field : structure.fields) {
    if (field.group != nullptr) print_ts_types(out, *field.group, scope);
  }
}

void print_ts_enum(Writer& out, const Enum& enumeration, TsScope& scope) {
  const std::string name = scope.type(enumeration);
  out.blank();
  out.doc(enumeration.doc, Language::ts);
  std::string names;
  for (const Enumerant& enumerant : enumeration.enumerants) names += '"' + enumerant.name + "\" | ";
  constexpr std::size_t names_size_max = 60;  // what leaves the line below 100 columns, or nearly
  if (names.size() <= names_size_max) {
    out.line("export type ", name, " = ", names, "$.UnknownEnumerant;");
  } else {
    out.line("export type ", name, " =");
    for (const Enumerant& enumerant : enumeration.enumerants) {
      out.line("  | \"", enumerant.name, "\"");
    }
    out.line("  | $.UnknownEnumerant;");
  }
  out.blank();
  out.line("/** The enumerants, by their ordinals. */");
  out.line("export const ", name, " = [");
  {
    auto body = out.indent();
    for (const Enumerant& enumerant : enumeration.enumerants) {
      out.doc(enumerant.doc, Language::ts);
      out.line("\"", enumerant.name, "\",");
    }
  }
  out.line("] as const;");
}

}  // namespace cortado::codegen
