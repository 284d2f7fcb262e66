// SPDX-License-Identifier: Apache-2.0
// Part of the model (model.hpp): types, and values of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cortado::codegen {

struct Enum;
struct Field;
struct Struct;

enum class TypeKind : std::uint8_t {
  void_type,
  boolean,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float32,
  float64,
  enumeration,
  text,
  data,
  list,
  structure,
};

struct Type {
  TypeKind kind = TypeKind::void_type;
  /// Of a list; null otherwise.
  const Type* element = nullptr;
  /// Of a structure (never a group: a group is no type of its own); null otherwise.
  const Struct* structure = nullptr;
  /// Of an enumeration; null otherwise.
  const Enum* enumeration = nullptr;
};

/// Whether a field of this type lies in the pointer section.
[[nodiscard]] bool is_pointer(TypeKind kind);
/// Bits a value takes in a data section: 0 for Void and for pointers, 1 for Bool.
[[nodiscard]] std::uint32_t data_bits(TypeKind kind);

struct MemberValue;

/// A constant or a default. Which members mean something depends on the type it belongs to.
struct Value {
  /// Scalars and enums: the bits as they lie in a data section, zero-extended (a Float64 of -0.0
  /// is 0x8000000000000000, an Int8 of -1 is 0xff). A data section holds `value ^ default` bits.
  std::uint64_t bits = 0;
  /// Text: UTF-8.
  std::string text;
  /// Data.
  std::vector<std::byte> data;
  /// List.
  std::vector<Value> elements;
  /// Structure: the members that are set, groups nested, in the order of Struct::fields. Left out:
  /// members of a union that are not active, and null pointers (they have the field's default).
  std::vector<MemberValue> members;
  /// List and structure: the value as a canonical Cap'n Proto message of one segment, without the
  /// segment table: word 0 is the root pointer. Empty: a null pointer, as of every default that
  /// is not stated.
  std::vector<std::byte> message;
};

struct MemberValue {
  const Field* field = nullptr;
  /// Of a group: only `members` is used.
  Value value;
};

/// A Float32 or Float64 value as a number.
[[nodiscard]] double float_value(TypeKind kind, const Value& value);
/// A signed integer value, sign-extended.
[[nodiscard]] std::int64_t signed_value(TypeKind kind, const Value& value);
/// Whether a default differs from all zero bits, empty text/data, null.
[[nodiscard]] bool is_set(const Type& type, const Value& value);

}  // namespace cortado::codegen
