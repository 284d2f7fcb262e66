// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "codegen/ts_parts.hpp"

namespace cortado::codegen {
namespace {

/// An interface id does not fit a number: its halves do.
std::string half(std::uint64_t id, unsigned shift) {
  return std::to_string((id >> shift) & 0xffffffffU);
}

void print_service(Writer& out, const Interface& interface, TsScope& scope) {
  out.blank();
  out.doc(interface.doc, Language::ts);
  auto body = out.block("export interface " + scope.service(interface) + " {", "}");
  for (const Method* method : methods_in_code_order(interface)) {
    if (!is_unary(*method)) continue;
    const std::string results = scope.init(*method->results);
    out.doc(method->doc, Language::ts);
    // In an interface a bare `new(` is a constructor.
    out.line(method->name == "new" ? "\"new\"" : ts_method(*method), "(");
    out.line("  params: ", scope.type(*method->params), ",");
    out.line("  call: $.ServerCall,");
    out.line("): Promise<", results, "> | ", results, ";");
  }
}

void print_method(Writer& out, const Method& method, TsScope& scope) {
  const std::uint64_t id = method.interface->id;
  const std::uint32_t ttl_ms = method.cache ? method.cache->ttl_ms : 0;
  out.blank();
  out.line("const ", scope.descriptor(method), ": $.MethodDescriptor<");
  out.line("  ", scope.init(*method.params), ",");
  out.line("  ", scope.type(*method.results));
  auto body = out.block("> = {", "};");
  out.line("service: \"", dotted_name(*method.interface), "\",");
  out.line("name: \"", method.name, "\",");
  out.line("interfaceIdLow: ", half(id, 0), ",");
  out.line("interfaceIdHigh: ", half(id, 32), ",");
  out.line("ordinal: ", std::to_string(method.ordinal), ",");
  out.line("idempotent: ", method.idempotent ? "true" : "false", ",");
  out.line("deadlineMs: ", std::to_string(method.deadline_ms), ",");
  out.line("cacheTtlMs: ", std::to_string(ttl_ms), ",");
  out.line("params: ", scope.type(*method.params), ",");
  out.line("results: ", scope.type(*method.results), ",");
}

void print_descriptor(Writer& out, const Interface& interface, TsScope& scope) {
  const std::string name = scope.descriptor(interface);
  for (const Method* method : methods_in_code_order(interface)) {
    if (is_unary(*method)) print_method(out, *method, scope);
  }
  out.blank();
  out.doc(interface.doc, Language::ts);
  auto body = out.block(
      "export const " + name + ": $.ServiceDescriptor<" + scope.service(interface) + "> = {", "};");
  out.line("id: ", hex_id(interface.id), "n,");
  out.line("name: \"", dotted_name(interface), "\",");
  auto methods = out.block("methods: {", "},");
  for (const Method* method : methods_in_code_order(interface)) {
    if (is_unary(*method)) out.line(ts_method(*method), ": ", scope.descriptor(*method), ",");
  }
}

void print_client(Writer& out, const Interface& interface, TsScope& scope) {
  out.blank();
  out.doc(interface.doc, Language::ts);
  auto body = out.block("export class " + scope.client(interface) + " {", "}");
  const auto methods = methods_in_code_order(interface);
  if (std::ranges::none_of(methods, [](const Method* method) { return is_unary(*method); })) {
    out.line("constructor(_channel: $.Channel) {}");
    return;
  }
  out.line("readonly #channel: $.Channel;");
  out.blank();
  {
    auto constructor = out.block("constructor(channel: $.Channel) {", "}");
    out.line("this.#channel = channel;");
  }
  for (const Method* method : methods) {
    if (!is_unary(*method)) continue;
    out.blank();
    out.doc(method->doc, Language::ts);
    out.line(ts_method(*method), "(");
    // Without members there is nothing to say.
    out.line("  params: ", scope.init(*method->params),
             method->params->fields.empty() ? " = {}," : ",");
    out.line("  options?: $.CallOptions,");
    auto stub = out.block("): Promise<" + scope.type(*method->results) + "> {", "}");
    out.line("return this.#channel.call(", scope.descriptor(*method), ", params, options);");
  }
}

}  // namespace

void print_ts_interface(Writer& out, const Interface& interface, TsScope& scope) {
  print_service(out, interface, scope);
  print_descriptor(out, interface, scope);
  print_client(out, interface, scope);
}

}  // namespace cortado::codegen
