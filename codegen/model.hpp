// SPDX-License-Identifier: Apache-2.0
// What the generator knows of a schema: one model, read once from Cap'n Proto's
// CodeGeneratorRequest (codegen/load.hpp), checked, and printed by every printer. It refuses to
// know any target language: names are as the schema spells them (names.hpp makes them a language's).
//
// Everything in a Model is owned by it and lives as long; pointers between declarations are never
// null unless it says so. What reaches a printer is supported: no generics, no capabilities, no
// AnyPointer; those were refused by the loader.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codegen/types.hpp"

namespace cortado::codegen {

struct Constant;
struct File;
struct Interface;
struct Method;

/// Where something is declared, for people.
struct Location {
  /// As on the command line of `capnp`, or as the importing file sees it.
  std::string file;
  /// From 1; 0 when the source could not be read, then `declaration` must do.
  std::uint32_t line = 0;
  /// "Market.quote"; empty for a file itself.
  std::string declaration;
};

/// "market.capnp:12", "market.capnp:Market.quote" or "market.capnp".
[[nodiscard]] std::string to_string(const Location& location);

// --- declarations --------------------------------------------------------------------------

/// What has a name and an id.
struct Declaration {
  std::uint64_t id = 0;
  /// As in the schema, without scope: "Quote". A group's is its field's ("circle"); the struct
  /// made of a method's parameter list is "QuoteParams" or "QuoteResults" below its interface.
  std::string name;
  /// `$Cxx.name`; empty: none.
  std::string cxx_name;
  std::string doc;
  Location where;
  File* file = nullptr;
  /// The declaration it is nested in; null at the top of a file. A Struct (which may be a group) or
  /// an Interface.
  Declaration* parent = nullptr;
  /// What is nested in it, in order of declaration. Groups and the structs of parameter lists are
  /// not here, but in Field::group, Method::params and Method::results.
  std::vector<Struct*> structs;
  std::vector<Enum*> enums;
  std::vector<Interface*> interfaces;
  std::vector<Constant*> constants;

  Declaration(const Declaration&) = delete;
  Declaration& operator=(const Declaration&) = delete;
  virtual ~Declaration() = default;

 protected:
  Declaration() = default;
};

/// "Exchange.Market": the names of the scopes and its own. A group's scopes are the structs it is in.
[[nodiscard]] std::string dotted_name(const Declaration& declaration);

struct Field {
  std::string name;
  /// `$Cxx.name`; empty: none.
  std::string cxx_name;
  std::string doc;
  Location where;
  /// Position in Struct::fields, which is the order of ordinals, and of writing.
  std::uint16_t index = 0;
  /// Where it stands in the source among its siblings; see fields_in_code_order().
  std::uint16_t code_order = 0;
  /// `@3`; a group has none.
  std::optional<std::uint16_t> ordinal;
  /// The value of the discriminant while this member of the struct's union is active; none: it is
  /// in no union.
  std::optional<std::uint16_t> discriminant;
  /// A group (or named union): its fields lie in the sections of the same struct; null: a slot.
  const Struct* group = nullptr;

  // A slot:
  Type type;
  /// Data: bits from the start of the data section. Pointers: index in the pointer section. Void: 0.
  std::uint32_t offset = 0;
  /// All zero unless stated in the schema.
  Value default_value;
  bool has_explicit_default = false;
};

struct Struct : Declaration {
  /// A group's are those of the struct it is part of.
  std::uint16_t data_words = 0;
  std::uint16_t pointer_count = 0;
  bool is_group = false;
  /// The struct was made by the compiler of a parameter or result list of this method; else null.
  const Method* list_of = nullptr;
  /// Sorted by ordinal (a group stands where its first ordinal does), a stable order that both
  /// languages' encoders write in, so that their bytes are the same.
  std::deque<Field> fields;
  /// How many of the fields are members of the unnamed union; 0: there is none. Otherwise >= 2.
  std::uint16_t discriminant_count = 0;
  /// Bits from the start of the data section; 16 bits are there.
  std::uint32_t discriminant_offset = 0;
};

/// Fields as the author ordered them, for types and documents that people read; members of the
/// unnamed union, which are ordered among themselves, come last.
[[nodiscard]] std::vector<const Field*> fields_in_code_order(const Struct& structure);
/// Null when there is none.
[[nodiscard]] const Field* find_field(const Struct& structure, std::string_view name);

struct Enumerant {
  std::string name;
  /// `$Cxx.name`; empty: none.
  std::string cxx_name;
  std::string doc;
  Location where;
  std::uint16_t ordinal = 0;
  std::uint16_t code_order = 0;
  /// `$wireNumber`, else the ordinal. Only the plain printers use it: a Cap'n Proto message holds
  /// ordinals.
  std::uint32_t wire_number = 0;
};

struct Enum : Declaration {
  /// enumerants[i].ordinal == i.
  std::vector<Enumerant> enumerants;
};

struct Constant : Declaration {
  Type type;
  Value value;
};

// --- interfaces ----------------------------------------------------------------------------

/// "quote:{symbol}" as literal text and parameters in turn: texts has one more than parameters.
struct Tag {
  std::string source;
  std::vector<std::string> texts;
  /// Top-level fields of the params struct, of type Text, Bool, integer or enum.
  std::vector<const Field*> parameters;
};

/// `$cache`.
struct CachePolicy {
  std::uint32_t ttl_ms = 0;
  bool is_public = false;  // else kept for the identity that asked
  std::vector<Tag> tags;
};

/// `$stream`.
struct StreamShape {
  bool params = false;   // the caller sends a sequence
  bool results = false;  // the callee sends a sequence
};

enum class OverflowPolicy : std::uint8_t { block, drop_oldest, keep_newest, close };

/// `$overflow`.
struct Overflow {
  OverflowPolicy policy = OverflowPolicy::block;
  /// keep_newest: the field of the streamed struct by which items are alike; else null.
  const Field* key = nullptr;
};

/// `$queueOffline`.
struct OfflineQueue {
  /// The parameter that orders the queue; null: one order for all.
  const Field* ordered_by = nullptr;
};

struct Method {
  std::string name;
  /// `$Cxx.name`; empty: none.
  std::string cxx_name;
  std::string doc;
  Location where;
  const Interface* interface = nullptr;
  std::uint16_t ordinal = 0;
  std::uint16_t code_order = 0;
  /// A declared struct, or one made of the list (then params->list_of is this method).
  const Struct* params = nullptr;
  const Struct* results = nullptr;

  bool idempotent = false;
  /// The method's `$deadline`, else its interface's; 0: none.
  std::uint32_t deadline_ms = 0;
  /// Only with `idempotent`.
  std::optional<CachePolicy> cache;
  /// None: is_unary().
  std::optional<StreamShape> stream;
  /// Only with `stream`.
  std::optional<Overflow> overflow;
  /// Only with `idempotent`.
  std::optional<OfflineQueue> queue_offline;
  std::vector<Tag> invalidates;
  /// The method's `$requires`, else its interface's; empty: nothing is asked.
  std::vector<std::string> requires_scopes;
};

/// Whether params and results are one value each.
[[nodiscard]] inline bool is_unary(const Method& method) { return !method.stream.has_value(); }

struct Interface : Declaration {
  /// methods[i].ordinal == i.
  std::deque<Method> methods;
};

[[nodiscard]] std::vector<const Method*> methods_in_code_order(const Interface& interface);

// --- files ---------------------------------------------------------------------------------

struct Import {
  /// As the importing file wrote it: "/cortado/annotations.capnp", "../common.capnp".
  std::string path;
  /// Null unless is_used.
  const File* file = nullptr;
  /// Some type of it is used here; else generated code need not include it.
  bool is_used = false;
  /// The importing file says so itself; false where it got hold of a type by another file's alias.
  bool is_direct = true;
  /// Where it is used first.
  Location used_at;
};

struct File : Declaration {
  /// As on the command line: "schema/market.capnp"; of an imported file as the importer sees it.
  std::string path;
  /// `$Cxx.namespace`: "trading::v1"; empty: none.
  std::string cxx_namespace;
  /// Whether code is to be generated for it. Of other files only what requested ones use is here.
  bool is_requested = false;
  /// Sorted by path. Only of requested files.
  std::vector<Import> imports;
};

class Model {
 public:
  std::deque<File> files;
  std::deque<Struct> structs;  // groups and the structs of parameter lists too
  std::deque<Enum> enums;
  std::deque<Interface> interfaces;
  std::deque<Constant> constants;
  std::deque<Type> types;  // element types

  /// In the order of the command line.
  std::vector<File*> requested;
};

/// Every struct of a file that is a type of its own, in order of declaration, outer before inner:
/// nested ones and those of parameter lists too, groups not.
[[nodiscard]] std::vector<const Struct*> all_structs(const File& file);
[[nodiscard]] std::vector<const Enum*> all_enums(const File& file);
[[nodiscard]] std::vector<const Interface*> all_interfaces(const File& file);
[[nodiscard]] std::vector<const Constant*> all_constants(const File& file);

}  // namespace cortado::codegen
