// SPDX-License-Identifier: Apache-2.0
// Inside of print_cpp_json(): the bodies of generated functions, over rpc/json_support.hpp.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "codegen/model.hpp"
#include "codegen/names.hpp"
#include "codegen/writer.hpp"

namespace cortado::codegen {

/// What the functions of one generated file have in common.
class CppJsonScope {
 public:
  explicit CppJsonScope(const File& file);

  [[nodiscard]] const File& file() const { return file_; }
  /// The table of the names of a union's members.
  [[nodiscard]] const std::string& which_table(const Struct& structure) const {
    return which_tables_.at(&structure);
  }
  /// Tables of all unions of the file, groups' too.
  void print_tables(Writer& out) const;

 private:
  void name_tables(const Struct& structure, const std::string& scope, NameScope& names);

  const File& file_;
  std::map<const Struct*, std::string> which_tables_;
};

/// `static constexpr std::array<std::string_view, 2> variable = {"request", "response"};`
void print_names(Writer& out, const std::string& variable, const std::vector<std::string>& names);

/// `void to_json(Quote::Reader value, std::string& out) { ... }`, and below it a function
/// `write_group` for each group, inner ones first.
void print_group_writers(Writer& out, const Struct& structure, const CppJsonScope& scope);
void print_to_json(Writer& out, const Struct& structure, const CppJsonScope& scope);

/// `bool read_json(const boost::json::value&, const Place&, Quote::Builder)`, and `read_group`.
void print_group_readers(Writer& out, const Struct& structure, const CppJsonScope& scope);
void print_read_json(Writer& out, const Struct& structure, const CppJsonScope& scope);

}  // namespace cortado::codegen
