// SPDX-License-Identifier: Apache-2.0
// market.openrpc.json, after OpenRPC 1.3 (https://spec.open-rpc.org): what JSON-RPC callers see of
// a file's services. The annotations are in the extension `x-cortado`; of a method that streams it
// says so, and that params or result are those of one item.
#include "codegen/json_schema.hpp"
#include "codegen/names.hpp"
#include "codegen/openrpc.hpp"
#include "codegen/printers.hpp"

namespace cortado::codegen {
namespace {

void write_strings(JsonText& out, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  out.key(name);
  out.begin_array();
  for (const std::string& text : texts) out.string(text);
  out.end_array();
}

std::vector<std::string> sources(const std::vector<Tag>& tags) {
  std::vector<std::string> result;
  for (const Tag& tag : tags) result.push_back(tag.source);
  return result;
}

std::string_view policy_name(OverflowPolicy policy) {
  switch (policy) {
    case OverflowPolicy::block: return "block";
    case OverflowPolicy::drop_oldest: return "dropOldest";
    case OverflowPolicy::keep_newest: return "keepNewest";
    case OverflowPolicy::close: return "close";
  }
  return {};
}

void write_overflow(JsonText& out, const Overflow& overflow) {
  out.key("overflow");
  out.begin_object();
  out.member("policy", policy_name(overflow.policy));
  if (overflow.key != nullptr) out.member("key", overflow.key->name);
  out.end_object();
}

void write_extension(JsonText& out, const Method& method) {
  out.key("x-cortado");
  out.begin_object();
  out.member("interfaceId", hex_id(method.interface->id));
  out.member("ordinal", std::uint64_t{method.ordinal});
  out.member("idempotent", method.idempotent);
  if (method.deadline_ms > 0) out.member("deadlineMs", std::uint64_t{method.deadline_ms});
  if (method.stream) {
    out.key("stream");
    out.begin_object();
    out.member("params", method.stream->params);
    out.member("results", method.stream->results);
    out.end_object();
  }
  if (method.overflow) write_overflow(out, *method.overflow);
  if (method.cache) {
    out.key("cache");
    out.begin_object();
    out.member("ttlMs", std::uint64_t{method.cache->ttl_ms});
    out.member("scope", method.cache->is_public ? "public" : "identity");
    write_strings(out, "tags", sources(method.cache->tags));
    out.end_object();
  }
  if (method.queue_offline) {
    out.key("queueOffline");
    out.begin_object();
    const Field* const ordered_by = method.queue_offline->ordered_by;
    if (ordered_by != nullptr) out.member("orderedBy", ordered_by->name);
    out.end_object();
  }
  write_strings(out, "invalidates", sources(method.invalidates));
  write_strings(out, "requires", method.requires_scopes);
  out.end_object();
}

/// The first paragraph of a doc comment, on one line.
std::string summary(std::string_view doc) {
  std::string result(doc.substr(0, doc.find("\n\n")));
  while (!result.empty() && result.back() == '\n') result.pop_back();
  for (char& c : result) c = c == '\n' ? ' ' : c;
  return result;
}

void write_params(JsonText& out, const Struct& params) {
  const bool is_list = params.list_of != nullptr;
  out.member("paramStructure", is_list ? "either" : "by-name");
  out.key("params");
  out.begin_array();
  if (params.discriminant_count > 0) {
    out.begin_object();
    out.member("name", "which");
    out.member("summary", "The member of the union that is set.");
    out.key("schema");
    out.begin_object();
    out.member("type", "string");
    out.end_object();
    out.end_object();
  }
  for (const Field* field : fields_in_code_order(params)) {
    out.begin_object();
    out.member("name", json_name(params, *field));
    if (!field->doc.empty()) out.member("summary", summary(field->doc));
    out.key("schema");
    write_field_schema(out, *field);
    out.end_object();
  }
  out.end_array();
}

void write_method(JsonText& out, const Method& method) {
  out.begin_object();
  out.member("name", dotted_name(*method.interface) + '.' + method.name);
  if (!method.doc.empty()) {
    out.member("summary", summary(method.doc));
    out.member("description",
               std::string_view(method.doc).substr(0, method.doc.find_last_not_of('\n') + 1));
  }
  out.key("tags");
  out.begin_array();
  out.begin_object();
  out.member("name", dotted_name(*method.interface));
  out.end_object();
  out.end_array();
  write_params(out, *method.params);
  out.key("result");
  out.begin_object();
  out.member("name", method.results->name);
  out.key("schema");
  out.begin_object();
  out.member("$ref", "#/components/schemas/" + schema_key(*method.results));
  out.end_object();
  out.end_object();
  write_extension(out, method);
  out.end_object();
}

void write_methods(JsonText& out, const Interface& interface) {
  for (const Method* method : methods_in_code_order(interface)) write_method(out, *method);
}

void add_types(SchemaSet& types, const Interface& interface) {
  for (const Method& method : interface.methods) {
    types.add(*method.results);
    // The params themselves are spelled out in the method.
    types.add_fields(*method.params);
  }
}

}  // namespace

std::string openrpc_fragment(const Interface& interface) {
  JsonText out(JsonText::Layout::one_line);
  SchemaSet types;
  add_types(types, interface);
  out.begin_object();
  out.key("methods");
  out.begin_array();
  write_methods(out, interface);
  out.end_array();
  out.key("schemas");
  types.write(out);
  out.end_object();
  return out.text();
}

std::vector<OutputFile> print_openrpc(const File& file, Diagnostics& /*diagnostics*/) {
  JsonText out(JsonText::Layout::indented);
  SchemaSet types;
  for (const Interface* interface : all_interfaces(file)) add_types(types, *interface);
  for (const Struct* structure : all_structs(file)) {
    if (structure->list_of == nullptr) types.add(*structure);
  }
  for (const Enum* enumeration : all_enums(file)) types.add(*enumeration);
  const std::string stem = without_extension(file.path);
  out.begin_object();
  out.member("openrpc", "1.3.2");
  out.key("info");
  out.begin_object();
  out.member("title", stem.substr(stem.rfind('/') + 1));
  out.member("description", "Generated by capnpc-cortado from " + file.path + '.');
  // A schema has no version: compatible changes keep its id, and it is the id that must match.
  out.member("version", hex_id(file.id));
  out.end_object();
  out.key("methods");
  out.begin_array();
  for (const Interface* interface : all_interfaces(file)) write_methods(out, *interface);
  out.end_array();
  out.key("components");
  out.begin_object();
  out.key("schemas");
  types.write(out);
  out.end_object();
  out.end_object();
  return {{stem + ".openrpc.json", out.text() + '\n'}};
}

}  // namespace cortado::codegen
