// SPDX-License-Identifier: Apache-2.0
#include "codegen/ts_parts.hpp"

namespace cortado::codegen {
namespace {

/// An interface id does not fit a number: its halves do.
std::string half(std::uint64_t id, unsigned shift) {
  return std::to_string((id >> shift) & 0xffffffffU);
}

/// What the caller sends, and the callee: one value, or a sequence.
bool sends_items(const Method& method) { return method.stream && method.stream->params; }
bool gives_items(const Method& method) { return method.stream && method.stream->results; }

void print_service(Writer& out, const Interface& interface, TsScope& scope) {
  out.blank();
  out.doc(interface.doc, Language::ts);
  auto body = out.block("export interface " + scope.service(interface) + " {", "}");
  for (const Method* method : methods_in_code_order(interface)) {
    const std::string params = scope.type(*method->params);
    const std::string results = scope.init(*method->results);
    out.doc(method->doc, Language::ts);
    // In an interface a bare `new(` is a constructor.
    out.line(method->name == "new" ? "\"new\"" : ts_method(*method), "(");
    out.line(sends_items(*method) ? "  items: $.ItemStream<" + params + ">,"
                                  : "  params: " + params + ",");
    out.line("  call: $.ServerCall,");
    out.line(gives_items(*method) ? "): $.Items<" + results + ">;"
                                  : "): Promise<" + results + "> | " + results + ";");
  }
}

/// CallKind's number in protocol.capnp, whose bits say who sends items.
unsigned call_kind(const Method& method) {
  return (sends_items(method) ? 1U : 0U) | (gives_items(method) ? 2U : 0U);
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
  if (method.stream) out.line("kind: ", std::to_string(call_kind(method)), ",");
  out.line("params: ", scope.type(*method.params), ",");
  out.line("results: ", scope.type(*method.results), ",");
}

void print_descriptor(Writer& out, const Interface& interface, TsScope& scope) {
  const std::string name = scope.descriptor(interface);
  for (const Method* method : methods_in_code_order(interface)) print_method(out, *method, scope);
  out.blank();
  out.doc(interface.doc, Language::ts);
  auto body = out.block(
      "export const " + name + ": $.ServiceDescriptor<" + scope.service(interface) + "> = {", "};");
  out.line("id: ", hex_id(interface.id), "n,");
  out.line("name: \"", dotted_name(interface), "\",");
  auto methods = out.block("methods: {", "},");
  for (const Method* method : methods_in_code_order(interface)) {
    out.line(ts_method(*method), ": ", scope.descriptor(*method), ",");
  }
}

void print_serving(Writer& out, const Interface& interface, TsScope& scope) {
  out.blank();
  out.doc("For a client's serve().", Language::ts);
  auto body = out.block("export function " + scope.serving(interface) +
                            "(implementation: " + scope.service(interface) + "): $.Service {",
                        "}");
  out.line("return { descriptor: ", scope.descriptor(interface), ", implementation };");
}

void print_stub(Writer& out, const Method& method, TsScope& scope) {
  const std::string params = scope.init(*method.params);
  const std::string results = scope.type(*method.results);
  const bool sends = sends_items(method);
  const bool gives = gives_items(method);
  out.blank();
  out.doc(method.doc, Language::ts);
  out.line(ts_method(method), "(");
  if (sends) {
    out.line("  items: $.Items<", params, ">,");
  } else {
    // Without members there is nothing to say.
    out.line("  params: ", params, method.params->fields.empty() ? " = {}," : ",");
  }
  out.line("  options?: $.CallOptions,");
  auto stub = out.block((gives ? "): $.ItemStream<" : "): Promise<") + results + "> {", "}");
  const std::string_view function = sends ? gives ? "chat" : "upload" : gives ? "watch" : "call";
  out.line("return this.#channel.", function, "(", scope.descriptor(method), ", ",
           sends ? "items" : "params", ", options);");
}

void print_client(Writer& out, const Interface& interface, TsScope& scope) {
  out.blank();
  out.doc(interface.doc, Language::ts);
  auto body = out.block("export class " + scope.client(interface) + " {", "}");
  if (interface.methods.empty()) {
    out.line("constructor(_channel: $.Channel) {}");
    return;
  }
  out.line("readonly #channel: $.Channel;");
  out.blank();
  {
    auto constructor = out.block("constructor(channel: $.Channel) {", "}");
    out.line("this.#channel = channel;");
  }
  for (const Method* method : methods_in_code_order(interface)) print_stub(out, *method, scope);
}

}  // namespace

void print_ts_interface(Writer& out, const Interface& interface, TsScope& scope) {
  print_service(out, interface, scope);
  print_descriptor(out, interface, scope);
  print_serving(out, interface, scope);
  print_client(out, interface, scope);
}

}  // namespace cortado::codegen
