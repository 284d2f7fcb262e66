// SPDX-License-Identifier: Apache-2.0
// Fields of the data section first, as their order is nobody's concern; then all that has pointers
// in the order of Struct::fields, which is that of the objects in the message.
#include <map>
#include <vector>

#include "codegen/ts_layout.hpp"
#include "codegen/ts_parts.hpp"

namespace cortado::codegen {
namespace {

std::string element_writer(const Type& type, TsScope& scope);

/// `$.writeInt32s(w, p, o.numbers)`: a list, or undefined, whose pointer is at `at`.
std::string write_list(const Type& element, const std::string& at, const std::string& value,
                       TsScope& scope) {
  const std::string place = "w, " + at + ", " + value;
  switch (element.kind) {
    case TypeKind::enumeration:
      return "$.writeEnums(" + place + ", " + scope.type(*element.enumeration) + ')';
    case TypeKind::structure:
      return "$.writeStructs(" + place + ", " + scope.type(*element.structure) + ')';
    case TypeKind::text:
    case TypeKind::data:
    case TypeKind::list:
      return "$.writeList(" + place + ", " + element_writer(element, scope) + ')';
    default: return "$.write" + std::string(ts_kind(element.kind)) + "s(" + place + ')';
  }
}

std::string element_writer(const Type& type, TsScope& scope) {
  if (type.kind != TypeKind::list) return "$.write" + std::string(ts_kind(type.kind));
  const TypeKind kind = type.element->kind;
  const bool needs_more = kind == TypeKind::enumeration || is_pointer(kind);
  if (!needs_more) return "$.write" + std::string(ts_kind(kind)) + 's';
  return "(w, p, o) => " + write_list(*type.element, "p", "o", scope);
}

bool has_pointers(const Field& field) {
  return field.group != nullptr ? needs_of(*field.group).pointers : is_pointer(field.type.kind);
}

class WritePrinter {
 public:
  WritePrinter(Writer& out, TsScope& scope, const Struct& owner)
      : out_(out), scope_(scope), owner_(owner) {}

  void print(const Struct& structure) {
    const TsNeeds needs = needs_of(structure);
    const bool uses_object = needs.data || needs.pointers;
    const auto parameter = [](bool is_used, const char* name) {
      return std::string(is_used ? "" : "_") + name;
    };
    out_.blank();
    out_.line("function ", scope_.write(structure), "(");
    out_.line("  ", parameter(uses_object, "w"), ": $.MessageWriter,");
    out_.line("  ", parameter(needs.data, "d"), ": number,");
    out_.line("  ", parameter(needs.pointers, "p"), ": number,");
    out_.line("  ", parameter(uses_object, "o"), ": ", scope_.init(structure), ",");
    auto body = out_.block("): void {", "}");
    if (writes_data(structure)) out_.line("const v = w.view;");
    common_data(structure);
    in_order(structure);
  }

 private:
  static bool is_data(const Field& field) {
    return field.group == nullptr && data_bits(field.type.kind) > 0;
  }

  static bool writes_data(const Struct& structure) {
    if (structure.discriminant_count > 0) return true;
    for (const Field& field : structure.fields) {
      if (is_data(field)) return true;
    }
    return false;
  }

  void common_data(const Struct& structure) {
    std::map<std::uint32_t, std::string> bytes;  // of Bool: position -> sum of its bits
    for (const Field& field : structure.fields) {
      if (field.discriminant || !is_data(field)) continue;
      if (field.type.kind != TypeKind::boolean) {
        scalar(structure, field);
        continue;
      }
      std::string& sum = bytes[field.offset / 8];
      sum += (sum.empty() ? "" : " | ") + bit(structure, field);
    }
    for (const auto& [byte, sum] : bytes) set_bits(byte, sum);
  }

  /// Each `switch` has the members between two other fields with pointers.
  void in_order(const Struct& structure) {
    std::vector<const Field*> run;
    std::vector<const Field*> written;
    for (const Field& field : structure.fields) {
      if (field.discriminant) {
        run.push_back(&field);
      } else if (has_pointers(field)) {
        print_union(structure, run, written, false);
        value(structure, field);
      } else if (field.group != nullptr) {
        value(structure, field);
      }
    }
    if (structure.discriminant_count > 0) print_union(structure, run, written, true);
  }

  /// Moves `run` to `written`.
  void print_union(const Struct& structure, std::vector<const Field*>& run,
                   std::vector<const Field*>& written, bool is_last) {
    if (run.empty() && !is_last) return;
    {
      auto cases = out_.block("switch (o.which) {", "}");
      if (is_last) {
        for (const Field* field : written) case_line(structure, *field);
        if (!written.empty()) out_.line("  break;");
      }
      for (const Field* field : run) {
        case_line(structure, *field);
        auto body = out_.indent();
        member(structure, *field);
        out_.line("break;");
      }
      if (is_last) otherwise(structure);
    }
    written.insert(written.end(), run.begin(), run.end());
    run.clear();
  }

  void case_line(const Struct& structure, const Field& field) {
    out_.line("case \"", ts_property(structure, field), "\":");
  }

  void member(const Struct& structure, const Field& field) {
    if (*field.discriminant != 0) {
      out_.line("v.setUint16(", ts_at("d", structure.discriminant_offset / 8), ", ",
                std::to_string(*field.discriminant), ", true);");
    }
    if (!is_data(field)) {
      value(structure, field);
    } else if (field.type.kind == TypeKind::boolean) {
      set_bits(field.offset / 8, bit(structure, field));
    } else {
      scalar(structure, field);
    }
  }

  void otherwise(const Struct& structure) {
    std::string names;
    for (const Field& field : structure.fields) {
      if (!field.discriminant) continue;
      names += (names.empty() ? "\"" : ", \"") + ts_property(structure, field) + '"';
    }
    out_.line("default:");
    out_.line("  $.writeOther(w, o, ", ts_at("d", structure.discriminant_offset / 8), ", d, p, ",
              scope_.type(owner_), ", [", names, "]);");
  }

  /// What has pointers, and groups.
  void value(const Struct& structure, const Field& field) {
    const std::string member = "o." + ts_property(structure, field);
    if (field.group != nullptr) {
      const TsNeeds needs = needs_of(*field.group);
      if (!needs.data && !needs.pointers) return;
      out_.line("if (", member, " !== undefined) ", scope_.write(*field.group), "(w, d, p, ",
                member, ");");
      return;
    }
    const std::string at = ts_at("p", field.offset * 8);
    switch (field.type.kind) {
      case TypeKind::text: return out_.line("$.writeText(w, ", at, ", ", member, ");");
      case TypeKind::data: return out_.line("$.writeData(w, ", at, ", ", member, ");");
      case TypeKind::list:
        return out_.line(write_list(*field.type.element, at, member, scope_), ";");
      case TypeKind::structure:
        return out_.line("w.struct(", at, ", ", member, ", ", scope_.type(*field.type.structure),
                         ");");
      default: return;  // Void
    }
  }

  std::string bit(const Struct& structure, const Field& field) {
    const bool is_true = field.default_value.bits != 0;
    std::string value =
        "$.bool(o." + ts_property(structure, field) + " ?? " + (is_true ? "true)" : "false)");
    const std::uint32_t shift = field.offset % 8;
    if (is_true) value = '(' + value + " ^ 1)";
    return shift == 0 ? value : '(' + value + " << " + std::to_string(shift) + ')';
  }

  void set_bits(std::uint32_t byte, const std::string& bits) {
    // Beside bits of other fields, or of a newer schema's.
    const std::string at = ts_at("d", byte);
    out_.line("v.setUint8(", at, ", v.getUint8(", at, ") | ", bits, ");");
  }

  void scalar(const Struct& structure, const Field& field);

  Writer& out_;
  TsScope& scope_;
  const Struct& owner_;
};

void WritePrinter::scalar(const Struct& structure, const Field& field) {
  const TypeKind kind = field.type.kind;
  const std::uint64_t bits = field.default_value.bits;
  const std::string at = ts_at("d", field.offset / 8);
  const std::string member = "o." + ts_property(structure, field);
  const std::string literal = ts_literal(field.type, field.default_value, scope_);
  const std::string change = bits == 0 ? "" : " ^ " + literal;
  const auto set = [&](std::string_view name, const std::string& value) {
    out_.line("v.set", name, "(", at, ", ", value, data_bits(kind) == 8 ? ");" : ", true);");
  };
  const auto checked = [&](std::string_view check) {
    return "$." + std::string(check) + '(' + member + " ?? " + literal + ')' + change;
  };
  switch (kind) {
    case TypeKind::int8: return set("Int8", checked("int8"));
    case TypeKind::int16: return set("Int16", checked("int16"));
    case TypeKind::int32: return set("Int32", checked("int32"));
    case TypeKind::int64: return set("BigInt64", checked("int64"));
    case TypeKind::uint8: return set("Uint8", checked("uint8"));
    case TypeKind::uint16: return set("Uint16", checked("uint16"));
    case TypeKind::uint32: return set("Uint32", checked("uint32"));
    case TypeKind::uint64: return set("BigUint64", checked("uint64"));
    case TypeKind::enumeration:
      return set("Uint16", "$.enumerant(" + scope_.type(*field.type.enumeration) + ", " + member +
                               " ?? " + std::to_string(bits) + ')' +
                               (bits == 0 ? "" : " ^ " + std::to_string(bits)));
    case TypeKind::float32:
      if (bits == 0) return set("Float32", checked("float"));
      return out_.line("$.writeFloat32(v, ", at, ", ", member, ", ", std::to_string(bits), ");");
    case TypeKind::float64:
      if (bits == 0) return set("Float64", checked("float"));
      return out_.line("$.writeFloat64(v, ", at, ", ", member, ", ",
                       std::to_string(bits & 0xffffffffU), ", ", std::to_string(bits >> 32U), ");");
    default: return;  // no scalar
  }
}

void print_groups(Writer& out, const Struct& owner, const Struct& structure, TsScope& scope) {
  for (const Field& field : structure.fields) {
    if (field.group == nullptr) continue;
    WritePrinter(out, scope, owner).print(*field.group);
    print_groups(out, owner, *field.group, scope);
  }
}

}  // namespace

void print_ts_writer(Writer& out, const Struct& structure, TsScope& scope) {
  WritePrinter(out, scope, structure).print(structure);
  print_groups(out, structure, structure, scope);
}

}  // namespace cortado::codegen
