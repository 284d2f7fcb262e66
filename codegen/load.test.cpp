// SPDX-License-Identifier: Apache-2.0
#include "codegen/load.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "codegen/test_support.hpp"

using namespace cortado::codegen;
using namespace cortado::codegen::test;

TEST_CASE("fields know where they lie") {
  const Model model = load_fine("unions.capnp");
  const Struct& shape = find_struct(model, "Shape");
  CHECK(shape.discriminant_count == 11);
  CHECK(shape.discriminant_offset % 16 == 0);
  CHECK(shape.discriminant_offset + 16 <= shape.data_words * 64U);
  const Field& name = find_field_of(model, "Shape", "name");
  CHECK(name.type.kind == TypeKind::text);
  CHECK(name.offset == 0);
  CHECK_FALSE(name.discriminant.has_value());
  CHECK(find_field_of(model, "Shape", "nothing").discriminant == 0);
  const Field& rectangle = find_field_of(model, "Shape", "rectangle");
  REQUIRE(rectangle.group != nullptr);
  CHECK_FALSE(rectangle.ordinal.has_value());
  CHECK(rectangle.group->is_group);
  CHECK(rectangle.group->parent == &shape);
  CHECK(rectangle.group->data_words == shape.data_words);
  CHECK(rectangle.group->fields.size() == 3);
}

TEST_CASE("fields are in the order of ordinals, and can be had in the author's") {
  const Model model = load_fine("unions.capnp");
  const Struct& structure = find_struct(model, "OrdinalOrder");
  std::string by_ordinal;
  for (const Field& field : structure.fields) by_ordinal += field.name + ' ';
  CHECK(by_ordinal == "first one middle two last z ");
  std::string by_author;
  for (const Field* field : fields_in_code_order(structure)) by_author += field->name + ' ';
  CHECK(by_author == "z middle first last one two ");
}

TEST_CASE("scalar defaults are the bits to be mixed in") {
  const Model model = load_fine("defaults.capnp");
  const auto bits = [&](std::string_view name) {
    return find_field_of(model, "Scalars", name).default_value.bits;
  };
  CHECK(bits("yes") == 1);
  CHECK(bits("no") == 0);
  CHECK(bits("int8") == 0x80);
  CHECK(bits("int64") == 0x8000000000000000);
  CHECK(bits("uint32") == 0xffffffff);
  CHECK(bits("float32") == 0x3fc00000);
  CHECK(bits("level") == 2);
  const Field& smallest = find_field_of(model, "Scalars", "int64");
  CHECK(signed_value(smallest.type.kind, smallest.default_value) ==
        std::numeric_limits<std::int64_t>::min());
  const Field& ratio = find_field_of(model, "Scalars", "float64");
  CHECK(float_value(ratio.type.kind, ratio.default_value) == -2.25e-300);
}

TEST_CASE("pointer defaults are trees and messages") {
  const Model model = load_fine("defaults.capnp");
  const Field& inner = find_field_of(model, "Pointers", "inner");
  REQUIRE(inner.default_value.members.size() == 2);  // the list is null
  CHECK(inner.default_value.members[0].field->name == "number");
  CHECK(inner.default_value.members[0].value.bits == 5);
  CHECK(inner.default_value.members[1].value.text == "five");
  CHECK(inner.default_value.message.size() % 8 == 0);
  CHECK(is_set(inner.type, inner.default_value));
  const Field& nested = find_field_of(model, "Pointers", "nested");
  REQUIRE(nested.default_value.elements.size() == 3);
  CHECK(nested.default_value.elements[0].elements.size() == 2);
  CHECK(nested.default_value.elements[1].elements.empty());
  CHECK(nested.default_value.elements[2].elements[0].bits == 0xfd);
  const Field& inners = find_field_of(model, "Pointers", "inners");
  REQUIRE(inners.default_value.elements.size() == 3);
  // What is not stated has the default of its own field.
  CHECK(inners.default_value.elements[1].members[0].value.bits == 11);
  CHECK_FALSE(is_set(inners.type, find_field_of(model, "Pointers", "plainInner").default_value));
  CHECK(find_field_of(model, "Pointers", "data").default_value.data.size() == 5);
}

TEST_CASE("doc comments stay with what they are of") {
  const Model model = load_fine("doc_comments.capnp");
  CHECK(find_struct(model, "Documented").doc == "One line.\n");
  CHECK(find_field_of(model, "Documented", "two").doc == "Two\nlines.\n");
  CHECK(find_field_of(model, "Documented", "none").doc.empty());
  CHECK(find_field_of(model, "Documented", "group").doc ==
        "A group.\n\nWith a second paragraph.\n");
  CHECK(find_field_of(model, "Documented.group", "four").doc == "In a group.\n");
  CHECK(find_interface(model, "Talk").methods[0].doc.starts_with("A method.\n"));
  CHECK(model.enums.front().enumerants[0].doc.starts_with("An enumerant"));
}

TEST_CASE("annotations are typed fields of methods") {
  const Loaded loaded = load_schema("interfaces.capnp");
  CHECK_FALSE(loaded.diagnostics.has_errors());
  CHECK(loaded.diagnostics.lines().empty());
  const auto& methods = find_interface(loaded.model, "Annotated").methods;
  const Method& read = methods[0];
  CHECK(read.idempotent);
  CHECK(read.deadline_ms == 1000);  // the interface's
  REQUIRE(read.cache.has_value());
  CHECK(read.cache->ttl_ms == 5000);
  CHECK(read.cache->is_public);
  REQUIRE(read.cache->tags.size() == 2);
  CHECK(read.cache->tags[1].texts == std::vector<std::string>{"item:", "/", ""});
  REQUIRE(read.cache->tags[1].parameters.size() == 2);
  CHECK(read.cache->tags[1].parameters[1]->name == "side");
  CHECK(read.requires_scopes == std::vector<std::string>{"user"});
  const Method& write = methods[1];
  CHECK(write.deadline_ms == 250);
  REQUIRE(write.queue_offline.has_value());
  CHECK(write.queue_offline->ordered_by->name == "queue");
  CHECK(write.invalidates.size() == 1);
  CHECK(write.requires_scopes == std::vector<std::string>{"admin", "writer"});
  CHECK(methods[2].queue_offline->ordered_by == nullptr);
  const Method& watch = methods[3];
  CHECK_FALSE(is_unary(watch));
  CHECK(watch.stream->results);
  CHECK(watch.overflow->policy == OverflowPolicy::keep_newest);
  CHECK(watch.overflow->key->name == "symbol");
  CHECK(methods[5].params->list_of == &methods[5]);
  CHECK(methods[6].params->list_of == nullptr);
  CHECK(methods[6].params->name == "Nothing");
}

TEST_CASE("only imports that are used count, and other files are not requested") {
  const Model model = load_fine("imports/main.capnp");
  REQUIRE(model.requested.size() == 1);
  std::string used;
  for (const Import& import : model.requested[0]->imports) {
    if (import.is_used) used += import.path + ' ';
  }
  CHECK(used == "deep/deeper.capnp shared.capnp ");
  const Field& nested = find_field_of(model, "Local", "nested");
  CHECK(dotted_name(*nested.type.element->structure) == "Shared.Nested");
  CHECK(nested.type.element->structure->file->cxx_namespace == "hazard::imports::shared");
  CHECK_FALSE(nested.type.element->structure->file->is_requested);
}

TEST_CASE("lists of everything keep their element types") {
  const Model model = load_fine("lists.capnp");
  const Field& deep = find_field_of(model, "Lists", "deep");
  CHECK(deep.type.element->element->element->kind == TypeKind::uint16);
  CHECK(find_struct(model, "Empty").data_words == 0);
  CHECK(all_structs(*model.requested[0]).size() == 4);
}

TEST_CASE("an empty file is a file") {
  const Model model = load_fine("empty_file.capnp");
  REQUIRE(model.requested.size() == 1);
  CHECK(all_structs(*model.requested[0]).empty());
}

TEST_CASE("what is no request is an error, not a crash") {
  CHECK_FALSE(Request::parse({}).has_value());
  const std::string text = "this is not a request, whatever it may be otherwise";
  CHECK_FALSE(Request::parse(std::as_bytes(std::span(text))).has_value());
  std::vector<std::byte> request = compile("lists.capnp");
  for (std::size_t size = 0; size < request.size(); size += 64) {
    CHECK_FALSE(Request::parse(std::span(request).first(size)).has_value());
  }
}
