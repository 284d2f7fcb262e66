// SPDX-License-Identifier: Apache-2.0
// market.cortado.hpp and .cpp: a client and a service of each interface, over rpc/. Knows nothing
// of JSON but that a service has a codec for it, defined elsewhere (print_cpp_json.cpp).
#include <algorithm>
#include <string>
#include <vector>

#include "codegen/cpp_names.hpp"
#include "codegen/printers.hpp"

namespace cortado::codegen {
namespace {

std::string bool_text(bool value) { return value ? "true" : "false"; }

std::string braced(const std::vector<std::string>& values) {
  std::string result = "{";
  for (const std::string& value : values) {
    if (result.size() > 1) result += ", ";
    result += value;
  }
  return result + '}';
}

class CppPrinter {
 public:
  explicit CppPrinter(const File& file) : file_(file) {}

  OutputFile header() {
    Writer body;
    for (const Interface* interface : all_interfaces(file_)) {
      body.blank();
      print_client(body, *interface);
      body.blank();
      print_service(body, *interface);
    }
    const bool is_empty = all_interfaces(file_).empty();
    Writer out;
    print_banner(out, file_.path);
    out.line("#pragma once");
    Includes includes;
    includes.add(cpp_own_include(file_, ".h"));
    for (const Import& import : file_.imports) {
      if (import.is_used) includes.add(cpp_include(import, ".h"));
    }
    if (!is_empty) {
      for (const char* header :
           {"<capnp/any.h>", "<concepts>", "<cstdint>", "<utility>", "\"rpc/call.hpp\"",
            "\"rpc/channel.hpp\"", "\"rpc/service.hpp\"", "\"rpc/task.hpp\""}) {
        includes.add(header);
      }
    }
    includes.print(out);
    out.blank();
    if (!is_empty) {
      out.line("namespace cortado {");
      out.line("struct JsonCodec;");
      out.line("}  // namespace cortado");
      out.blank();
    }
    wrap(out, body);
    return {without_extension(file_.path) + ".cortado.hpp", out.text()};
  }

  OutputFile source() {
    Writer body;
    for (const Interface* interface : all_interfaces(file_)) {
      body.blank();
      print_definitions(body, *interface);
    }
    Writer out;
    print_banner(out, file_.path);
    out.line("#include ", cpp_own_include(file_, ".cortado.hpp"));
    if (!body.empty()) {
      Includes includes;
      for (const char* header : {"<array>", "<string>"}) includes.add(header);
      includes.print(out);
      out.blank();
      Writer all;
      print_unimplemented(all);
      all.blank();
      all.append(body);
      wrap(out, all);
    }
    return {without_extension(file_.path) + ".cortado.cpp", out.text()};
  }

 private:
  void wrap(Writer& out, const Writer& body) const {
    if (body.empty()) return;
    const std::string begin = cpp_namespace_begin(file_);
    if (!begin.empty()) {
      out.line(begin);
      out.line("");
    }
    out.append(body);
    out.blank();
    if (!begin.empty()) out.line(cpp_namespace_end(file_));
  }

  /// A declaration that may not fit a line: `first`, then `arguments` aligned below its end.
  static void print_call(Writer& out, const std::string& first,
                         const std::vector<std::string>& arguments, const std::string& last) {
    std::string whole = first;
    for (const std::string& argument : arguments) {
      whole += (&argument == &arguments.front() ? "" : ", ") + argument;
    }
    constexpr std::size_t columns_max = 96;  // and two steps of indentation
    if (whole.size() + last.size() <= columns_max) {
      out.line(whole, last);
      return;
    }
    out.line(first);
    for (const std::string& argument : arguments) {
      const bool is_last = &argument == &arguments.back();
      out.line("    ", argument, is_last ? last : std::string(","));
    }
  }

  void print_client(Writer& out, const Interface& interface) const {
    const std::string name = cpp_class_names(interface).client;
    out.doc(interface.doc, Language::cpp);
    out.line("class ", name, " {");
    out.line(" public:");
    {
      auto body = out.indent();
      out.line("/// `channel` must outlive the client and its calls.");
      out.line("explicit ", name, "(::cortado::Channel& channel) : channel_(&channel) {}");
      const auto names = cpp_method_names(interface);
      for (const Method* method : methods_in_code_order(interface)) {
        if (is_unary(*method)) print_stub(out, interface, *method, names[method->ordinal]);
      }
    }
    out.blank();
    out.line(" private:");
    const bool is_used = std::ranges::any_of(interface.methods, is_unary);
    out.line("  ", is_used ? "" : "[[maybe_unused]] ", "::cortado::Channel* channel_;");
    out.line("};");
  }

  void print_stub(Writer& out, const Interface& interface, const Method& method,
                  const std::string& name) const {
    const std::string params = cpp_type(*method.params, file_);
    const std::string results = cpp_type(*method.results, file_);
    const std::string returned =
        "::cortado::Task<::cortado::Result<::cortado::Response<" + results + ">>>";
    const std::string id =
        braced({hex_id(interface.id), std::to_string(method.ordinal), bool_text(method.idempotent),
                std::to_string(method.deadline_ms)});
    const auto print_body = [&](const std::string& fill) {
      auto body = out.indent();
      print_call(out, "return ::cortado::call_method<" + params + ", " + results + ">(",
                 {"*channel_", id, fill, "options"}, ");");
    };
    out.blank();
    out.doc(method.doc, Language::cpp);
    out.line("template <std::invocable<", params, "::Builder> Fill>");
    print_call(out, returned + " " + name + "(",
               {"Fill fill", "::cortado::CallOptions options = {}"}, ") const {");
    print_body("std::move(fill)");
    out.line("}");
    if (!method.params->fields.empty()) return;
    out.line("/// The same: there is nothing to fill.");
    print_call(out, returned + " " + name + "(", {"::cortado::CallOptions options = {}"},
               ") const {");
    print_body("[](" + params + "::Builder) {}");
    out.line("}");
  }

  void print_service(Writer& out, const Interface& interface) const {
    out.doc(interface.doc, Language::cpp);
    out.line("class ", cpp_class_names(interface).service, " : public ::cortado::Service {");
    out.line(" public:");
    {
      auto body = out.indent();
      const auto names = cpp_method_names(interface);
      for (const Method* method : methods_in_code_order(interface)) {
        if (is_unary(*method)) print_handler(out, *method, names[method->ordinal]);
      }
      out.line("[[nodiscard]] const ::cortado::ServiceInfo& info() const final;");
      print_call(out, "::cortado::Task<void> dispatch(", dispatch_arguments(true), ") final;");
      out.line("/// Linked only where it is used.");
      out.line("[[nodiscard]] static const ::cortado::JsonCodec& json_codec();");
    }
    out.line("};");
  }

  void print_handler(Writer& out, const Method& method, const std::string& name) const {
    out.doc(method.doc, Language::cpp);
    print_call(out, "virtual ::cortado::Task<void> " + name + "(",
               {"::cortado::Call& call", cpp_type(*method.params, file_) + "::Reader params",
                cpp_type(*method.results, file_) + "::Builder results"},
               ");");
    out.blank();
  }

  static std::vector<std::string> dispatch_arguments(bool named) {
    const auto argument = [named](const std::string& type, const std::string& name) {
      return named ? type + ' ' + name : type + " /*" + name + "*/";
    };
    return {"std::uint16_t ordinal", "::cortado::Call& call",
            argument("::capnp::AnyPointer::Reader", "params"),
            argument("::capnp::AnyPointer::Builder", "results")};
  }

  static void print_unimplemented(Writer& out) {
    out.line("namespace {");
    out.line("");
    out.line("::cortado::Task<void> unimplemented(::cortado::Call& call, const char* what) {");
    {
      auto body = out.indent();
      out.line("call.fail(::cortado::StatusCode::unimplemented,");
      out.line("          std::string(what) + \" is not implemented\");");
      out.line("co_return;");
    }
    out.line("}");
    out.blank();
    out.line("}  // namespace");
  }

  void print_definitions(Writer& out, const Interface& interface) const {
    const std::string service = cpp_class_names(interface).service;
    const auto names = cpp_method_names(interface);
    for (const Method& method : interface.methods) {
      if (!is_unary(method)) continue;
      print_call(out, "::cortado::Task<void> " + service + "::" + names[method.ordinal] + "(",
                 {"::cortado::Call& call", cpp_type(*method.params, file_) + "::Reader /*params*/",
                  cpp_type(*method.results, file_) + "::Builder /*results*/"},
                 ") {");
      out.line("  return unimplemented(call, \"", dotted_name(interface), ".", method.name, "\");");
      out.line("}");
      out.blank();
    }
    print_info(out, interface, service);
    out.blank();
    print_dispatch(out, interface, service, names);
  }

  static void print_info(Writer& out, const Interface& interface, const std::string& service) {
    const std::string count = std::to_string(interface.methods.size());
    out.line("const ::cortado::ServiceInfo& ", service, "::info() const {");
    {
      auto body = out.indent();
      out.line("// ordinal, name, idempotent, deadline in ms, cache: fresh for ms, shared by all");
      out.line("static constexpr std::array<::cortado::MethodInfo, ", count, "> methods = {{");
      for (const Method& method : interface.methods) {
        const CachePolicy cache = method.cache.value_or(CachePolicy{});
        out.line("    ",
                 braced({std::to_string(method.ordinal), '"' + method.name + '"',
                         bool_text(method.idempotent), std::to_string(method.deadline_ms),
                         std::to_string(cache.ttl_ms), bool_text(cache.is_public)}),
                 ",");
      }
      out.line("}};");
      out.line("static constexpr ::cortado::ServiceInfo service = {");
      out.line("    ", hex_id(interface.id), ", \"", dotted_name(interface), "\", methods};");
      out.line("return service;");
    }
    out.line("}");
  }

  void print_dispatch(Writer& out, const Interface& interface, const std::string& service,
                      const std::vector<std::string>& names) const {
    const bool any = std::ranges::any_of(interface.methods, is_unary);
    print_call(out, "::cortado::Task<void> " + service + "::dispatch(", dispatch_arguments(any),
               ") {");
    {
      auto body = out.indent();
      auto cases = out.block("switch (ordinal) {", "}");
      for (const Method& method : interface.methods) {
        if (!is_unary(method)) continue;
        out.line("case ", std::to_string(method.ordinal), ":");
        auto step = out.indent();
        print_call(out, "return this->" + names[method.ordinal] + "(",
                   {"call", "params.getAs<" + cpp_type(*method.params, file_) + ">()",
                    "results.initAs<" + cpp_type(*method.results, file_) + ">()"},
                   ");");
      }
      out.line("default: return unimplemented(call, \"this method of ", dotted_name(interface),
               "\");");
    }
    out.line("}");
  }

  const File& file_;
};

}  // namespace

std::vector<OutputFile> print_cpp(const File& file, Diagnostics& diagnostics) {
  check_cpp_names(file, diagnostics);
  if (diagnostics.has_errors()) return {};
  CppPrinter printer(file);
  return {printer.header(), printer.source()};
}

}  // namespace cortado::codegen
