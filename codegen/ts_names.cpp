// SPDX-License-Identifier: Apache-2.0
// Words of TypeScript. What generated modules import is behind `$` and `$1`, which no schema can
// name; so only the language's own words and the globals that generated code uses are reserved.
#include <array>

#include "codegen/names.hpp"

namespace cortado::codegen {
namespace {

constexpr auto reserved = std::to_array<std::string_view>({
    // of every script
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "new",
    "null",
    "return",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    // of strict code and modules
    "arguments",
    "await",
    "eval",
    "implements",
    "interface",
    "let",
    "package",
    "private",
    "protected",
    "public",
    "static",
    "yield",
    // globals that generated code uses
    "ArrayLike",
    "DataView",
    "Infinity",
    "NaN",
    "Promise",
    "Uint8Array",
    "undefined",
});

}  // namespace

std::span<const std::string_view> ts_reserved() { return reserved; }

}  // namespace cortado::codegen
