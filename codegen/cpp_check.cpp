// SPDX-License-Identifier: Apache-2.0
// What capnpc-c++ would make uncompilable code of, said before a compiler does.
#include <array>
#include <cmath>
#include <map>

#include "codegen/cpp_names.hpp"

namespace cortado::codegen {
namespace {

/// Types and constants that capnpc-c++ puts into one C++ scope.
class ScopeCheck {
 public:
  explicit ScopeCheck(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void take(std::string name, std::string what) {
    taken_.emplace(std::move(name), std::move(what));
  }

  void claim(const std::string& name, const Location& where, const std::string& what) {
    const auto [entry, is_new] = taken_.emplace(name, what);
    if (is_new) return;
    diagnostics_.error(where, what + " becomes '" + name + "' in C++",
                       "that is already the name of " + entry->second,
                       "rename it, or give it another name in C++ with $Cxx.name");
  }

 private:
  Diagnostics& diagnostics_;
  std::map<std::string, std::string, std::less<>> taken_;
};

void check_macro(std::string_view constant, const Location& where, Diagnostics& diagnostics) {
  constexpr auto macros = std::to_array<std::string_view>(
      {"EOF", "NAN", "INFINITY", "BUFSIZ", "EDOM", "ERANGE", "EILSEQ", "SIGINT", "SIGTERM",
       "SIGSEGV", "SIGABRT", "SIGFPE", "SIGILL", "DOMAIN", "OVERFLOW", "UNDERFLOW", "TRUE",
       "FALSE"});
  for (const std::string_view macro : macros) {
    if (macro != constant) continue;
    diagnostics.warning(where, "it becomes '" + std::string(constant) + "' in C++",
                        "a standard header may define a macro of that name",
                        "give it another name in C++ with $Cxx.name");
  }
}

void check_float(const Constant& constant, Diagnostics& diagnostics) {
  const TypeKind kind = constant.type.kind;
  if (kind != TypeKind::float32 && kind != TypeKind::float64) return;
  if (std::isfinite(float_value(kind, constant.value))) return;
  diagnostics.error(constant.where, "constant '" + constant.name + "' is not finite",
                    "capnpc-c++ writes what is no C++ for it", "make it the default of a field");
}

void check_scope(const Declaration& scope, Diagnostics& diagnostics) {
  ScopeCheck check(diagnostics);
  const auto* structure = dynamic_cast<const Struct*>(&scope);
  const auto* interface = dynamic_cast<const Interface*>(&scope);
  if (structure != nullptr || interface != nullptr) {
    check.take(cpp_own_name(scope), "the scope it is in");
  }
  if (structure != nullptr) {
    for (const char* name : {"Reader", "Builder", "Pipeline"})
      check.take(name, "a generated class");
    if (structure->discriminant_count > 0) check.take("Which", "the generated enum of the union");
  }
  if (interface != nullptr) {
    for (const char* name : {"Client", "Server"}) check.take(name, "a generated class");
  }
  const auto claim_all = [&check](const auto& declarations, const std::string& kind) {
    for (const auto* declaration : declarations) {
      check.claim(cpp_own_name(*declaration), declaration->where,
                  kind + " '" + declaration->name + "'");
    }
  };
  claim_all(scope.structs, "struct");
  claim_all(scope.enums, "enum");
  claim_all(scope.interfaces, "interface");
  for (const Constant* constant : scope.constants) {
    check.claim(cpp_constant(constant->name, constant->cxx_name), constant->where,
                "constant '" + constant->name + "'");
  }
  for (const Constant* constant : scope.constants) check_float(*constant, diagnostics);
  for (const Enum* enumeration : scope.enums) {
    for (const Enumerant& enumerant : enumeration->enumerants) {
      check_macro(cpp_constant(enumerant.name, enumerant.cxx_name), enumerant.where, diagnostics);
    }
  }
  if (structure != nullptr) {
    for (const Field& field : structure->fields) {
      if (field.discriminant.has_value()) {
        check_macro(cpp_constant(field.name, field.cxx_name), field.where, diagnostics);
      }
      if (field.group == nullptr) continue;
      check.claim(cpp_own_name(*field.group), field.where, "group '" + field.name + "'");
      check_scope(*field.group, diagnostics);
    }
  }
  for (const Struct* nested : scope.structs) check_scope(*nested, diagnostics);
  for (const Interface* nested : scope.interfaces) check_scope(*nested, diagnostics);
}

}  // namespace

void check_cpp_names(const File& file, Diagnostics& diagnostics) {
  for (const Import& import : file.imports) {
    if (!import.is_used || import.is_direct) continue;
    diagnostics.error(import.used_at, "the type is an alias of one in '" + import.path + "'",
                      "capnpc-c++ includes only what a file imports itself",
                      "add `using import \"" + import.path + "\".(name)` and use that");
  }
  check_scope(file, diagnostics);
}

}  // namespace cortado::codegen
