// SPDX-License-Identifier: Apache-2.0
// Names in C++: those that capnpc-c++ has given (they must be met exactly) and those of Cortado's
// own generated classes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codegen/diagnostics.hpp"
#include "codegen/model.hpp"
#include "codegen/names.hpp"

namespace cortado::codegen {

/// How code in the namespace of `from` names a type that capnpc-c++ made: "Market::QuoteParams",
/// "::other::Quote" when it is of another namespace. A group is "Shape::Circle".
[[nodiscard]] std::string cpp_type(const Declaration& declaration, const File& from);
/// Its name in capnpc-c++'s code, without scope.
[[nodiscard]] std::string cpp_own_name(const Declaration& declaration);
/// "::trading::Market::QuoteParams".
[[nodiscard]] std::string cpp_full_type(const Declaration& declaration);
/// The type capnp uses for values of this type in lists: "::capnp::List<::capnp::Text>".
[[nodiscard]] std::string cpp_value_type(const Type& type, const File& from);

/// "Price", as in getPrice() and setPrice().
[[nodiscard]] std::string cpp_accessor(const Field& field);
/// "CIRCLE", of enumerants and of `Which`.
[[nodiscard]] std::string cpp_constant(std::string_view name, std::string_view cxx_name);

/// `prefix` + "::" + name, or "::" + name outside of any namespace: a function of a schema's
/// namespace, found whatever is declared near the caller.
[[nodiscard]] std::string cpp_function(const File& file, std::string_view name);

/// "\"market.cortado.hpp\"" for an include of what is generated from an import.
[[nodiscard]] std::string cpp_include(const Import& import, std::string_view extension);
/// The same for a file itself, from its own generated code.
[[nodiscard]] std::string cpp_own_include(const File& file, std::string_view extension);

/// "namespace a::b {" and "}  // namespace a::b"; empty outside of any namespace.
[[nodiscard]] std::string cpp_namespace_begin(const File& file);
[[nodiscard]] std::string cpp_namespace_end(const File& file);

/// The names of the classes made of one interface.
struct CppClassNames {
  std::string client;   // "MarketClient", "Exchange_MarketClient"
  std::string service;  // "MarketService"
};
/// They are chosen for all interfaces of a file at once, so that they clash with nothing.
[[nodiscard]] CppClassNames cpp_class_names(const Interface& interface);

/// The member functions of both classes, by ordinal: "place_order".
[[nodiscard]] std::vector<std::string> cpp_method_names(const Interface& interface);

/// Says what capnpc-c++ would make uncompilable code of.
void check_cpp_names(const File& file, Diagnostics& diagnostics);

}  // namespace cortado::codegen
