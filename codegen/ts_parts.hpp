// SPDX-License-Identifier: Apache-2.0
// Inside of print_ts(): the parts of a generated module. Its code names things by one letter: `r`
// the reader, `w` the writer, `v` the view of the data section, `d` and `p` where sections begin,
// `e` where the pointer section ends, `o` the object.
#pragma once

#include <string>

#include "codegen/model.hpp"
#include "codegen/ts_scope.hpp"
#include "codegen/writer.hpp"

namespace cortado::codegen {

// --- types and values: ts_types.cpp, ts_values.cpp -------------------------------------------

/// As read: "bigint", "Quote[]".
[[nodiscard]] std::string ts_read_type(const Type& type, TsScope& scope);
/// As written: "readonly QuoteInit[]", "ArrayLike<number>".
[[nodiscard]] std::string ts_init_type(const Type& type, TsScope& scope);
/// `interface Quote` and `interface QuoteInit`, then those of groups.
void print_ts_types(Writer& out, const Struct& structure, TsScope& scope);
void print_ts_enum(Writer& out, const Enum& enumeration, TsScope& scope);

/// A constant or default as an expression of the type as read; a new object each time.
[[nodiscard]] std::string ts_literal(const Type& type, const Value& value, TsScope& scope);

// --- code: ts_read.cpp, ts_write.cpp, ts_codec.cpp -------------------------------------------

/// `function readQuote(r)`, then those of groups.
void print_ts_reader(Writer& out, const Struct& structure, TsScope& scope);
/// `function writeQuote(w, d, p, o)`, then those of groups.
void print_ts_writer(Writer& out, const Struct& structure, TsScope& scope);
/// `export const Quote`.
void print_ts_codec(Writer& out, const Struct& structure, TsScope& scope);

/// "d", "d + 8".
[[nodiscard]] std::string ts_at(std::string_view base, std::uint32_t bytes);
/// As in the names of the runtime's functions: "Int8", "Uint64", "Text". Not of lists and structs.
[[nodiscard]] std::string_view ts_kind(TypeKind kind);

// --- services: ts_service.cpp ----------------------------------------------------------------

void print_ts_interface(Writer& out, const Interface& interface, TsScope& scope);

}  // namespace cortado::codegen
