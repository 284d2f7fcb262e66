// SPDX-License-Identifier: Apache-2.0
// From the schema's names to a language's: styles, reserved words, clashes. What each language
// reserves is in its own file (cpp_names.cpp, ts_names.cpp); how a clash is settled is here.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

#include "codegen/model.hpp"

namespace cortado::codegen {

/// "deadlineExceeded" -> "deadline_exceeded", "getURLOf" -> "get_url_of".
[[nodiscard]] std::string snake_case(std::string_view name);
/// "deadlineExceeded" -> "DeadlineExceeded".
[[nodiscard]] std::string pascal_case(std::string_view name);
/// "deadlineExceeded" -> "DEADLINE_EXCEEDED", exactly as capnpc-c++ names enumerants.
[[nodiscard]] std::string upper_case(std::string_view name);

/// "Exchange_Market": the names of the scopes and its own, joined by `separator`.
[[nodiscard]] std::string scoped_name(const Declaration& declaration, std::string_view separator);

/// A field's name in JSON, the same in every language: the schema's, except that a field named
/// `which` of a struct with an unnamed union is "which_", as "which" names the active member.
[[nodiscard]] std::string json_name(const Struct& structure, const Field& field);

/// Words that name no declaration: of C++ in cpp_names.cpp, of TypeScript (in modules, which are
/// strict) in ts_names.cpp.
[[nodiscard]] std::span<const std::string_view> cpp_reserved();
[[nodiscard]] std::span<const std::string_view> ts_reserved();

/// The names of one scope of generated code. A name that is reserved or taken gets underscores
/// behind it until it is neither, in the order of the calls: claim what the user chose first,
/// what is derived from it later.
class NameScope {
 public:
  /// `reserved` must outlive the scope.
  explicit NameScope(std::span<const std::string_view> reserved) : reserved_(reserved) {}

  [[nodiscard]] std::string claim(std::string_view wanted);
  /// Makes a name unavailable without asking for another.
  void block(std::string_view name) { taken_.emplace(name); }

 private:
  [[nodiscard]] bool is_free(std::string_view name) const;

  std::span<const std::string_view> reserved_;
  std::set<std::string, std::less<>> taken_;
};

/// "schema/market.capnp" -> "schema/market".
[[nodiscard]] std::string without_extension(std::string_view path);

}  // namespace cortado::codegen
