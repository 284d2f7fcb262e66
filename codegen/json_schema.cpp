// SPDX-License-Identifier: Apache-2.0
#include "codegen/json_schema.hpp"

#include <bit>
#include <map>

#include "codegen/names.hpp"

namespace cortado::codegen {
namespace {

std::string trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  return std::string(text);
}

void write_reference(JsonText& out, const Declaration& declaration) {
  out.member("$ref", "#/components/schemas/" + schema_key(declaration));
}

void write_range(JsonText& out, TypeKind kind) {
  const std::uint32_t bits = data_bits(kind);
  const bool is_signed =
      kind == TypeKind::int8 || kind == TypeKind::int16 || kind == TypeKind::int32;
  const std::int64_t span = std::int64_t{1} << (is_signed ? bits - 1 : bits);
  out.member("type", "integer");
  out.key("minimum");
  out.number(is_signed ? -span : 0);
  out.key("maximum");
  out.number(span - 1);
}

void write_decimal(JsonText& out, bool is_signed) {
  out.member("type", "string");
  out.member("format", is_signed ? "int64" : "uint64");
  out.member("pattern", is_signed ? "^-?(0|[1-9][0-9]*)$" : "^(0|[1-9][0-9]*)$");
}

void write_float(JsonText& out) {
  out.key("anyOf");
  out.begin_array();
  out.begin_object();
  out.member("type", "number");
  out.end_object();
  out.begin_object();
  out.key("enum");
  out.begin_array();
  for (const char* name : {"NaN", "Infinity", "-Infinity"}) out.string(name);
  out.end_array();
  out.end_object();
  out.end_array();
}

/// The keywords that say what values there are.
void write_type_keywords(JsonText& out, const Type& type) {
  switch (type.kind) {
    case TypeKind::void_type: return out.member("type", "null");
    case TypeKind::boolean: return out.member("type", "boolean");
    case TypeKind::int8:
    case TypeKind::int16:
    case TypeKind::int32:
    case TypeKind::uint8:
    case TypeKind::uint16:
    case TypeKind::uint32: return write_range(out, type.kind);
    case TypeKind::int64: return write_decimal(out, true);
    case TypeKind::uint64: return write_decimal(out, false);
    case TypeKind::float32:
    case TypeKind::float64: return write_float(out);
    case TypeKind::text: return out.member("type", "string");
    case TypeKind::data:
      out.member("type", "string");
      return out.member("contentEncoding", "base64");
    case TypeKind::enumeration: return write_reference(out, *type.enumeration);
    case TypeKind::structure: return write_reference(out, *type.structure);
    case TypeKind::list:
      out.member("type", "array");
      out.key("items");
      return write_type_schema(out, *type.element, "", nullptr);
  }
}

void write_members(JsonText& out, const Struct& structure) {
  out.member("type", "object");
  out.key("properties");
  out.begin_object();
  const auto fields = fields_in_code_order(structure);
  if (structure.discriminant_count > 0) {
    out.key("which");
    out.begin_object();
    out.member("description", "The member of the union that is set.");
    out.key("enum");
    out.begin_array();
    for (const Field* field : fields) {
      if (field->discriminant) out.string(json_name(structure, *field));
    }
    out.end_array();
    out.end_object();
  }
  for (const Field* field : fields) {
    out.key(json_name(structure, *field));
    write_field_schema(out, *field);
  }
  out.end_object();
}

void write_structure_value(JsonText& out, const Struct& structure, const Value& value) {
  out.begin_object();
  for (const MemberValue& member : value.members) {
    const Field& field = *member.field;
    if (field.discriminant) out.member("which", json_name(structure, field));
    out.key(json_name(structure, field));
    if (field.group != nullptr) {
      write_structure_value(out, *field.group, member.value);
    } else {
      write_value(out, field.type, member.value);
    }
  }
  out.end_object();
}

std::string base64(const std::vector<std::byte>& data) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  for (std::size_t at = 0; at < data.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const bool is_there = at + i < data.size();
      group = (group << 8U) | (is_there ? std::to_integer<std::uint32_t>(data[at + i]) : 0);
    }
    const std::size_t digit_count = std::min<std::size_t>(data.size() - at, 3) + 1;
    for (std::size_t i = 0; i < 4; ++i) {
      result += i < digit_count ? digits[(group >> (18 - 6 * i)) & 63U] : '=';
    }
  }
  return result;
}

}  // namespace

std::string schema_key(const Declaration& declaration) {
  std::string key = declaration.file->cxx_namespace;
  for (std::size_t at = 0; (at = key.find("::", at)) != std::string::npos;) key.replace(at, 2, ".");
  if (!key.empty()) key += '.';
  return key + dotted_name(declaration);
}

void write_type_schema(JsonText& out, const Type& type, std::string_view description,
                       const Value* default_value) {
  out.begin_object();
  if (!description.empty()) out.member("description", trimmed(description));
  write_type_keywords(out, type);
  if (default_value != nullptr && is_set(type, *default_value)) {
    out.key("default");
    write_value(out, type, *default_value);
  }
  out.end_object();
}

void write_field_schema(JsonText& out, const Field& field) {
  if (field.group == nullptr) {
    return write_type_schema(out, field.type, field.doc, &field.default_value);
  }
  out.begin_object();
  if (!field.doc.empty()) out.member("description", trimmed(field.doc));
  write_members(out, *field.group);
  out.end_object();
}

void write_struct_schema(JsonText& out, const Struct& structure) {
  out.begin_object();
  if (!structure.doc.empty()) out.member("description", trimmed(structure.doc));
  write_members(out, structure);
  out.end_object();
}

void write_enum_schema(JsonText& out, const Enum& enumeration) {
  out.begin_object();
  if (!enumeration.doc.empty()) out.member("description", trimmed(enumeration.doc));
  out.key("anyOf");
  out.begin_array();
  for (const Enumerant& enumerant : enumeration.enumerants) {
    out.begin_object();
    out.member("const", enumerant.name);
    if (!enumerant.doc.empty()) out.member("description", trimmed(enumerant.doc));
    out.end_object();
  }
  out.begin_object();
  out.member("description", "An enumerant of a newer schema.");
  write_range(out, TypeKind::uint16);
  out.end_object();
  out.end_array();
  out.end_object();
}

void write_value(JsonText& out, const Type& type, const Value& value) {
  switch (type.kind) {
    case TypeKind::void_type: return out.null();
    case TypeKind::boolean: return out.boolean(value.bits != 0);
    case TypeKind::int8:
    case TypeKind::int16:
    case TypeKind::int32: return out.number(signed_value(type.kind, value));
    case TypeKind::uint8:
    case TypeKind::uint16:
    case TypeKind::uint32: return out.number(value.bits);
    case TypeKind::int64: return out.string(std::to_string(signed_value(type.kind, value)));
    case TypeKind::uint64: return out.string(std::to_string(value.bits));
    case TypeKind::float32:
      return out.float32(std::bit_cast<float>(static_cast<std::uint32_t>(value.bits)));
    case TypeKind::float64: return out.float64(float_value(type.kind, value));
    case TypeKind::enumeration:
      if (value.bits >= type.enumeration->enumerants.size()) return out.number(value.bits);
      return out.string(type.enumeration->enumerants[value.bits].name);
    case TypeKind::text: return out.string(value.text);
    case TypeKind::data: return out.string(base64(value.data));
    case TypeKind::structure: return write_structure_value(out, *type.structure, value);
    case TypeKind::list:
      out.begin_array();
      for (const Value& element : value.elements) write_value(out, *type.element, element);
      return out.end_array();
  }
}

void SchemaSet::add(const Struct& structure) {
  if (structs_.insert(&structure).second) add_fields(structure);
}

void SchemaSet::add_fields(const Struct& structure) {
  for (const Field& field : structure.fields) {
    field.group != nullptr ? add_fields(*field.group) : add(field.type);
  }
}

void SchemaSet::add(const Type& type) {
  if (type.element != nullptr) add(*type.element);
  if (type.structure != nullptr) add(*type.structure);
  if (type.enumeration != nullptr) add(*type.enumeration);
}

void SchemaSet::add(const Enum& enumeration) { enums_.insert(&enumeration); }

void SchemaSet::write(JsonText& out) const {
  std::map<std::string, const Struct*> structs;
  std::map<std::string, const Enum*> enums;
  for (const Struct* structure : structs_) structs.emplace(schema_key(*structure), structure);
  for (const Enum* enumeration : enums_) enums.emplace(schema_key(*enumeration), enumeration);
  out.begin_object();
  for (const auto& [key, enumeration] : enums) {
    out.key(key);
    write_enum_schema(out, *enumeration);
  }
  for (const auto& [key, structure] : structs) {
    out.key(key);
    write_struct_schema(out, *structure);
  }
  out.end_object();
}

}  // namespace cortado::codegen
