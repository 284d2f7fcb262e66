// SPDX-License-Identifier: Apache-2.0
// Structs, their fields and types, as far as Cortado supports them. Offsets are checked, so that a
// printer may trust them.
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "codegen/loader.hpp"
#include "codegen/values.hpp"

namespace cortado::codegen {
namespace {

constexpr std::uint32_t word_bits = 64;

std::optional<TypeKind> plain_kind(schema::Type::Which which) {
  switch (which) {
    case schema::Type::VOID: return TypeKind::void_type;
    case schema::Type::BOOL: return TypeKind::boolean;
    case schema::Type::INT8: return TypeKind::int8;
    case schema::Type::INT16: return TypeKind::int16;
    case schema::Type::INT32: return TypeKind::int32;
    case schema::Type::INT64: return TypeKind::int64;
    case schema::Type::UINT8: return TypeKind::uint8;
    case schema::Type::UINT16: return TypeKind::uint16;
    case schema::Type::UINT32: return TypeKind::uint32;
    case schema::Type::UINT64: return TypeKind::uint64;
    case schema::Type::FLOAT32: return TypeKind::float32;
    case schema::Type::FLOAT64: return TypeKind::float64;
    case schema::Type::TEXT: return TypeKind::text;
    case schema::Type::DATA: return TypeKind::data;
    default: return std::nullopt;
  }
}

}  // namespace

void Loader::load_struct(Struct& structure, Node node) {
  const auto from = node.getStruct();
  structure.data_words = from.getDataWordCount();
  structure.pointer_count = from.getPointerCount();
  structure.discriminant_count = from.getDiscriminantCount();
  const std::uint64_t discriminant_offset = std::uint64_t{from.getDiscriminantOffset()} * 16;
  structure.discriminant_offset = static_cast<std::uint32_t>(discriminant_offset);
  const std::uint64_t data_size = std::uint64_t{structure.data_words} * word_bits;
  if (structure.discriminant_count > 0 && discriminant_offset + 16 > data_size) {
    error(structure.where, "the union's discriminant lies outside the struct",
          "the request was changed on its way", "run `capnp compile` again");
  }
  const auto members = request_.source_info(structure.id).getMembers();
  for (const auto from_field : from.getFields()) {
    Field& field = structure.fields.emplace_back();
    field.index = static_cast<std::uint16_t>(structure.fields.size() - 1);
    if (field.index < members.size()) field.doc = copy(members[field.index].getDocComment());
    load_field(structure, from_field, field);
  }
  check_union(structure);
}

void Loader::check_union(const Struct& structure) {
  std::vector<std::size_t> found;
  for (const Field& field : structure.fields) {
    if (field.discriminant) found.push_back(*field.discriminant);
  }
  std::ranges::sort(found);
  bool is_whole = found.size() == structure.discriminant_count;
  for (std::size_t i = 0; i < found.size(); ++i) is_whole = is_whole && found[i] == i;
  if (!is_whole) {
    error(structure.where, "the union's members are not numbered in sequence",
          "the request was changed on its way", "run `capnp compile` again");
  }
}

void Loader::load_field(Struct& structure, schema::Field::Reader from, Field& field) {
  field.name = copy(from.getName());
  field.cxx_name = text_annotation(from.getAnnotations(), cxx_name_id);
  field.code_order = from.getCodeOrder();
  field.where =
      structure.list_of != nullptr ? structure.where : locate_member(structure, field.name);
  field.where.declaration = dotted_name(structure) + '.' + field.name;
  if (from.getOrdinal().isExplicit()) field.ordinal = from.getOrdinal().getExplicit();
  if (from.getDiscriminantValue() != schema::Field::NO_DISCRIMINANT) {
    field.discriminant = from.getDiscriminantValue();
  }
  if (from.isGroup()) {
    load_group(structure, from.getGroup().getTypeId(), field);
  } else {
    load_slot(structure, from.getSlot(), field);
  }
}

void Loader::load_slot(Struct& structure, schema::Field::Slot::Reader from, Field& field) {
  const auto type = load_type(from.getType(), field.where, *structure.file);
  if (!type) return;
  field.type = *type;
  field.has_explicit_default = from.getHadExplicitDefault();
  const std::uint64_t size = data_bits(field.type.kind);
  const bool in_pointers = is_pointer(field.type.kind);
  const std::uint64_t offset = from.getOffset() * (in_pointers ? 1 : size);
  const std::uint64_t room =
      in_pointers ? structure.pointer_count : std::uint64_t{structure.data_words} * word_bits;
  if (offset + (in_pointers ? 1 : size) > room) {
    error(field.where, "the field lies outside its struct", "the request was changed on its way",
          "run `capnp compile` again");
    return;
  }
  field.offset = static_cast<std::uint32_t>(offset);
  load_value(field.type, from.getDefaultValue(), field.default_value, field.where);
  const bool is_float =
      field.type.kind == TypeKind::float32 || field.type.kind == TypeKind::float64;
  const bool is_zero = is_float && float_value(field.type.kind, field.default_value) == 0;
  if (is_zero && field.default_value.bits != 0) {
    error(field.where, "the default -0.0", "capnpc-c++ takes it for 0, so two ends would disagree",
          "leave it out");
  }
}

void Loader::load_group(Struct& structure, std::uint64_t id, Field& field) {
  const Node* const node = request_.find(id);
  const bool is_own = node != nullptr && node->isStruct() && node->getStruct().getIsGroup() &&
                      node->getScopeId() == structure.id && !declared_.contains(id);
  if (!is_own || !is_shallow(structure, structure.where)) {
    error(field.where, "its group is not in the request", "the request was cut short or changed",
          "run `capnp compile` again");
    field.group = &structure;  // never followed: there are errors
    return;
  }
  Struct& group = add(model_.structs, structure, field.name, *node);
  group.cxx_name = field.cxx_name;
  group.is_group = true;
  group.where = field.where;
  field.group = &group;
  const SourceText* const source = sources_.find(structure.file->path);
  const auto outer = source_bodies_.find(&structure);
  if (source != nullptr && outer != source_bodies_.end()) {
    const auto member = source->find_member(outer->second, field.name);
    const auto body = member ? source->body_of(*member) : std::nullopt;
    if (body) source_bodies_.emplace(&group, *body);
  }
  load_struct(group, *node);
}

std::optional<Type> Loader::load_type(schema::Type::Reader from, const Location& use,
                                      const File& user) {
  Type type;
  if (const auto kind = plain_kind(from.which())) {
    type.kind = *kind;
    return type;
  }
  if (from.isList()) {
    const auto element = load_type(from.getList().getElementType(), use, user);
    if (!element) return std::nullopt;
    type.kind = TypeKind::list;
    type.element = &model_.types.emplace_back(*element);
    return type;
  }
  if (!from.isStruct() && !from.isEnum()) return refuse_type(from, use);
  const std::uint64_t id =
      from.isStruct() ? from.getStruct().getTypeId() : from.getEnum().getTypeId();
  const Declaration* const declaration = refer(id, use);
  type.structure = from.isStruct() ? dynamic_cast<const Struct*>(declaration) : nullptr;
  type.enumeration = from.isEnum() ? dynamic_cast<const Enum*>(declaration) : nullptr;
  if (declaration == nullptr) return std::nullopt;
  if (type.structure == nullptr && type.enumeration == nullptr) {
    error(use, "its type is declared as something else", "the request was changed on its way",
          "run `capnp compile` again");
    return std::nullopt;
  }
  type.kind = from.isStruct() ? TypeKind::structure : TypeKind::enumeration;
  note_import(user, *declaration->file, use);
  return type;
}

std::optional<Type> Loader::refuse_type(schema::Type::Reader from, const Location& use) {
  if (from.isInterface()) {
    error(use, "a value of an interface type", "object references are not part of cortado.v1",
          "pass an id of your own and add it to the other interface's methods");
    return std::nullopt;
  }
  if (!from.isAnyPointer()) {
    error(use, "a type of a newer Cap'n Proto", "this generator knows those of 1.1",
          "use another type");
    return std::nullopt;
  }
  const auto any = from.getAnyPointer();
  if (!any.isUnconstrained()) {
    error(use, "a type parameter", "generics are not supported", "use a concrete type");
    return std::nullopt;
  }
  const auto kind = any.getUnconstrained();
  const std::string name = kind.isStruct() ? "AnyStruct" : kind.isList() ? "AnyList" : "AnyPointer";
  if (kind.isCapability()) {
    error(use, "a value of type Capability", "object references are not part of cortado.v1",
          "pass an id of your own and add it to the other interface's methods");
    return std::nullopt;
  }
  error(use, "a value of type " + name,
        "what it holds is not in the schema, so it has no type in generated code",
        "use a struct with a union, or Data with an encoding of your own");
  return std::nullopt;
}

void Loader::load_value(const Type& type, schema::Value::Reader from, Value& value,
                        const Location& where) {
  auto read = read_value(type, from);
  if (!read) {
    error(where, "its value is not taken", read.error(), "run `capnp compile` again");
    return;
  }
  value = std::move(*read);
  if (!value.message.empty()) values_.push_back({type, &value, where});
}

}  // namespace cortado::codegen
