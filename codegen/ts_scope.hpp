// SPDX-License-Identifier: Apache-2.0
// Inside of print_ts(): the names of one generated module, and how it refers to those of others.
//
// Names of types and constants are the schema's, scopes joined by "_"; so another module knows
// them without knowing all of this one. All others (`QuoteInit`, `readQuote`, types of groups) are
// derived, get underscores where they clash, and are used by their own module only.
#pragma once

#include <map>
#include <string>

#include "codegen/model.hpp"
#include "codegen/names.hpp"
#include "codegen/writer.hpp"

namespace cortado::codegen {

class TsScope {
 public:
  explicit TsScope(const File& file);

  [[nodiscard]] const File& file() const { return file_; }

  /// The type of a struct, group or enum; also its codec, or the names of its enumerants:
  /// "Quote", "$1.Quote". Notes that another module is used.
  [[nodiscard]] std::string type(const Declaration& declaration);
  /// What a struct or group is written from: "QuoteInit", "$.InitOf<typeof $1.Quote>".
  [[nodiscard]] std::string init(const Struct& structure);

  // Of this file's own declarations:
  [[nodiscard]] const std::string& read(const Struct& structure) const;
  [[nodiscard]] const std::string& write(const Struct& structure) const;
  [[nodiscard]] const std::string& constant(const Constant& constant) const;
  [[nodiscard]] const std::string& descriptor(const Interface& interface) const;
  [[nodiscard]] const std::string& client(const Interface& interface) const;
  [[nodiscard]] const std::string& service(const Interface& interface) const;
  /// The function that makes a service of an implementation: "marketService".
  [[nodiscard]] const std::string& serving(const Interface& interface) const;
  [[nodiscard]] const std::string& descriptor(const Method& method) const;

  /// `import * as $1 from "./other.cortado.js";` for each module that type() or init() needed.
  void print_imports(Writer& out) const;

 private:
  struct StructNames {
    std::string type, init, read, write;
  };
  struct InterfaceNames {
    std::string descriptor, client, service, serving;
  };

  void name_chosen();
  void name_derived(const Struct& structure);
  void name_groups(const Struct& structure);
  void name_interface(const Interface& interface);
  std::string module_of(const File& other);

  const File& file_;
  NameScope names_;
  std::map<const Declaration*, std::string> chosen_;
  std::map<const Struct*, StructNames> structs_;
  std::map<const Interface*, InterfaceNames> interfaces_;
  std::map<const Method*, std::string> methods_;
  /// Used modules: what they are imported as.
  std::map<const File*, std::string> modules_;
};

/// The name of a member of an object: a field's, or a method's of a client. One that every object
/// has, or that makes an object a promise, gets an underscore.
[[nodiscard]] std::string ts_property(const Struct& structure, const Field& field);
[[nodiscard]] std::string ts_method(const Method& method);

/// Whether the value is left out of an object where the pointer is null.
[[nodiscard]] bool may_be_absent(const Field& field);

}  // namespace cortado::codegen
