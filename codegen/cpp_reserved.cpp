// SPDX-License-Identifier: Apache-2.0
// Words that name nothing in C++, up to C++23.
#include <array>

#include "codegen/names.hpp"

namespace cortado::codegen {
namespace {

// clang-format off
constexpr auto reserved = std::to_array<std::string_view>({
    "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break",
    "case", "catch", "char", "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return",
    "co_yield", "compl", "concept", "const", "const_cast", "consteval", "constexpr", "constinit",
    "continue", "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum",
    "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if", "inline",
    "int", "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr",
    "operator", "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast",
    "requires", "return", "short", "signed", "sizeof", "static", "static_assert", "static_cast",
    "struct", "switch", "template", "this", "thread_local", "throw", "true", "try", "typedef",
    "typeid", "typename", "union", "unsigned", "using", "virtual", "void", "volatile", "wchar_t",
    "while", "xor", "xor_eq",
    // Macros that a standard header may define in lower case.
    "assert", "errno", "stdin", "stdout", "stderr", "unix", "linux",
});
// clang-format on

}  // namespace

std::span<const std::string_view> cpp_reserved() { return reserved; }

}  // namespace cortado::codegen
