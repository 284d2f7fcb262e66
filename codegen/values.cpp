// SPDX-License-Identifier: Apache-2.0
#include "codegen/values.hpp"

#include <capnp/any.h>
#include <capnp/message.h>

#include <bit>
#include <cstring>
#include <span>

namespace cortado::codegen {
namespace {

using Kind = capnp::schema::Value::Which;

/// Elements in all lists of one value together: a list of Void can claim any number of them.
constexpr std::size_t elements_max = std::size_t{1} << 20U;

struct TooLarge {};

Kind expected_kind(TypeKind kind) {
  switch (kind) {
    case TypeKind::void_type: return Kind::VOID;
    case TypeKind::boolean: return Kind::BOOL;
    case TypeKind::int8: return Kind::INT8;
    case TypeKind::int16: return Kind::INT16;
    case TypeKind::int32: return Kind::INT32;
    case TypeKind::int64: return Kind::INT64;
    case TypeKind::uint8: return Kind::UINT8;
    case TypeKind::uint16: return Kind::UINT16;
    case TypeKind::uint32: return Kind::UINT32;
    case TypeKind::uint64: return Kind::UINT64;
    case TypeKind::float32: return Kind::FLOAT32;
    case TypeKind::float64: return Kind::FLOAT64;
    case TypeKind::enumeration: return Kind::ENUM;
    case TypeKind::text: return Kind::TEXT;
    case TypeKind::data: return Kind::DATA;
    case TypeKind::list: return Kind::LIST;
    case TypeKind::structure: return Kind::STRUCT;
  }
  return Kind::VOID;
}

std::uint64_t scalar_bits(TypeKind kind, capnp::schema::Value::Reader value) {
  switch (kind) {
    case TypeKind::boolean: return value.getBool() ? 1 : 0;
    case TypeKind::int8: return static_cast<std::uint8_t>(value.getInt8());
    case TypeKind::int16: return static_cast<std::uint16_t>(value.getInt16());
    case TypeKind::int32: return static_cast<std::uint32_t>(value.getInt32());
    case TypeKind::int64: return static_cast<std::uint64_t>(value.getInt64());
    case TypeKind::uint8: return value.getUint8();
    case TypeKind::uint16: return value.getUint16();
    case TypeKind::uint32: return value.getUint32();
    case TypeKind::uint64: return value.getUint64();
    case TypeKind::float32: return std::bit_cast<std::uint32_t>(value.getFloat32());
    case TypeKind::float64: return std::bit_cast<std::uint64_t>(value.getFloat64());
    case TypeKind::enumeration: return value.getEnum();
    default: return 0;
  }
}

std::vector<std::byte> copy_data(capnp::Data::Reader data) {
  const auto bytes = std::as_bytes(std::span(data.begin(), data.size()));
  return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> canonical_message(capnp::AnyPointer::Reader pointer) {
  if (pointer.isNull()) return {};
  const auto words = pointer.targetSize().wordCount + 1;
  capnp::MallocMessageBuilder message(static_cast<unsigned>(words));
  message.getRoot<capnp::AnyPointer>().setCanonical(pointer);
  const auto segments = message.getSegmentsForOutput();
  const auto bytes = std::as_bytes(std::span(segments[0].begin(), segments[0].size()));
  return {bytes.begin(), bytes.end()};
}

/// Reads what a message holds, element by element and member by member.
class Expander {
 public:
  Value pointer(const Type& type, capnp::AnyPointer::Reader from) {
    Value value;
    if (type.kind == TypeKind::text) {
      const auto text = from.getAs<capnp::Text>();
      value.text.assign(text.begin(), text.size());
    } else if (type.kind == TypeKind::data) {
      value.data = copy_data(from.getAs<capnp::Data>());
    } else {
      expand(type, from, value);
    }
    return value;
  }

  void expand(const Type& type, capnp::AnyPointer::Reader from, Value& into) {
    if (type.kind == TypeKind::list) {
      list(*type.element, from, into);
    } else {
      into.members = members(*type.structure, from.getAs<capnp::AnyStruct>());
    }
  }

 private:
  void take(std::size_t count) {
    if (count > elements_left_) throw TooLarge{};
    elements_left_ -= count;
  }

  template <class Element>
  void scalars(capnp::AnyPointer::Reader from, Value& into) {
    const auto list = from.getAs<capnp::List<Element>>();
    take(list.size());
    for (const Element element : list) {
      into.elements.emplace_back().bits = static_cast<std::uint64_t>(element);
    }
  }

  void list(const Type& element, capnp::AnyPointer::Reader from, Value& into) {
    if (is_pointer(element.kind) && element.kind != TypeKind::structure) {
      const auto any = from.getAs<capnp::AnyList>();
      if (any.getElementSize() != capnp::ElementSize::POINTER) return;  // not made by capnp
      const auto pointers = any.as<capnp::List<capnp::AnyPointer>>();
      take(pointers.size());
      for (const auto entry : pointers) into.elements.push_back(pointer(element, entry));
      return;
    }
    switch (data_bits(element.kind)) {
      case 1: return scalars<bool>(from, into);
      case 8: return scalars<std::uint8_t>(from, into);
      case 16: return scalars<std::uint16_t>(from, into);
      case 32: return scalars<std::uint32_t>(from, into);
      case 64: return scalars<std::uint64_t>(from, into);
      default: break;
    }
    if (element.kind == TypeKind::void_type) {
      const auto voids = from.getAs<capnp::List<capnp::Void>>();
      take(voids.size());
      into.elements.resize(voids.size());
      return;
    }
    const auto structs = from.getAs<capnp::AnyList>().as<capnp::List<capnp::AnyStruct>>();
    take(structs.size());
    for (const auto entry : structs) {
      into.elements.emplace_back().members = members(*element.structure, entry);
    }
  }

  static std::uint64_t bits_at(capnp::Data::Reader data, std::uint32_t offset, std::uint32_t size) {
    std::uint64_t bits = 0;
    for (std::uint32_t bit = 0; bit < size; ++bit) {
      const std::uint32_t at = offset + bit;
      if (at / 8 >= data.size()) break;  // what an older schema did not write is zero
      const std::uint64_t byte = data[at / 8];
      bits |= (byte >> (at % 8) & 1) << bit;
    }
    return bits;
  }

  std::vector<MemberValue> members(const Struct& structure, capnp::AnyStruct::Reader from) {
    const auto data = from.getDataSection();
    const auto pointers = from.getPointerSection();
    std::vector<MemberValue> found;
    for (const Field& field : structure.fields) {
      if (field.discriminant.has_value() &&
          bits_at(data, structure.discriminant_offset, 16) != *field.discriminant) {
        continue;
      }
      take(1);
      Value value;
      if (field.group != nullptr) {
        value.members = members(*field.group, from);
      } else if (!is_pointer(field.type.kind)) {
        value.bits =
            bits_at(data, field.offset, data_bits(field.type.kind)) ^ field.default_value.bits;
      } else {
        if (field.offset >= pointers.size() || pointers[field.offset].isNull()) continue;
        value = pointer(field.type, pointers[field.offset]);
      }
      found.push_back({&field, std::move(value)});
    }
    return found;
  }

  std::size_t elements_left_ = elements_max;
};

}  // namespace

std::expected<Value, std::string> read_value(const Type& type, capnp::schema::Value::Reader value) {
  if (value.which() != expected_kind(type.kind)) {
    return std::unexpected("the value is of another type than its declaration");
  }
  Value result;
  switch (type.kind) {
    case TypeKind::text: {
      const auto text = value.getText();
      result.text.assign(text.begin(), text.size());
      break;
    }
    case TypeKind::data: result.data = copy_data(value.getData()); break;
    case TypeKind::list: result.message = canonical_message(value.getList()); break;
    case TypeKind::structure: result.message = canonical_message(value.getStruct()); break;
    default: result.bits = scalar_bits(type.kind, value);
  }
  return result;
}

std::expected<void, std::string> expand_value(const Type& type, Value& value) {
  if (value.message.empty()) return {};
  auto words = kj::heapArray<capnp::word>(value.message.size() / sizeof(capnp::word));
  std::memcpy(words.begin(), value.message.data(), value.message.size());
  const kj::ArrayPtr<const capnp::word> segment(words.begin(), words.size());
  capnp::SegmentArrayMessageReader message(kj::arrayPtr(&segment, 1));
  try {
    Expander().expand(type, message.getRoot<capnp::AnyPointer>(), value);
  } catch (const TooLarge&) {
    return std::unexpected("the value has more than " + std::to_string(elements_max) +
                           " elements and members");
  }
  return {};
}

}  // namespace cortado::codegen
