// SPDX-License-Identifier: Apache-2.0
#include "codegen/cpp_method.hpp"

#include "codegen/cpp_names.hpp"

namespace cortado::codegen {
namespace {

std::string bool_text(bool value) { return value ? "true" : "false"; }

/// "server_stream", as in wire::CallKind and in the names of rpc/stream.hpp.
std::string kind_name(const Method& method) {
  if (is_unary(method)) return "unary";
  if (takes_params(method)) return "server_stream";
  return fills_results(method) ? "client_stream" : "bidirectional";
}

/// "bidirectional_stream".
std::string stream_name(const Method& method) {
  const std::string kind = kind_name(method);
  return kind == "bidirectional" ? kind + "_stream" : kind;
}

std::string policy_name(OverflowPolicy policy) {
  switch (policy) {
    case OverflowPolicy::block: return "block";
    case OverflowPolicy::drop_oldest: return "drop_oldest";
    case OverflowPolicy::keep_newest: return "keep_newest";
    case OverflowPolicy::close: return "close";
  }
  return {};
}

/// Whether $overflow of the method is about the items of results, or of params, and says more than
/// what holds anyway: that the writer waits.
bool overflows(const Method& method, bool of_results) {
  return method.overflow && method.overflow->policy != OverflowPolicy::block &&
         method.stream->results == of_results;
}

/// A lambda that makes keys of items; `first` and `last` stand around it.
void print_key(Writer& out, const std::string& first, const Method& method, const std::string& last,
               const File& file) {
  const Struct& item = method.stream->results ? *method.results : *method.params;
  auto body =
      out.block(first + "[](::capnp::AnyPointer::Reader item, std::string& key) {", '}' + last);
  out.line("::cortado::append_key(key, item.getAs<", cpp_type(item, file), ">().get",
           cpp_accessor(*method.overflow->key), "());");
}

/// Adds an initializer of cortado::MethodId, perhaps on two lines. Its key function, where it needs
/// one, is `key_of_item`.
void add_method_id(std::vector<std::string>& arguments, const Method& method) {
  std::string text = '{' + hex_id(method.interface->id) + ", " + std::to_string(method.ordinal) +
                     ", " + bool_text(method.idempotent) + ", " +
                     std::to_string(method.deadline_ms);
  if (!is_unary(method)) text += ", ::cortado::wire::CallKind::" + kind_name(method);
  if (!overflows(method, false)) {
    arguments.push_back(text + '}');
    return;
  }
  arguments.push_back(text);
  arguments.push_back(" {::cortado::OverflowPolicy::" + policy_name(method.overflow->policy) +
                      (method.overflow->key != nullptr ? ", key_of_item}}" : "}}"));
}

/// What a stub returns.
std::string stub_type(const Method& method, const std::string& params, const std::string& results) {
  if (is_unary(method)) {
    return "::cortado::Task<::cortado::Result<::cortado::Response<" + results + ">>>";
  }
  const std::string type = takes_params(method)    ? "ServerStream<"
                           : fills_results(method) ? "ClientStream<" + params + ", "
                                                   : "BidirectionalStream<" + params + ", ";
  return "::cortado::" + type + results + '>';
}

}  // namespace

void print_cpp_call(Writer& out, const std::string& first,
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

void print_cpp_stub(Writer& out, const Method& method, const std::string& name, const File& file) {
  const std::string params = cpp_type(*method.params, file);
  const std::string results = cpp_type(*method.results, file);
  const std::string returned =
      (is_unary(method) ? "" : "[[nodiscard]] ") + stub_type(method, params, results);
  const std::string function =
      is_unary(method) ? "::cortado::call_method<" : "::cortado::open_" + stream_name(method) + '<';
  const auto print_body = [&](const std::string& fill) {
    auto body = out.indent();
    if (overflows(method, false) && method.overflow->key != nullptr) {
      print_key(out, "constexpr auto key_of_item = ", method, ";", file);
    }
    std::vector<std::string> arguments = {"*channel_"};
    add_method_id(arguments, method);
    if (!fill.empty()) arguments.push_back(fill);
    arguments.emplace_back("options");
    print_cpp_call(out, "return " + function + params + ", " + results + ">(", arguments, ");");
  };
  const std::vector<std::string> options = {"::cortado::CallOptions options = {}"};
  out.blank();
  out.doc(method.doc, Language::cpp);
  if (!takes_params(method)) {
    print_cpp_call(out, returned + ' ' + name + '(', options, ") const {");
    print_body("");
    out.line("}");
    return;
  }
  out.line("template <std::invocable<", params, "::Builder> Fill>");
  print_cpp_call(out, returned + ' ' + name + '(', {"Fill fill", options[0]}, ") const {");
  print_body("std::move(fill)");
  out.line("}");
  if (!method.params->fields.empty()) return;
  out.line("/// The same: there is nothing to fill.");
  print_cpp_call(out, returned + ' ' + name + '(', options, ") const {");
  print_body("[](" + params + "::Builder) {}");
  out.line("}");
}

std::vector<std::string> cpp_handler_arguments(const Method& method, const File& file, bool named) {
  const auto argument = [named](const std::string& type, const std::string& name) {
    return named ? type + ' ' + name : type + " /*" + name + "*/";
  };
  const std::string params = cpp_type(*method.params, file);
  const std::string results = cpp_type(*method.results, file);
  return {"::cortado::Call& call",
          takes_params(method) ? argument(params + "::Reader", "params")
                               : argument("::cortado::Source<" + params + ">&", "source"),
          fills_results(method) ? argument(results + "::Builder", "results")
                                : argument("::cortado::Sink<" + results + ">&", "sink")};
}

void print_cpp_dispatch(Writer& out, const Method& method, const std::string& name,
                        const File& file) {
  const std::string params = cpp_type(*method.params, file);
  const std::string results = cpp_type(*method.results, file);
  const std::string read_params = "params.getAs<" + params + ">()";
  const std::string init_results = "results.initAs<" + results + ">()";
  if (is_unary(method)) {
    print_cpp_call(out, "return this->" + name + '(', {"call", read_params, init_results}, ");");
    return;
  }
  std::string types;
  std::string arguments;
  std::string captured = "this, &call";
  const auto add = [](std::string& list, const std::string& more) {
    list += (list.empty() ? "" : ", ") + more;
  };
  if (takes_params(method)) {
    add(captured, "params = " + read_params);
  } else {
    add(types, params);
    add(arguments, "::cortado::Source<" + params + ">& source");
  }
  if (fills_results(method)) {
    add(captured, "results = " + init_results);
  } else {
    add(types, results);
    add(arguments, "::cortado::Sink<" + results + ">& sink");
  }
  out.line("return ::cortado::serve_", stream_name(method), '<' + types + ">(");
  out.line("    call, [", captured, "](");
  out.line("              ", arguments, ") {");
  out.line("      return this->", name, "(call, ", takes_params(method) ? "params" : "source", ", ",
           fills_results(method) ? "results" : "sink", ");");
  out.line("    });");
}

void print_cpp_method_info(Writer& out, const Method& method, const File& file) {
  const CachePolicy cache = method.cache.value_or(CachePolicy{});
  std::string text = '{' + std::to_string(method.ordinal) + ", \"" + method.name + "\", " +
                     bool_text(method.idempotent) + ", " + std::to_string(method.deadline_ms) +
                     ", " + std::to_string(cache.ttl_ms) + ", " + bool_text(cache.is_public);
  if (!is_unary(method)) text += ", ::cortado::wire::CallKind::" + kind_name(method);
  if (!overflows(method, true)) return out.line("    ", text, "},");
  out.line("    ", text, ",");
  const std::string policy = " {::cortado::OverflowPolicy::" + policy_name(method.overflow->policy);
  if (method.overflow->key == nullptr) return out.line("    ", policy, "}},");
  out.line("    ", policy, ",");
  auto first = out.indent();
  auto second = out.indent();
  auto third = out.indent();
  print_key(out, "", method, "}},", file);
}

}  // namespace cortado::codegen
