// SPDX-License-Identifier: Apache-2.0
#include "codegen/names.hpp"

#include <algorithm>
#include <cstddef>

namespace cortado::codegen {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
char to_upper(char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }
char to_lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string snake_case(std::string_view name) {
  std::string result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool follows_word = i > 0 && !is_upper(name[i - 1]) && name[i - 1] != '_';
    const bool ends_acronym =
        i > 0 && is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1]);
    if (is_upper(name[i]) && (follows_word || ends_acronym)) result += '_';
    result += to_lower(name[i]);
  }
  return result;
}

std::string pascal_case(std::string_view name) {
  std::string result(name);
  if (!result.empty()) result[0] = to_upper(result[0]);
  return result;
}

std::string upper_case(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (is_upper(c) && !result.empty()) result += '_';
    result += to_upper(c);
  }
  if (result == "NULL") result += '_';
  return result;
}

std::string scoped_name(const Declaration& declaration, std::string_view separator) {
  if (declaration.parent == nullptr) return declaration.name;
  std::string result = scoped_name(*declaration.parent, separator);
  result.append(separator).append(declaration.name);
  return result;
}

std::string json_name(const Struct& structure, const Field& field) {
  const bool taken = structure.discriminant_count > 0 && field.name == "which";
  return taken ? "which_" : field.name;
}

std::string NameScope::claim(std::string_view wanted) {
  std::string name(wanted);
  while (!is_free(name)) name += '_';
  taken_.insert(name);
  return name;
}

bool NameScope::is_free(std::string_view name) const {
  return !taken_.contains(name) && std::ranges::find(reserved_, name) == reserved_.end();
}

std::string without_extension(std::string_view path) {
  constexpr std::string_view extension = ".capnp";
  if (path.ends_with(extension)) path.remove_suffix(extension.size());
  return std::string(path);
}

}  // namespace cortado::codegen
