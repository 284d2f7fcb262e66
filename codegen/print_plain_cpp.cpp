// SPDX-License-Identifier: Apache-2.0
// protocol.hpp: enums and constants for code that links no Cap'n Proto.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "codegen/json_text.hpp"
#include "codegen/names.hpp"
#include "codegen/plain.hpp"
#include "codegen/printers.hpp"

namespace cortado::codegen {
namespace {

std::string integer_type(TypeKind kind) {
  const bool is_signed = kind == TypeKind::int8 || kind == TypeKind::int16 ||
                         kind == TypeKind::int32 || kind == TypeKind::int64;
  return std::string(is_signed ? "std::int" : "std::uint") + std::to_string(data_bits(kind)) + "_t";
}

std::string float_literal(TypeKind kind, const Value& value) {
  const std::string type = kind == TypeKind::float32 ? "float" : "double";
  const double number = float_value(kind, value);
  const std::string limits = "std::numeric_limits<" + type + ">::";
  if (std::isnan(number)) return limits + "quiet_NaN()";
  if (std::isinf(number)) return (number < 0 ? "-" : "") + limits + "infinity()";
  JsonText shortest(JsonText::Layout::one_line);
  kind == TypeKind::float32 ? shortest.float32(static_cast<float>(number))
                            : shortest.float64(number);
  std::string digits = shortest.text();
  if (digits.find_first_of(".e") == std::string::npos) digits += ".0";
  return kind == TypeKind::float32 ? digits + 'f' : digits;
}

std::string integer_literal(TypeKind kind, const Value& value) {
  if (integer_type(kind).starts_with("std::uint")) return std::to_string(value.bits);
  const std::int64_t number = signed_value(kind, value);
  if (number != std::numeric_limits<std::int64_t>::min()) return std::to_string(number);
  return "std::numeric_limits<std::int64_t>::min()";  // it has no literal
}

class PlainCppPrinter {
 public:
  explicit PlainCppPrinter(const File& file) : file_(file), names_(cpp_reserved()) {}

  OutputFile print() {
    Writer body;
    for (const Constant* constant : file_.constants) print_constant(body, *constant);
    for (const Enum* enumeration : file_.enums) print_enum(body, *enumeration);
    Writer out;
    out.line("// SPDX-License-Identifier: Apache-2.0");
    print_banner(out, file_.path);
    out.line("#pragma once");
    includes_.add("<cstdint>");
    includes_.print(out);
    out.blank();
    if (!file_.cxx_namespace.empty()) {
      out.line("namespace ", file_.cxx_namespace, " {");
      out.line("");
    }
    out.append(body);
    out.blank();
    if (!file_.cxx_namespace.empty()) out.line("}  // namespace ", file_.cxx_namespace);
    return {plain_stem(file_) + ".hpp", out.text()};
  }

 private:
  void print_constant(Writer& out, const Constant& constant) {
    const TypeKind kind = constant.type.kind;
    std::string type;
    std::string literal;
    if (kind == TypeKind::text) {
      includes_.add("<string_view>");
      type = "std::string_view";
      literal = string_literal(constant.value.text, Language::cpp);
      const bool has_zero = constant.value.text.find('\0') != std::string::npos;
      if (has_zero)
        literal = '{' + literal + ", " + std::to_string(constant.value.text.size()) + '}';
    } else if (kind == TypeKind::boolean) {
      type = "bool";
      literal = constant.value.bits != 0 ? "true" : "false";
    } else if (kind == TypeKind::float32 || kind == TypeKind::float64) {
      type = kind == TypeKind::float32 ? "float" : "double";
      literal = float_literal(kind, constant.value);
    } else {
      type = integer_type(kind);
      literal = integer_literal(kind, constant.value);
    }
    if (literal.find("numeric_limits") != std::string::npos) includes_.add("<limits>");
    out.blank();
    out.doc(constant.doc, Language::cpp);
    out.line("inline constexpr ", type, " ", names_.claim(snake_case(constant.name)), " = ",
             literal, ";");
  }

  void print_enum(Writer& out, const Enum& enumeration) {
    includes_.add("<optional>");
    includes_.add("<string_view>");
    const std::string type = names_.claim(enumeration.name);
    NameScope scope(cpp_reserved());
    std::map<const Enumerant*, std::string> names;
    std::uint32_t number_max = 0;
    for (const Enumerant& enumerant : enumeration.enumerants) {
      names[&enumerant] = scope.claim(snake_case(enumerant.name));
      number_max = std::max(number_max, enumerant.wire_number);
    }
    const std::string_view base = number_max > 0xffff ? "std::uint32_t"
                                  : number_max > 0xff ? "std::uint16_t"
                                                      : "std::uint8_t";
    out.blank();
    out.doc(enumeration.doc, Language::cpp);
    out.line("enum class ", type, " : ", base, " {");
    for (const Enumerant* enumerant : enumerants_in_code_order(enumeration)) {
      auto body = out.indent();
      out.doc(enumerant->doc, Language::cpp);
      out.line(names[enumerant], " = ", std::to_string(enumerant->wire_number), ",");
    }
    out.line("};");
    out.blank();
    out.line("/// The name in the schema, in snake_case; empty for a number without one.");
    out.line("[[nodiscard]] constexpr std::string_view name(", type, " value) {");
    {
      auto body = out.indent();
      {
        auto cases = out.block("switch (value) {", "}");
        for (const Enumerant* enumerant : enumerants_in_code_order(enumeration)) {
          out.line("case ", type, "::", names[enumerant], ": return \"",
                   snake_case(enumerant->name), "\";");
        }
      }
      out.line("return {};");
    }
    out.line("}");
    out.blank();
    print_conversion(out, enumeration, type);
  }

  static void print_conversion(Writer& out, const Enum& enumeration, const std::string& type) {
    std::vector<std::uint32_t> numbers;
    for (const Enumerant& enumerant : enumeration.enumerants)
      numbers.push_back(enumerant.wire_number);
    std::ranges::sort(numbers);
    out.line("/// nullopt for a number the schema does not know.");
    const std::string signature = "[[nodiscard]] constexpr std::optional<" + type + "> to_" +
                                  snake_case(enumeration.name) + "(std::uint32_t number) {";
    auto body = out.block(signature, "}");
    for (std::size_t begin = 0; begin < numbers.size();) {
      std::size_t end = begin + 1;
      while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1) ++end;
      const std::string first = std::to_string(numbers[begin]);
      const std::string last = std::to_string(numbers[end - 1]);
      const std::string condition = end == begin + 1 ? "number == " + first
                                    : numbers[begin] == 0
                                        ? "number <= " + last
                                        : "number >= " + first + " && number <= " + last;
      out.line("if (", condition, ") return static_cast<", type, ">(number);");
      begin = end;
    }
    out.line("return std::nullopt;");
  }

  const File& file_;
  NameScope names_;
  Includes includes_;
};

}  // namespace

std::vector<OutputFile> print_plain_cpp(const File& file, Diagnostics& diagnostics) {
  check_plain(file, diagnostics);
  if (diagnostics.has_errors()) return {};
  return {PlainCppPrinter(file).print()};
}

}  // namespace cortado::codegen
