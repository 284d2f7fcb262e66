// SPDX-License-Identifier: Apache-2.0
// market.cortado.json.hpp and .cpp: to_json and from_json of each struct, the JSON codec of each
// service. The shape of the JSON: rpc/json.hpp.
#include <string>
#include <vector>

#include "codegen/cpp_json.hpp"
#include "codegen/cpp_names.hpp"
#include "codegen/openrpc.hpp"
#include "codegen/printers.hpp"

namespace cortado::codegen {
namespace {

/// A raw string literal; its delimiter does not occur in the text.
std::string raw_literal(const std::string& text) {
  std::string delimiter = "json";
  while (text.find(')' + delimiter + '"') != std::string::npos) delimiter += '_';
  return "R\"" + delimiter + '(' + text + ')' + delimiter + '"';
}

void wrap(Writer& out, const File& file, const Writer& body) {
  if (body.empty()) return;
  const std::string begin = cpp_namespace_begin(file);
  out.blank();
  if (!begin.empty()) out.line(begin);
  if (!begin.empty()) out.line("");
  out.append(body);
  out.blank();
  if (!begin.empty()) out.line(cpp_namespace_end(file));
}

OutputFile print_header(const File& file) {
  Writer body;
  for (const Struct* structure : all_structs(file)) {
    const std::string type = cpp_type(*structure, file);
    body.blank();
    body.line("/// Appends it to `out`.");
    body.line("void to_json(", type, "::Reader value, std::string& out);");
    body.line("/// Fills `out`, which is new; what it is after an error is unspecified.");
    body.line("::cortado::Result<void> from_json(const ::boost::json::value& json, ", type,
              "::Builder out);");
    body.line("/// For from_json() of what contains it.");
    body.line("[[nodiscard]] bool read_json(const ::boost::json::value& json,");
    body.line("                             const ::cortado::json_support::Place& at, ", type,
              "::Builder out);");
  }
  for (const Enum* enumeration : all_enums(file)) {
    body.blank();
    body.line("/// For to_json() and from_json() of what contains it: all names, by number.");
    body.line("[[nodiscard]] std::span<const std::string_view> json_names(",
              cpp_type(*enumeration, file), ");");
  }
  Writer out;
  print_banner(out, file.path);
  out.line("#pragma once");
  Includes includes;
  for (const char* header : {"<boost/json/value.hpp>", "<span>", "<string>", "<string_view>",
                             "\"rpc/error.hpp\"", "\"rpc/json_support.hpp\""}) {
    includes.add(header);
  }
  includes.add(cpp_own_include(file, ".h"));
  includes.print(out);
  wrap(out, file, body);
  return {without_extension(file.path) + ".cortado.json.hpp", out.text()};
}

void print_enum_names(Writer& out, const Enum& enumeration, const File& file) {
  std::vector<std::string> names;
  for (const Enumerant& enumerant : enumeration.enumerants) names.push_back(enumerant.name);
  out.blank();
  out.line("std::span<const std::string_view> json_names(", cpp_type(enumeration, file), ") {");
  {
    auto body = out.indent();
    print_names(out, "names", names);
    out.line("return names;");
  }
  out.line("}");
}

void print_struct(Writer& out, const Struct& structure, const CppJsonScope& scope) {
  Writer groups;
  print_group_writers(groups, structure, scope);
  print_group_readers(groups, structure, scope);
  if (!groups.empty()) {
    out.blank();
    out.line("namespace {");
    out.line("");
    out.append(groups);
    out.blank();
    out.line("}  // namespace");
  }
  print_to_json(out, structure, scope);
  print_read_json(out, structure, scope);
  out.blank();
  out.line("::cortado::Result<void> from_json(const ::boost::json::value& json, ",
           cpp_type(structure, scope.file()), "::Builder out) {");
  {
    auto body = out.indent();
    out.line("return json_support::read_document([&](const json_support::Place& root) {");
    out.line("  return ", cpp_function(scope.file(), "read_json"), "(json, root, out);");
    out.line("});");
  }
  out.line("}");
}

void print_codec(Writer& out, const Interface& interface, const File& file) {
  const std::string count = std::to_string(interface.methods.size());
  out.blank();
  out.line("const ::cortado::JsonCodec& ", cpp_class_names(interface).service, "::json_codec() {");
  {
    auto body = out.indent();
    out.line("static constexpr std::array<::cortado::JsonMethod, ", count, "> methods = {{");
    for (const Method& method : interface.methods) {
      const std::string params = cpp_type(*method.params, file);
      const std::string results = cpp_type(*method.results, file);
      out.line("    {[](const ::boost::json::value& json, ::capnp::AnyPointer::Builder params) {");
      out.line("       return ", cpp_function(*method.params->file, "from_json"),
               "(json, params.initAs<", params, ">());");
      out.line("     },");
      out.line("     [](::capnp::AnyPointer::Reader results, std::string& out) {");
      out.line("       ", cpp_function(*method.results->file, "to_json"), "(results.getAs<",
               results, ">(), out);");
      out.line("     }},");
    }
    out.line("}};");
    out.line("static constexpr ::cortado::JsonCodec codec = {");
    out.line("    methods,");
    out.line("    ", raw_literal(openrpc_fragment(interface)), "};");
    out.line("return codec;");
  }
  out.line("}");
}

OutputFile print_source(const File& file) {
  const CppJsonScope scope(file);
  Writer body;
  const auto structs = all_structs(file);
  if (!structs.empty()) {
    body.line("namespace json_support = ::cortado::json_support;");
    scope.print_tables(body);
  }
  for (const Enum* enumeration : all_enums(file)) print_enum_names(body, *enumeration, file);
  for (const Struct* structure : structs) print_struct(body, *structure, scope);
  const auto interfaces = all_interfaces(file);
  for (const Interface* interface : interfaces) print_codec(body, *interface, file);

  Writer out;
  print_banner(out, file.path);
  out.line("#include ", cpp_own_include(file, ".cortado.json.hpp"));
  Includes includes;
  const auto add_if_used = [&](std::string_view word, std::string_view header) {
    if (body.text().find(word) != std::string::npos) includes.add(header);
  };
  add_if_used("::boost::json::object", "<boost/json/object.hpp>");
  add_if_used("::capnp::AnyPointer", "<capnp/any.h>");
  add_if_used("::capnp::Orphan", "<capnp/orphan.h>");
  add_if_used("std::array", "<array>");
  add_if_used("std::bit_cast", "<bit>");
  add_if_used("std::uint", "<cstdint>");
  add_if_used("std::numeric_limits", "<limits>");
  for (const Import& import : file.imports) {
    if (import.is_used) includes.add(cpp_include(import, ".cortado.json.hpp"));
  }
  if (!interfaces.empty()) {
    includes.add(cpp_own_include(file, ".cortado.hpp"));
    includes.add("\"rpc/json.hpp\"");
  }
  includes.print(out);
  wrap(out, file, body);
  return {without_extension(file.path) + ".cortado.json.cpp", out.text()};
}

}  // namespace

CppJsonScope::CppJsonScope(const File& file) : file_(file) {
  NameScope names(cpp_reserved());
  for (const Struct* structure : all_structs(file)) {
    name_tables(*structure, snake_case(scoped_name(*structure, "_")), names);
  }
}

void CppJsonScope::name_tables(const Struct& structure, const std::string& scope,
                               NameScope& names) {
  if (structure.discriminant_count > 0) {
    which_tables_.emplace(&structure, names.claim(scope + "_which"));
  }
  for (const Field& field : structure.fields) {
    if (field.group != nullptr)
      name_tables(*field.group, scope + '_' + snake_case(field.name), names);
  }
}

void CppJsonScope::print_tables(Writer& out) const {
  if (which_tables_.empty()) return;
  out.blank();
  out.line("namespace {");
  out.line("");
  // By name, not by address: the output of two runs is the same.
  std::map<std::string, const Struct*> by_name;
  for (const auto& [structure, name] : which_tables_) by_name.emplace(name, structure);
  for (const auto& [name, structure] : by_name) {
    std::vector<std::string> names(structure->discriminant_count);
    for (const Field& field : structure->fields) {
      if (field.discriminant) names[*field.discriminant] = json_name(*structure, field);
    }
    out.blank();
    print_names(out, name, names);
  }
  out.blank();
  out.line("}  // namespace");
}

void print_names(Writer& out, const std::string& variable, const std::vector<std::string>& names) {
  constexpr std::size_t columns_max = 90;
  const std::string first = "static constexpr std::array<std::string_view, " +
                            std::to_string(names.size()) + "> " + variable + " = {";
  std::vector<std::string> lines(1);
  for (const std::string& name : names) {
    if (lines.back().size() + name.size() + 4 > columns_max) lines.emplace_back();
    lines.back() += (lines.back().empty() ? "\"" : " \"") + name + "\",";
  }
  if (lines.size() == 1 && first.size() + lines[0].size() < columns_max) {
    const std::string_view list = lines[0];
    return out.line(first, list.substr(0, list.empty() ? 0 : list.size() - 1), "};");
  }
  auto body = out.block(first, "};");
  for (const std::string& line : lines) out.line(line);
}

std::vector<OutputFile> print_cpp_json(const File& file, Diagnostics& diagnostics) {
  check_cpp_names(file, diagnostics);
  if (diagnostics.has_errors()) return {};
  return {print_header(file), print_source(file)};
}

}  // namespace cortado::codegen
