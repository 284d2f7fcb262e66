// SPDX-License-Identifier: Apache-2.0
// protocol.ts: enums and constants without any import. An enum is a union of strings with two
// tables, not a TypeScript enum, which would not erase to JavaScript.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "codegen/json_text.hpp"
#include "codegen/names.hpp"
#include "codegen/plain.hpp"
#include "codegen/printers.hpp"

namespace cortado::codegen {
namespace {

std::string camel_case(std::string_view name) {
  std::string result(name);
  if (!result.empty() && result[0] >= 'A' && result[0] <= 'Z') {
    result[0] = static_cast<char>(result[0] - 'A' + 'a');
  }
  return result;
}

std::string literal(const Constant& constant) {
  const TypeKind kind = constant.type.kind;
  const Value& value = constant.value;
  switch (kind) {
    case TypeKind::text: return string_literal(value.text, Language::ts);
    case TypeKind::boolean: return value.bits != 0 ? "true" : "false";
    case TypeKind::int8:
    case TypeKind::int16:
    case TypeKind::int32: return std::to_string(signed_value(kind, value));
    case TypeKind::int64: return std::to_string(signed_value(kind, value)) + 'n';
    case TypeKind::uint64: return std::to_string(value.bits) + 'n';
    case TypeKind::float32:
    case TypeKind::float64: {
      const double number = float_value(kind, value);
      if (std::isnan(number)) return "Number.NaN";
      if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
      JsonText shortest(JsonText::Layout::one_line);
      shortest.float64(number);
      return shortest.text();
    }
    default: return std::to_string(value.bits);
  }
}

bool counts_from_zero(const std::vector<const Enumerant*>& enumerants) {
  std::uint32_t expected = 0;
  return std::ranges::all_of(enumerants, [&expected](const Enumerant* enumerant) {
    return enumerant->wire_number == expected++;
  });
}

void print_enum(Writer& out, const Enum& enumeration, NameScope& names) {
  const auto enumerants = enumerants_in_code_order(enumeration);
  const std::string type = names.claim(enumeration.name);
  const std::string stem = camel_case(enumeration.name);
  const std::string number = names.claim(stem + "Number");
  const std::string name = names.claim(stem + "Name");
  out.blank();
  out.doc(enumeration.doc, Language::ts);
  out.line("export type ", type, " =");
  {
    auto body = out.indent();
    for (const Enumerant* enumerant : enumerants) {
      out.line("| \"", snake_case(enumerant->name), "\"",
               enumerant == enumerants.back() ? ";" : "");
    }
    if (enumerants.empty()) out.line("never;");
  }
  out.blank();
  out.doc("The number of each on the wire.", Language::ts);
  out.line("export const ", number, " = {");
  for (const Enumerant* enumerant : enumerants) {
    auto body = out.indent();
    out.doc(enumerant->doc, Language::ts);
    out.line(snake_case(enumerant->name), ": ", std::to_string(enumerant->wire_number), ",");
  }
  out.line("} as const satisfies Readonly<Record<", type, ", number>>;");
  out.blank();
  out.doc("The name of each number the schema knows.", Language::ts);
  // Without the numbers where they are those of an array, which every page downloads.
  const bool is_array = counts_from_zero(enumerants);
  out.line("export const ", name, ": Readonly<Record<number, ", type,
           ">> = ", is_array ? "[" : "{");
  for (const Enumerant* enumerant : enumerants) {
    const std::string key = is_array ? "" : std::to_string(enumerant->wire_number) + ": ";
    out.line("  ", key, "\"", snake_case(enumerant->name), "\",");
  }
  out.line(is_array ? "];" : "};");
}

}  // namespace

std::vector<OutputFile> print_plain_ts(const File& file, Diagnostics& diagnostics) {
  check_plain(file, diagnostics);
  if (diagnostics.has_errors()) return {};
  NameScope names(ts_reserved());
  Writer out;
  out.line("// SPDX-License-Identifier: Apache-2.0");
  print_banner(out, file.path);
  for (const Constant* constant : file.constants) {
    out.blank();
    out.doc(constant->doc, Language::ts);
    out.line("export const ", names.claim(constant->name), " = ", literal(*constant), ";");
  }
  for (const Enum* enumeration : file.enums) print_enum(out, *enumeration, names);
  return {{plain_stem(file) + ".ts", out.text()}};
}

}  // namespace cortado::codegen
