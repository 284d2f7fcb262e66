// SPDX-License-Identifier: Apache-2.0
// market.cortado.ts: types, codecs, service interfaces, descriptors and clients of one schema, over
// `cortado/codec`. What nobody imports by name a bundler drops.
#include "codegen/printers.hpp"
#include "codegen/ts_parts.hpp"

namespace cortado::codegen {
namespace {

void print_constant(Writer& out, const Constant& constant, TsScope& scope) {
  out.blank();
  out.doc(constant.doc, Language::ts);
  out.line("export const ", scope.constant(constant), ": ", ts_read_type(constant.type, scope),
           " = ", ts_literal(constant.type, constant.value, scope), ";");
}

}  // namespace

std::vector<OutputFile> print_ts(const File& file, Diagnostics& /*diagnostics*/) {
  TsScope scope(file);
  Writer body;
  for (const Constant* constant : all_constants(file)) print_constant(body, *constant, scope);
  for (const Enum* enumeration : all_enums(file)) print_ts_enum(body, *enumeration, scope);
  for (const Struct* structure : all_structs(file)) {
    print_ts_types(body, *structure, scope);
    print_ts_codec(body, *structure, scope);
    print_ts_reader(body, *structure, scope);
    print_ts_writer(body, *structure, scope);
  }
  for (const Interface* interface : all_interfaces(file)) {
    print_ts_interface(body, *interface, scope);
  }

  Writer out;
  print_banner(out, file.path);
  // Constants alone need nothing.
  const bool needs_codec =
      !all_enums(file).empty() || !all_structs(file).empty() || !all_interfaces(file).empty();
  if (needs_codec) out.line("import * as $ from \"cortado/codec\";");
  scope.print_imports(out);
  out.blank();
  out.append(body);
  if (body.empty()) out.line("export {};");
  return {{without_extension(file.path) + ".cortado.ts", out.text()}};
}

}  // namespace cortado::codegen
