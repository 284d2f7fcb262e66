// SPDX-License-Identifier: Apache-2.0
// Parsed JSON into values, every one checked; what is wrong is told with the place it is at.
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "rpc/json_support.hpp"
#include "wire/envelope.hpp"
#include "wire/protocol.hpp"

namespace cortado::json_support {

namespace {

/// "-1", "a string": what an error says was found.
std::string describe(const boost::json::value& json) {
  constexpr std::size_t shown_max = 40;
  switch (json.kind()) {
    case boost::json::kind::null: return "null";
    case boost::json::kind::array: return "an array";
    case boost::json::kind::object: return "an object";
    case boost::json::kind::string:
      if (json.get_string().size() > shown_max) return "a long string";
      return boost::json::serialize(json);
    case boost::json::kind::double_: {  // as it was written, more or less: not 1.5E0
      std::array<char, 32> digits;
      const auto end =
          std::to_chars(digits.data(), digits.data() + digits.size(), json.get_double()).ptr;
      return std::string(digits.data(), end);
    }
    default: return boost::json::serialize(json);
  }
}

std::string range_text(std::int64_t min, std::int64_t max) {
  return "a number from " + std::to_string(min) + " to " + std::to_string(max);
}

/// A whole number that a double holds exactly, as JSON has 1.0 and 1e3 too.
template <class Integer>
bool exact(double value, Integer& out) {
  constexpr double exact_max = 9007199254740992.0;  // 2^53
  if (!(value >= -exact_max && value <= exact_max) || value != std::trunc(value)) return false;
  if constexpr (std::is_unsigned_v<Integer>) {
    if (value < 0) return false;
  }
  out = static_cast<Integer>(value);
  return true;
}

/// The number of any kind, when it is a whole one that fits.
template <class Integer>
bool whole(const boost::json::value& json, Integer& out) {
  if (const auto* number = json.if_int64()) {
    if (!std::in_range<Integer>(*number)) return false;
    out = static_cast<Integer>(*number);
    return true;
  }
  if (const auto* number = json.if_uint64()) {
    if (!std::in_range<Integer>(*number)) return false;
    out = static_cast<Integer>(*number);
    return true;
  }
  const auto* number = json.if_double();
  return number != nullptr && exact(*number, out);
}

/// Digits as they are written, and nothing else: no plus, no space, no leading zero.
template <class Integer>
bool decimal(std::string_view text, Integer& out) {
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return false;
  if (text == "-0") {
    out = 0;
    return true;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

template <class Integer>
bool read_wide(const boost::json::value& json, const Place& at, std::string_view expected,
               Integer& out) {
  Integer number = 0;
  const auto* text = json.if_string();
  const bool is_read = text != nullptr ? decimal<Integer>(*text, number) : whole(json, number);
  if (!is_read) return at.fail(expected, json);
  out = number;
  return true;
}

/// A number or one of the three names of what is no number.
bool floating(const boost::json::value& json, double& out) {
  if (json.is_number()) {
    out = json.to_number<double>();
    return true;
  }
  const auto* text = json.if_string();
  if (text == nullptr) return false;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (*text == "NaN") {
    out = std::numeric_limits<double>::quiet_NaN();
  } else if (*text == "Infinity") {
    out = infinity;
  } else if (*text == "-Infinity") {
    out = -infinity;
  } else {
    return false;
  }
  return true;
}

std::uint64_t words_of(std::size_t bytes) { return bytes / 8 + 1; }

}  // namespace

Progress new_progress() { return {std::nullopt, wire::reader_traversal_words_max}; }

void Place::append_path(std::string& out) const {
  if (parent_ == nullptr) return;
  parent_->append_path(out);
  if (name_.empty()) {
    out += "[" + std::to_string(index_) + "]";
  } else {
    if (!out.empty()) out.push_back('.');
    out += name_;
  }
}

bool Place::fail(std::string_view what) const {
  std::string message;
  append_path(message);
  if (!message.empty()) message += ": ";
  message += what;
  message.resize(wire::cut_at_character(message, wire::error_message_size_max).size());
  progress_->error = Error{StatusCode::invalid_argument, std::move(message), 0, {}};
  return false;
}

bool Place::fail(std::string_view expected, const boost::json::value& found) const {
  return fail("expected " + std::string(expected) + ", found " + describe(found));
}

bool Place::take_words(std::uint64_t words) const {
  if (words > progress_->words_left) return fail("the message would be too large");
  progress_->words_left -= words;
  return true;
}

bool read_bool(const boost::json::value& json, const Place& at, bool& out) {
  const bool* const value = json.if_bool();
  if (value == nullptr) return at.fail("true or false", json);
  out = *value;
  return true;
}

bool read_void(const boost::json::value& json, const Place& at) {
  return json.is_null() || at.fail("null", json);
}

bool read_number(const boost::json::value& json, const Place& at, std::int64_t min,
                 std::int64_t max, std::int64_t& out) {
  std::int64_t number = 0;
  if (!whole(json, number) || number < min || number > max) {
    return at.fail(range_text(min, max), json);
  }
  out = number;
  return true;
}

bool read_int64(const boost::json::value& json, const Place& at, std::int64_t& out) {
  return read_wide(json, at, "a decimal string of 64 bits", out);
}

bool read_uint64(const boost::json::value& json, const Place& at, std::uint64_t& out) {
  return read_wide(json, at, "a decimal string of 64 bits without a sign", out);
}

bool read_float64(const boost::json::value& json, const Place& at, double& out) {
  return floating(json, out) || at.fail(R"(a number, "NaN", "Infinity" or "-Infinity")", json);
}

bool read_float32(const boost::json::value& json, const Place& at, float& out) {
  double number = 0;
  if (!read_float64(json, at, number)) return false;
  const auto narrow = static_cast<float>(number);
  if (std::isinf(narrow) && std::isfinite(number)) {
    return at.fail("a number that 32 bits can hold", json);
  }
  out = narrow;
  return true;
}

bool read_enum(const boost::json::value& json, const Place& at,
               std::span<const std::string_view> names, std::uint16_t& out) {
  if (const auto* text = json.if_string()) {
    const auto found = std::ranges::find(names, std::string_view(*text));
    if (found == names.end() || text->empty()) return at.fail("a name of the schema", json);
    out = static_cast<std::uint16_t>(found - names.begin());
    return true;
  }
  std::uint16_t number = 0;
  if (!whole(json, number)) return at.fail("a name of the schema, or its number", json);
  out = number;
  return true;
}

bool read_text(const boost::json::value& json, const Place& at, capnp::Text::Reader& out) {
  const boost::json::string* const text = json.if_string();
  if (text == nullptr) return at.fail("a string", json);
  if (!at.take_words(words_of(text->size()))) return false;
  out = capnp::Text::Reader(text->c_str(), text->size());
  return true;
}

const boost::json::array* read_array(const boost::json::value& json, const Place& at,
                                     std::uint64_t words_per_element) {
  const boost::json::array* const array = json.if_array();
  if (array == nullptr) {
    at.fail("an array", json);
    return nullptr;
  }
  // A struct takes at least the word that says so.
  const std::uint64_t words = std::max<std::uint64_t>(words_per_element, 1);
  if (words > UINT32_MAX || !at.take_words(array->size() * words + 1)) return nullptr;
  return array;
}

const boost::json::object* read_object(const boost::json::value& json, const Place& at) {
  const boost::json::object* const object = json.if_object();
  if (object == nullptr) at.fail("an object", json);
  return object;
}

const boost::json::value* find(const boost::json::object& object, std::string_view name) {
  return object.if_contains(name);
}

bool read_which(const boost::json::object& object, const Place& at,
                std::span<const std::string_view> names, std::uint16_t& out) {
  if (const boost::json::value* const which = find(object, "which")) {
    const auto* text = which->if_string();
    const auto found =
        text == nullptr ? names.end() : std::ranges::find(names, std::string_view(*text));
    if (found == names.end() || text->empty()) {
      return at.member("which").fail("the name of a member of the union", *which);
    }
    out = static_cast<std::uint16_t>(found - names.begin());
    return true;
  }
  std::uint16_t chosen = 0;
  bool is_chosen = false;
  for (std::size_t index = 0; index < names.size(); ++index) {
    if (names[index].empty() || find(object, names[index]) == nullptr) continue;
    if (is_chosen) return at.fail("more than one member of a union, and no \"which\"");
    chosen = static_cast<std::uint16_t>(index);
    is_chosen = true;
  }
  out = chosen;
  return true;
}

bool Params::open(const boost::json::value& json, const Place& at,
                  std::span<const std::string_view> names) {
  json_ = &json;
  names_ = names;
  if (json.is_object()) return true;
  const boost::json::array* const array = json.if_array();
  if (array == nullptr) return at.fail("an object or an array", json);
  if (array->size() <= names.size()) return true;
  return at.fail("expected at most " + std::to_string(names.size()) + " params, found " +
                 std::to_string(array->size()));
}

const boost::json::value* Params::find(std::size_t position) const {
  if (const boost::json::object* const object = json_->if_object()) {
    return json_support::find(*object, names_[position]);
  }
  const boost::json::array& array = json_->get_array();
  return position < array.size() ? &array[position] : nullptr;
}

}  // namespace cortado::json_support
