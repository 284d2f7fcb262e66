// SPDX-License-Identifier: Apache-2.0
// market.cortado.hpp and .cpp: a client and a service of each interface, over rpc/. Knows nothing
// of JSON but that a service has a codec for it, defined elsewhere (print_cpp_json.cpp).
#include <algorithm>
#include <string>
#include <vector>

#include "codegen/cpp_method.hpp"
#include "codegen/cpp_names.hpp"
#include "codegen/printers.hpp"

namespace cortado::codegen {
namespace {

/// Whether something of a file's interfaces is generated for this.
template <class Condition>
bool any_method(const File& file, Condition condition) {
  return std::ranges::any_of(all_interfaces(file), [&](const Interface* interface) {
    return std::ranges::any_of(interface->methods, condition);
  });
}

/// Whether the caller's code makes keys of items.
bool is_keyed_by_caller(const Method& method) {
  return method.overflow && method.overflow->key != nullptr && !method.stream->results;
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
    if (any_method(file_, [](const Method& method) { return !is_unary(method); })) {
      includes.add("\"rpc/stream.hpp\"");
    }
    if (any_method(file_, is_keyed_by_caller)) includes.add("<string>");
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
        print_cpp_stub(out, *method, names[method->ordinal], file_);
      }
    }
    out.blank();
    out.line(" private:");
    out.line("  ", interface.methods.empty() ? "[[maybe_unused]] " : "",
             "::cortado::Channel* channel_;");
    out.line("};");
  }

  void print_service(Writer& out, const Interface& interface) const {
    out.doc(interface.doc, Language::cpp);
    out.line("class ", cpp_class_names(interface).service, " : public ::cortado::Service {");
    out.line(" public:");
    {
      auto body = out.indent();
      const auto names = cpp_method_names(interface);
      for (const Method* method : methods_in_code_order(interface)) {
        print_handler(out, *method, names[method->ordinal]);
      }
      out.line("[[nodiscard]] const ::cortado::ServiceInfo& info() const final;");
      print_cpp_call(out, "::cortado::Task<void> dispatch(", dispatch_arguments(true, true),
                     ") final;");
      out.line("/// Linked only where it is used.");
      out.line("[[nodiscard]] static const ::cortado::JsonCodec& json_codec();");
    }
    out.line("};");
  }

  void print_handler(Writer& out, const Method& method, const std::string& name) const {
    out.doc(method.doc, Language::cpp);
    print_cpp_call(out, "virtual ::cortado::Task<void> " + name + "(",
                   cpp_handler_arguments(method, file_, true), ");");
    out.blank();
  }

  static std::vector<std::string> dispatch_arguments(bool with_params, bool with_results) {
    const auto argument = [](bool named, const std::string& type, const std::string& name) {
      return named ? type + ' ' + name : type + " /*" + name + "*/";
    };
    return {"std::uint16_t ordinal", "::cortado::Call& call",
            argument(with_params, "::capnp::AnyPointer::Reader", "params"),
            argument(with_results, "::capnp::AnyPointer::Builder", "results")};
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
      print_cpp_call(out, "::cortado::Task<void> " + service + "::" + names[method.ordinal] + "(",
                     cpp_handler_arguments(method, file_, false), ") {");
      out.line("  return unimplemented(call, \"", dotted_name(interface), ".", method.name, "\");");
      out.line("}");
      out.blank();
    }
    print_info(out, interface, service);
    out.blank();
    print_dispatch(out, interface, service, names);
  }

  void print_info(Writer& out, const Interface& interface, const std::string& service) const {
    const std::string count = std::to_string(interface.methods.size());
    out.line("const ::cortado::ServiceInfo& ", service, "::info() const {");
    {
      auto body = out.indent();
      out.line("// ordinal, name, idempotent, deadline in ms, cache: fresh for ms, shared by all");
      out.line("static constexpr std::array<::cortado::MethodInfo, ", count, "> methods = {{");
      for (const Method& method : interface.methods) print_cpp_method_info(out, method, file_);
      out.line("}};");
      out.line("static constexpr ::cortado::ServiceInfo service = {");
      out.line("    ", hex_id(interface.id), ", \"", dotted_name(interface), "\", methods};");
      out.line("return service;");
    }
    out.line("}");
  }

  void print_dispatch(Writer& out, const Interface& interface, const std::string& service,
                      const std::vector<std::string>& names) const {
    print_cpp_call(out, "::cortado::Task<void> " + service + "::dispatch(",
                   dispatch_arguments(std::ranges::any_of(interface.methods, takes_params),
                                      std::ranges::any_of(interface.methods, fills_results)),
                   ") {");
    {
      auto body = out.indent();
      auto cases = out.block("switch (ordinal) {", "}");
      for (const Method& method : interface.methods) {
        out.line("case ", std::to_string(method.ordinal), ":");
        auto step = out.indent();
        print_cpp_dispatch(out, method, names[method.ordinal], file_);
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
