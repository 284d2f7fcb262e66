// SPDX-License-Identifier: Apache-2.0
// Fields are written in the order of Struct::fields, each with all it points to, so that the bytes
// are the same as those of the TypeScript encoder.
#include <limits>
#include <string>

#include "codegen/cpp_json.hpp"
#include "codegen/cpp_names.hpp"

namespace cortado::codegen {
namespace {

std::string words_of(const Type& type) {
  if (type.kind != TypeKind::structure) return "1";
  return std::to_string(type.structure->data_words + type.structure->pointer_count);
}

std::string default_literal(const Type& type, const Value& value) {
  std::string bits = hex_id(value.bits);
  switch (type.kind) {
    case TypeKind::boolean: return value.bits != 0 ? "true" : "false";
    case TypeKind::enumeration: return std::to_string(value.bits);
    case TypeKind::float32: return "std::bit_cast<float>(std::uint32_t{" + bits + "})";
    case TypeKind::float64: return "std::bit_cast<double>(std::uint64_t{" + bits + "})";
    case TypeKind::uint64: return bits;
    case TypeKind::int8:
    case TypeKind::int16:
    case TypeKind::int32:
    case TypeKind::int64: {
      const std::int64_t number = signed_value(type.kind, value);
      // There is no literal of the smallest number.
      const bool is_min = number == std::numeric_limits<std::int64_t>::min();
      return is_min ? "std::numeric_limits<std::int64_t>::min()" : std::to_string(number);
    }
    default: return std::to_string(value.bits);
  }
}

/// "read_bool"; empty for what is no scalar.
std::string scalar_reader(TypeKind kind) {
  switch (kind) {
    case TypeKind::boolean: return "read_bool";
    case TypeKind::int8:
    case TypeKind::int16:
    case TypeKind::int32:
    case TypeKind::uint8:
    case TypeKind::uint16:
    case TypeKind::uint32: return "read_integer";
    case TypeKind::int64: return "read_int64";
    case TypeKind::uint64: return "read_uint64";
    case TypeKind::float32: return "read_float32";
    case TypeKind::float64: return "read_float64";
    case TypeKind::enumeration: return "read_enum";
    default: return {};
  }
}

/// How the generated code names the JSON, its place and where the value goes.
struct Target {
  std::string json;     // an expression of type const value&
  std::string place;    // of type const Place&
  std::string set;      // "out.setSize(" or "list1.set(index1, "
  std::string init;     // "out.initSize(" or "list1.init(index1, ", completed by "size)"
  std::string element;  // of a struct: "out.initNext()" or "list1[index1]"
};

class ReadJsonPrinter {
 public:
  ReadJsonPrinter(Writer& out, const CppJsonScope& scope) : out_(out), scope_(scope) {}

  void members(const Struct& structure) {
    // Only params may come by position.
    const bool is_list = structure.list_of != nullptr && structure.list_of->params == &structure;
    is_list ? open_params(structure) : open_object(structure);
    for (const Field& field : structure.fields) {
      if (field.discriminant) {
        union_member(structure, field);
        continue;
      }
      const std::string find = is_list ? "params.find(" + std::to_string(field.code_order) + ")"
                                       : find_by_name(structure, field);
      auto body = out_.block("if (const auto* const member = " + find + ") {", "}");
      if (field.group != nullptr) {
        check("read_group(*member, " + place_of(structure, field) + ", out.get" +
              cpp_accessor(field) + "())");
      } else {
        value(field.type, target_of(structure, field), 1);
      }
    }
    out_.line("return true;");
  }

 private:
  static std::string find_by_name(const Struct& structure, const Field& field) {
    return "json_support::find(*object, \"" + json_name(structure, field) + "\")";
  }
  static std::string place_of(const Struct& structure, const Field& field) {
    return "at.member(\"" + json_name(structure, field) + "\")";
  }
  static Target target_of(const Struct& structure, const Field& field) {
    const std::string accessor = cpp_accessor(field);
    return {"*member", place_of(structure, field), "out.set" + accessor + "(",
            "out.init" + accessor + "(", "out.init" + accessor + "()"};
  }

  void check(const std::string& condition) { out_.line("if (!", condition, ") return false;"); }

  void open_object(const Struct& structure) {
    out_.line("const ::boost::json::object* const object = json_support::read_object(json, at);");
    out_.line("if (object == nullptr) return false;");
    if (structure.discriminant_count == 0) return;
    out_.line("std::uint16_t which = 0;");
    check("json_support::read_which(*object, at, " + scope_.which_table(structure) + ", which)");
  }

  void open_params(const Struct& structure) {
    std::vector<std::string> names;
    for (const Field* field : fields_in_code_order(structure)) {
      names.push_back(json_name(structure, *field));
    }
    print_names(out_, "names", names);
    out_.line("json_support::Params params;");
    check("params.open(json, at, names)");
  }

  void union_member(const Struct& structure, const Field& field) {
    auto body = out_.block("if (which == " + std::to_string(*field.discriminant) + ") {", "}");
    out_.line("const auto* const member = ", find_by_name(structure, field), ";");
    const std::string accessor = cpp_accessor(field);
    const Target target = target_of(structure, field);
    if (field.group != nullptr) {
      out_.line("auto group = out.init", accessor, "();");
      check_if_there("read_group(*member, " + target.place + ", group)");
    } else if (field.type.kind == TypeKind::void_type) {
      check_if_there("json_support::read_void(*member, " + target.place + ")");
      out_.line("out.set", accessor, "();");
    } else if (is_pointer(field.type.kind)) {
      {
        auto there = out_.block("if (member != nullptr) {", "");
        value(field.type, target, 1);
      }
      auto missing = out_.block("} else {", "}");
      out_.line("// Null, but the active one.");
      out_.line("out.adopt", accessor, "(::capnp::Orphan<",
                cpp_value_type(field.type, scope_.file()), ">());");
    } else {
      out_.line(scalar_type(field.type),
                " value = ", default_literal(field.type, field.default_value), ";");
      check_if_there(read_scalar(field.type, target, "value"));
      out_.line(target.set, scalar_value(field.type, "value"), ");");
    }
  }

  void check_if_there(const std::string& condition) {
    out_.line("if (member != nullptr &&");
    out_.line("    !", condition, ") {");
    out_.line("  return false;");
    out_.line("}");
  }

  std::string scalar_type(const Type& type) const {
    return type.kind == TypeKind::enumeration ? "std::uint16_t"
                                              : cpp_value_type(type, scope_.file());
  }
  std::string scalar_value(const Type& type, const std::string& name) const {
    if (type.kind != TypeKind::enumeration) return name;
    return "static_cast<" + cpp_type(*type.enumeration, scope_.file()) + ">(" + name + ")";
  }
  std::string read_scalar(const Type& type, const Target& target, const std::string& name) const {
    std::string call = "json_support::" + scalar_reader(type.kind) + "(" + target.json + ", " +
                       target.place + ", ";
    if (type.kind == TypeKind::enumeration) {
      call += cpp_function(*type.enumeration->file, "json_names") + "(" +
              cpp_type(*type.enumeration, scope_.file()) + "{}), ";
    }
    return call + name + ")";
  }

  void value(const Type& type, const Target& target, int depth) {
    const std::string suffix = depth == 1 ? "" : std::to_string(depth);
    switch (type.kind) {
      case TypeKind::void_type:
        return check("json_support::read_void(" + target.json + ", " + target.place + ")");
      case TypeKind::text:
        out_.line("::capnp::Text::Reader value", suffix, ";");
        check("json_support::read_text(" + target.json + ", " + target.place + ", value" + suffix +
              ")");
        return out_.line(target.set, "value", suffix, ");");
      case TypeKind::data:
        return check("json_support::read_data(" + target.json + ", " + target.place +
                     ", [&](auto size" + suffix + ") { return " + target.init + "size" + suffix +
                     "); })");
      case TypeKind::structure: return structure_value(type, target, depth);
      case TypeKind::list: return list(type, target, depth);
      default:
        out_.line(scalar_type(type), " value", suffix, "{};");
        check(read_scalar(type, target, "value" + suffix));
        return out_.line(target.set, scalar_value(type, "value" + suffix), ");");
    }
  }

  void structure_value(const Type& type, const Target& target, int depth) {
    const std::string read = cpp_function(*type.structure->file, "read_json");
    if (depth > 1) {  // its words were counted with the list's
      return check(read + "(" + target.json + ", " + target.place + ", " + target.element + ")");
    }
    out_.line("const json_support::Place place = ", target.place, ";");
    check("place.take_words(" + words_of(type) + ")");
    check(read + "(" + target.json + ", place, " + target.element + ")");
  }

  void list(const Type& type, const Target& target, int depth) {
    const std::string suffix = std::to_string(depth);
    const Type& element = *type.element;
    const std::string size = "size" + suffix;
    const bool has_builder = element.kind != TypeKind::void_type;
    const Target inner{
        "json" + suffix, "at" + suffix, "list" + suffix + ".set(index" + suffix + ", ",
        "list" + suffix + ".init(index" + suffix + ", ", "list" + suffix + "[index" + suffix + "]"};
    const std::string place = "place" + suffix;
    out_.line("const json_support::Place ", place, " = ", target.place, ";");
    out_.line("const bool ok", suffix, " = json_support::read_list(");
    out_.line("    ", target.json, ", ", place, ", ", words_of(element), ",");
    out_.line("    [&](auto ", size, ") { return ", target.init, size, "); },");
    out_.line("    [](const auto& json", suffix, ", const auto& at", suffix, ", auto",
              has_builder ? " list" + suffix : "", ", auto", has_builder ? " index" + suffix : "",
              ") {");
    {
      auto once = out_.indent();
      auto twice = out_.indent();
      auto body = out_.indent();
      value(element, inner, depth + 1);
      out_.line("return true;");
    }
    out_.line("    });");
    out_.line("if (!ok", suffix, ") return false;");
  }

  Writer& out_;
  const CppJsonScope& scope_;
};

void print_function(Writer& out, const std::string& name, const Struct& structure,
                    const CppJsonScope& scope) {
  out.blank();
  out.line("bool ", name, "(const ::boost::json::value& json, const json_support::Place& at,");
  out.line(std::string(name.size() + 6, ' '), cpp_type(structure, scope.file()), "::Builder",
           structure.fields.empty() ? " /*out*/" : " out", ") {");
  {
    auto body = out.indent();
    ReadJsonPrinter(out, scope).members(structure);
  }
  out.line("}");
}

}  // namespace

void print_group_readers(Writer& out, const Struct& structure, const CppJsonScope& scope) {
  for (const Field& field : structure.fields) {
    if (field.group == nullptr) continue;
    print_group_readers(out, *field.group, scope);
    print_function(out, "read_group", *field.group, scope);
  }
}

void print_read_json(Writer& out, const Struct& structure, const CppJsonScope& scope) {
  print_function(out, "read_json", structure, scope);
}

}  // namespace cortado::codegen
