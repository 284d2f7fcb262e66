// SPDX-License-Identifier: Apache-2.0
#include "codegen/ts_layout.hpp"
#include "codegen/ts_parts.hpp"

namespace cortado::codegen {
namespace {

/// Reads an element of a list of lists.
std::string element_reader(const Type& type, TsScope& scope);

/// `$.readInt32s(r, p, e)`: a list whose pointer is at `at`.
std::string read_list(const Type& element, const std::string& at, const std::string& end,
                      TsScope& scope) {
  const std::string place = "r, " + at + ", " + end;
  switch (element.kind) {
    case TypeKind::enumeration:
      return "$.readEnums(" + place + ", " + scope.type(*element.enumeration) + ')';
    case TypeKind::structure:
      return "$.readStructs(" + place + ", " + scope.type(*element.structure) + ')';
    case TypeKind::text:
    case TypeKind::data:
    case TypeKind::list: return "$.readList(" + place + ", " + element_reader(element, scope) + ')';
    default: return "$.read" + std::string(ts_kind(element.kind)) + "s(" + place + ')';
  }
}

std::string element_reader(const Type& type, TsScope& scope) {
  if (type.kind != TypeKind::list) return "$.read" + std::string(ts_kind(type.kind));
  const TypeKind kind = type.element->kind;
  const bool needs_more = kind == TypeKind::enumeration || kind == TypeKind::structure ||
                          kind == TypeKind::list || is_pointer(kind);
  if (!needs_more) return "$.read" + std::string(ts_kind(kind)) + 's';
  return "(r, p, e) => " + read_list(*type.element, "p", "e", scope);
}

class ReadPrinter {
 public:
  ReadPrinter(Writer& out, TsScope& scope, const Struct& owner)
      : out_(out), scope_(scope), owner_(owner) {}

  void print_struct() {
    const TsNeeds needs = needs_of(owner_);
    const std::string hole = any_bit_set(holes_of(owner_));
    const std::string type = scope_.type(owner_);
    out_.blank();
    auto body =
        out_.block("function " + scope_.read(owner_) + "(r: $.MessageReader): " + type + " {", "}");
    out_.line(hole.empty() ? "const" : "let", " more = r.open(",
              std::to_string(owner_.data_words * 8), ", ", std::to_string(owner_.pointer_count * 8),
              ");");
    std::string locals;
    if (needs.data || !hole.empty()) locals = "v = r.source, d = r.data";
    if (needs.pointers) {
      locals += (locals.empty() ? "" : ", ") + std::string("p = r.pointers, e = r.end");
    }
    if (!locals.empty()) out_.line("const ", locals, ";");
    if (!hole.empty()) out_.line("more ||= ", hole, ";");
    out_.line("const kept = more ? $.keep(r, ", type, ", ", unit_list(holes_of(owner_)),
              ") : undefined;");
    fields(owner_);
    out_.line("return kept === undefined ? o : $.attach(o, kept);");
  }

  void print_group(const Struct& group) {
    const TsNeeds needs = needs_of(group);
    out_.blank();
    out_.line("function ", scope_.read(group), "(");
    if (needs.pointers) out_.line("  r: $.MessageReader,");
    if (needs.data) out_.line("  v: DataView,");
    if (needs.data) out_.line("  d: number,");
    if (needs.pointers) out_.line("  p: number,");
    if (needs.pointers) out_.line("  e: number,");
    auto body = out_.block("): " + scope_.type(group) + " {", "}");
    fields(group);
    out_.line("return o;");
  }

 private:
  /// Makes `o`.
  void fields(const Struct& structure) {
    const std::string type = scope_.type(structure);
    if (structure.discriminant_count > 0) {
      union_fields(structure, type);
    } else {
      out_.line("const o: ", type, " = {");
      {
        auto body = out_.indent();
        for (const Field* field : fields_in_code_order(structure)) {
          if (may_be_absent(*field)) continue;
          out_.line(ts_property(structure, *field), ": ", value(*field), ",");
        }
      }
      out_.line("};");
    }
    for (const Field* field : fields_in_code_order(structure)) {
      if (!field->discriminant && may_be_absent(*field)) absent_field(structure, *field);
    }
  }

  void absent_field(const Struct& structure, const Field& field) {
    const std::string local = "s" + std::to_string(field.index);
    const std::string property = ts_property(structure, field);
    out_.line("const ", local, " = ", struct_value(field), ";");
    out_.line("if (", local, " !== undefined) o.", property, " = ", local, ";");
  }

  void union_fields(const Struct& structure, const std::string& type) {
    std::string common;
    for (const Field* field : fields_in_code_order(structure)) {
      if (field->discriminant || may_be_absent(*field)) continue;
      const std::string local = "c" + std::to_string(field->index);
      out_.line("const ", local, " = ", value(*field), ";");
      common += ts_property(structure, *field) + ": " + local + ", ";
    }
    out_.line("let o: ", type, ";");
    out_.line("const which = v.getUint16(", ts_at("d", structure.discriminant_offset / 8),
              ", true);");
    auto cases = out_.block("switch (which) {", "}");
    for (const Field& field : structure.fields) {
      if (field.discriminant) member(structure, field, common);
    }
    out_.line("default:");
    auto body = out_.indent();
    const TsCoverage shared = coverage_of_union(structure);
    auto call = out_.block("o = $.attachMember(", ");");
    out_.line("{ ", common, "which },");
    out_.line("r,");
    out_.line("{ source: v, data: d, pointers: p, end: e },");
    out_.line(scope_.type(owner_), ",");
    out_.line(unit_list(shared.units), ",");
    out_.line(pointer_list(shared.pointers), ",");
  }

  void member(const Struct& structure, const Field& field, const std::string& common) {
    const std::string property = ts_property(structure, field);
    const bool is_absent = may_be_absent(field);
    const bool is_void = field.group == nullptr && field.type.kind == TypeKind::void_type;
    out_.line("case ", std::to_string(*field.discriminant), is_absent ? ": {" : ":");
    {
      auto body = out_.indent();
      const std::string rest = is_absent || is_void ? "" : ", " + property + ": " + value(field);
      out_.line("o = { ", common, "which: \"", property, "\"", rest, " };");
      if (is_absent) absent_field(structure, field);
      out_.line("break;");
    }
    if (is_absent) out_.line("}");
  }

  std::string value(const Field& field) {
    if (field.group != nullptr) {
      const TsNeeds needs = needs_of(*field.group);
      std::string arguments = needs.pointers ? "r" : "";
      if (needs.data) arguments += (arguments.empty() ? "" : ", ") + std::string("v, d");
      if (needs.pointers) arguments += ", p, e";
      return scope_.read(*field.group) + '(' + arguments + ')';
    }
    if (!is_pointer(field.type.kind)) return scalar_value(field);
    if (field.type.kind == TypeKind::structure) return struct_value(field);
    const bool is_stated = is_set(field.type, field.default_value);
    const std::string at = ts_at("p", field.offset * 8);
    const std::string missing = ts_literal(field.type, field.default_value, scope_);
    if (field.type.kind == TypeKind::text) {
      return "$.readText(r, " + at + ", e" + (is_stated ? ", " + missing : "") + ')';
    }
    std::string read = field.type.kind == TypeKind::data
                           ? "$.readData(r, " + at + ", e)"
                           : read_list(*field.type.element, at, "e", scope_);
    return is_stated ? "r.follow(" + at + ", e) ? " + read + " : " + missing : read;
  }

  std::string struct_value(const Field& field) {
    std::string value = "r.struct(" + ts_at("p", field.offset * 8) + ", e, " +
                        scope_.type(*field.type.structure) + ')';
    if (!may_be_absent(field)) {
      value += " ?? " + ts_literal(field.type, field.default_value, scope_);
    }
    return value;
  }

  std::string scalar_value(const Field& field) const;

  Writer& out_;
  TsScope& scope_;
  const Struct& owner_;
};

std::string ReadPrinter::scalar_value(const Field& field) const {
  const TypeKind kind = field.type.kind;
  const std::uint64_t bits = field.default_value.bits;
  const std::string at = ts_at("d", field.offset / 8);
  const auto number = [&](std::string_view name) {
    const bool is_byte = data_bits(kind) == 8;
    return "v.get" + std::string(name) + '(' + at + (is_byte ? ")" : ", true)");
  };
  const std::string change =
      bits == 0 ? "" : " ^ " + ts_literal(field.type, field.default_value, scope_);
  switch (kind) {
    case TypeKind::void_type: return "null";
    case TypeKind::boolean:
      return "(v.getUint8(" + at + ") & " + std::to_string(1U << (field.offset % 8)) + ") " +
             (bits == 0 ? "!==" : "===") + " 0";
    case TypeKind::enumeration:
      return "$.readEnum(" + scope_.type(*field.type.enumeration) + ", " + number("Uint16") +
             (bits == 0 ? "" : " ^ " + std::to_string(bits)) + ')';
    case TypeKind::int64: return number("BigInt64") + change;
    case TypeKind::uint64: return number("BigUint64") + change;
    case TypeKind::uint32:
      return bits == 0 ? number("Uint32") : '(' + number("Uint32") + change + ") >>> 0";
    case TypeKind::float32:
      if (bits == 0) return number("Float32");
      return "$.readFloat32(v, " + at + ", " + std::to_string(bits) + ')';
    case TypeKind::float64:
      if (bits == 0) return number("Float64");
      return "$.readFloat64(v, " + at + ", " + std::to_string(bits & 0xffffffffU) + ", " +
             std::to_string(bits >> 32U) + ')';
    default: return number(ts_kind(kind)) + change;
  }
}

void print_groups(Writer& out, const Struct& owner, const Struct& structure, TsScope& scope) {
  for (const Field& field : structure.fields) {
    if (field.group == nullptr) continue;
    ReadPrinter(out, scope, owner).print_group(*field.group);
    print_groups(out, owner, *field.group, scope);
  }
}

}  // namespace

void print_ts_reader(Writer& out, const Struct& structure, TsScope& scope) {
  ReadPrinter(out, scope, structure).print_struct();
  print_groups(out, structure, structure, scope);
}

}  // namespace cortado::codegen
