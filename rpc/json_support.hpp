// SPDX-License-Identifier: Apache-2.0
// What generated JSON codecs are made of: writers that append one value to a text, and checked
// readers of a parsed value. The shape is that of rpc/json.hpp. It knows no schema: what is
// particular to a struct is in the generated code.
//
// Generated, for `struct Order { quantity @0 :UInt32; side @1 :Side; legs @2 :List(Leg); }`:
//
//   void to_json(Order::Reader value, std::string& out) {
//     json_support::ObjectWriter object(out);
//     object.member("quantity");
//     json_support::write_uint64_number(value.getQuantity(), out);
//     object.member("side");
//     json_support::write_enum(static_cast<std::uint16_t>(value.getSide()), side_names, out);
//     if (value.hasLegs()) {
//       object.member("legs");
//       json_support::write_list(value.getLegs(), out,
//                                [](Leg::Reader leg, std::string& text) { to_json(leg, text); });
//     }
//     object.end();
//   }
//
//   // Internal, one per struct; from_json() below and the readers of other structs call it.
//   bool read_json(const boost::json::value& json, const json_support::Place& at,
//                  Order::Builder out) {
//     const boost::json::object* object = json_support::read_object(json, at);
//     if (object == nullptr) return false;
//     if (const auto* member = json_support::find(*object, "quantity")) {
//       std::uint32_t value = 0;
//       if (!json_support::read_integer(*member, at.member("quantity"), value)) return false;
//       out.setQuantity(value);
//     }
//     if (const auto* member = json_support::find(*object, "side")) {
//       std::uint16_t value = 0;
//       if (!json_support::read_enum(*member, at.member("side"), side_names, value)) return false;
//       out.setSide(static_cast<Side>(value));
//     }
//     if (const auto* member = json_support::find(*object, "legs")) {
//       const json_support::Place legs = at.member("legs");
//       if (!json_support::read_list(
//               *member, legs, leg_words, [&](auto size) { return out.initLegs(size); },
//               [](const auto& json, const auto& at, auto list, auto index) {
//                 return read_json(json, at, list[index]);
//               })) {
//         return false;
//       }
//     }
//     return true;
//   }
//
//   cortado::Result<void> from_json(const boost::json::value& json, Order::Builder out) {
//     return json_support::read_document(
//         [&](const json_support::Place& root) { return read_json(json, root, out); });
//   }
#pragma once

#include <boost/json/value.hpp>
#include <capnp/blob.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rpc/error.hpp"

namespace cortado::json_support {

// --- writers: append to `out` ------------------------------------------------------------------

void write_bool(bool value, std::string& out);
void write_void(std::string& out);
/// Int8, Int16, Int32: a number.
void write_int64_number(std::int64_t value, std::string& out);
/// UInt8, UInt16, UInt32: a number.
void write_uint64_number(std::uint64_t value, std::string& out);
/// Int64: a decimal string.
void write_int64(std::int64_t value, std::string& out);
/// UInt64: a decimal string.
void write_uint64(std::uint64_t value, std::string& out);
/// The shortest number that reads back as the same; "NaN", "Infinity", "-Infinity".
void write_float32(float value, std::string& out);
void write_float64(double value, std::string& out);
/// Escaped as RFC 8259 says; bytes that are no UTF-8 become U+FFFD, as a message may hold any.
void write_text(std::string_view value, std::string& out);
inline void write_text(capnp::Text::Reader value, std::string& out) {
  write_text(std::string_view(value.begin(), value.size()), out);
}
/// Base64: RFC 4648, section 4, with padding.
void write_data(capnp::Data::Reader value, std::string& out);
/// The name in the schema; a number for an enumerant beyond `names` (by ordinal). Also for `which`.
void write_enum(std::uint16_t value, std::span<const std::string_view> names, std::string& out);

/// `write(element, out)` for each. `list` is a Cap'n Proto reader (or builder).
template <class List, class Write>
void write_list(const List& list, std::string& out, Write write) {
  out.push_back('[');
  bool first = true;
  for (auto element : list) {
    if (!first) out.push_back(',');
    first = false;
    write(element, out);
  }
  out.push_back(']');
}

/// `{`, then for each member member() and one writer, then end().
class ObjectWriter {
 public:
  /// `out` must outlive it.
  explicit ObjectWriter(std::string& out) : out_(out) { out_.push_back('{'); }
  /// `name` is a name of a schema: nothing in it needs escaping.
  void member(std::string_view name);
  void end() { out_.push_back('}'); }

 private:
  std::string& out_;
  bool first_ = true;
};

// --- where a reader stands ---------------------------------------------------------------------

/// What one document has come to; made by read_document().
struct Progress {
  std::optional<Error> error;
  /// Words of Cap'n Proto message that may still be made: a list of wide structs takes few bytes
  /// of JSON and many of memory.
  std::uint64_t words_left = 0;
};

/// The place of a value in its document, for errors: a link to the place it is in. It costs nothing
/// until fail(). Lives on the stack; the place it was made from must outlive it.
class Place {
 public:
  explicit Place(Progress& progress) : progress_(&progress) {}

  [[nodiscard]] Place member(std::string_view name) const { return {*this, name, 0}; }
  [[nodiscard]] Place element(std::size_t index) const { return {*this, {}, index}; }

  /// Notes "order.legs[2].quantity: expected a number, found a string" and gives false.
  /// `expected` follows the word "expected".
  bool fail(std::string_view expected, const boost::json::value& found) const;
  /// Notes "order.legs[2]: <what>" and gives false.
  bool fail(std::string_view what) const;

  /// Counts words of message about to be made; false, with the error noted, when they are too many.
  /// Generated code calls it before it makes a struct that is a member (its data words and
  /// pointers); the readers of text, data and lists call it themselves.
  [[nodiscard]] bool take_words(std::uint64_t words) const;

 private:
  Place(const Place& parent, std::string_view name, std::size_t index)
      : progress_(parent.progress_), parent_(&parent), name_(name), index_(index) {}
  void append_path(std::string& out) const;

  Progress* progress_;             // never null
  const Place* parent_ = nullptr;  // null: the root
  std::string_view name_;          // empty: an element
  std::size_t index_ = 0;
};

/// Words a document may make: what a reader at the other end would visit at most.
[[nodiscard]] Progress new_progress();

/// Runs `read(Place)`, a reader of the whole document, and gives its error.
template <class Read>
Result<void> read_document(Read read) {
  Progress progress = new_progress();
  if (read(Place(progress))) return {};
  return std::unexpected(std::move(*progress.error));
}

// --- readers: false when the error is noted in `at`; then `out` is unchanged -------------------

[[nodiscard]] bool read_bool(const boost::json::value& json, const Place& at, bool& out);
/// null.
[[nodiscard]] bool read_void(const boost::json::value& json, const Place& at);
/// A whole number between the bounds; 1.0 and 1e3 are whole.
[[nodiscard]] bool read_number(const boost::json::value& json, const Place& at, std::int64_t min,
                               std::int64_t max, std::int64_t& out);
/// Int8 to Int32, UInt8 to UInt32: a number in the type's range.
template <std::integral Integer>
  requires(sizeof(Integer) <= 4)
[[nodiscard]] bool read_integer(const boost::json::value& json, const Place& at, Integer& out) {
  std::int64_t number = 0;
  if (!read_number(json, at, std::numeric_limits<Integer>::min(),
                   std::numeric_limits<Integer>::max(), number)) {
    return false;
  }
  out = static_cast<Integer>(number);
  return true;
}
/// A decimal string (-?(0|[1-9][0-9]*)), or a number that is exact.
[[nodiscard]] bool read_int64(const boost::json::value& json, const Place& at, std::int64_t& out);
[[nodiscard]] bool read_uint64(const boost::json::value& json, const Place& at, std::uint64_t& out);
/// Any number, or "NaN", "Infinity", "-Infinity". A number beyond a float's range is an error.
[[nodiscard]] bool read_float32(const boost::json::value& json, const Place& at, float& out);
[[nodiscard]] bool read_float64(const boost::json::value& json, const Place& at, double& out);
/// A name of `names` (by ordinal), or any number of an enumerant.
[[nodiscard]] bool read_enum(const boost::json::value& json, const Place& at,
                             std::span<const std::string_view> names, std::uint16_t& out);
/// `out` borrows from `json`.
[[nodiscard]] bool read_text(const boost::json::value& json, const Place& at,
                             capnp::Text::Reader& out);

/// The size of the data in a base64 string; then decode_data() of the same string fills a builder
/// of that size. For read_data().
[[nodiscard]] bool read_data_size(const boost::json::value& json, const Place& at, unsigned& out);
void decode_data(const boost::json::value& json, capnp::Data::Builder out);

/// `init(size)` makes the builder: [&](auto size) { return out.initPicture(size); }
template <class Init>
[[nodiscard]] bool read_data(const boost::json::value& json, const Place& at, Init init) {
  unsigned size = 0;
  if (!read_data_size(json, at, size)) return false;
  decode_data(json, init(size));
  return true;
}

/// The array, or nullptr with the error noted. Takes `words_per_element` words for each.
[[nodiscard]] const boost::json::array* read_array(const boost::json::value& json, const Place& at,
                                                   std::uint64_t words_per_element);

/// `init(size)` makes the list's builder, `read(json, place, list, index)` one element.
/// `words_per_element`: 1 for anything up to a pointer, for a struct its data words and pointers.
template <class Init, class Read>
[[nodiscard]] bool read_list(const boost::json::value& json, const Place& at,
                             std::uint64_t words_per_element, Init init, Read read) {
  const boost::json::array* const array = read_array(json, at, words_per_element);
  if (array == nullptr) return false;
  auto list = init(static_cast<unsigned>(array->size()));
  for (unsigned index = 0; index < array->size(); ++index) {
    if (!read((*array)[index], at.element(index), list, index)) return false;
  }
  return true;
}

/// The object, or nullptr with the error noted.
[[nodiscard]] const boost::json::object* read_object(const boost::json::value& json,
                                                     const Place& at);

/// A member, or nullptr when it is missing.
[[nodiscard]] const boost::json::value* find(const boost::json::object& object,
                                             std::string_view name);

/// Which member of a union an object sets: what "which" names; without it the one member of
/// `names` that is there; without any, the first. `names` is by discriminant; a name may be empty
/// where a number is none of this union's.
[[nodiscard]] bool read_which(const boost::json::object& object, const Place& at,
                              std::span<const std::string_view> names, std::uint16_t& out);

/// The params of a call: an object by name, or an array by position.
class Params {
 public:
  /// False, with the error noted, when `json` is neither, or an array longer than `names`.
  /// `json` and `names` (in order of position) must outlive it.
  [[nodiscard]] bool open(const boost::json::value& json, const Place& at,
                          std::span<const std::string_view> names);
  /// The param at that position of `names`, or nullptr when it is missing.
  [[nodiscard]] const boost::json::value* find(std::size_t position) const;

 private:
  const boost::json::value* json_ = nullptr;
  std::span<const std::string_view> names_;
};

}  // namespace cortado::json_support
