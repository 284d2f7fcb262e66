// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "codegen/cpp_json.hpp"
#include "codegen/cpp_names.hpp"

namespace cortado::codegen {
namespace {

class ToJsonPrinter {
 public:
  ToJsonPrinter(Writer& out, const CppJsonScope& scope) : out_(out), scope_(scope) {}

  void members(const Struct& structure) {
    out_.line("json_support::ObjectWriter object(out);");
    for (const Field* field : fields_in_code_order(structure)) {
      if (!field->discriminant) member(structure, *field);
    }
    if (structure.discriminant_count > 0) print_union(structure);
    out_.line("object.end();");
  }

 private:
  void print_union(const Struct& structure) {
    out_.line("object.member(\"which\");");
    out_.line("json_support::write_enum(static_cast<std::uint16_t>(value.which()), ",
              scope_.which_table(structure), ", out);");
    auto cases = out_.block("switch (value.which()) {", "}");
    for (const Field* field : fields_in_code_order(structure)) {
      if (!field->discriminant) continue;
      auto body = out_.block("case " + cpp_type(structure, scope_.file()) +
                                 "::Which::" + cpp_constant(field->name, field->cxx_name) + ": {",
                             "}");
      member(structure, *field);
      out_.line("break;");
    }
  }

  void member(const Struct& structure, const Field& field) {
    const std::string get = "value.get" + cpp_accessor(field) + "()";
    // A null struct is left out, unless the schema says what a null one is.
    const bool may_be_missing = field.group == nullptr && field.type.kind == TypeKind::structure &&
                                !is_set(field.type, field.default_value);
    if (may_be_missing) {
      auto body = out_.block("if (value.has" + cpp_accessor(field) + "()) {", "}");
      named(structure, field, get);
    } else {
      named(structure, field, get);
    }
  }

  void named(const Struct& structure, const Field& field, const std::string& get) {
    out_.line("object.member(\"", json_name(structure, field), "\");");
    if (field.group != nullptr) {
      out_.line("write_group(", get, ", out);");
    } else {
      value(field.type, get, "out", 1);
    }
  }

  void value(const Type& type, const std::string& get, const std::string& out, int depth) {
    const auto call = [&](const std::string& function) {
      out_.line("json_support::", function, "(", get, ", ", out, ");");
    };
    switch (type.kind) {
      case TypeKind::void_type: return out_.line("json_support::write_void(", out, ");");
      case TypeKind::boolean: return call("write_bool");
      case TypeKind::int8:
      case TypeKind::int16:
      case TypeKind::int32: return call("write_int64_number");
      case TypeKind::uint8:
      case TypeKind::uint16:
      case TypeKind::uint32: return call("write_uint64_number");
      case TypeKind::int64: return call("write_int64");
      case TypeKind::uint64: return call("write_uint64");
      case TypeKind::float32: return call("write_float32");
      case TypeKind::float64: return call("write_float64");
      case TypeKind::text: return call("write_text");
      case TypeKind::data: return call("write_data");
      case TypeKind::enumeration:
        return out_.line("json_support::write_enum(static_cast<std::uint16_t>(", get, "), ",
                         cpp_function(*type.enumeration->file, "json_names"), "(",
                         cpp_type(*type.enumeration, scope_.file()), "{}), ", out, ");");
      case TypeKind::structure:
        return out_.line(cpp_function(*type.structure->file, "to_json"), "(", get, ", ", out, ");");
      case TypeKind::list: return list(*type.element, get, out, depth);
    }
  }

  void list(const Type& element, const std::string& get, const std::string& out, int depth) {
    const std::string suffix = std::to_string(depth);
    const std::string text = "text" + suffix;
    const bool is_void = element.kind == TypeKind::void_type;
    out_.line("json_support::write_list(", get, ", ", out, ", [](auto",
              is_void ? "" : " element" + suffix, ", std::string& ", text, ") {");
    {
      auto body = out_.indent();
      value(element, "element" + suffix, text, depth + 1);
    }
    out_.line("});");
  }

  Writer& out_;
  const CppJsonScope& scope_;
};

void print_function(Writer& out, const std::string& name, const Struct& structure,
                    const CppJsonScope& scope) {
  const bool is_empty = structure.fields.empty();
  out.blank();
  out.line("void ", name, "(", cpp_type(structure, scope.file()), "::Reader",
           is_empty ? " /*value*/" : " value", ", std::string& out) {");
  {
    auto body = out.indent();
    ToJsonPrinter(out, scope).members(structure);
  }
  out.line("}");
}

}  // namespace

void print_group_writers(Writer& out, const Struct& structure, const CppJsonScope& scope) {
  for (const Field& field : structure.fields) {
    if (field.group == nullptr) continue;
    print_group_writers(out, *field.group, scope);
    print_function(out, "write_group", *field.group, scope);
  }
}

void print_to_json(Writer& out, const Struct& structure, const CppJsonScope& scope) {
  print_function(out, "to_json", structure, scope);
}

}  // namespace cortado::codegen
