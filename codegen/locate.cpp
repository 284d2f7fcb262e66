// SPDX-License-Identifier: Apache-2.0
#include "codegen/locate.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace cortado::codegen {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::uint32_t SourceText::line_at(std::size_t offset) const {
  if (offset > text_.size()) return 0;
  const auto begin = text_.begin();
  return static_cast<std::uint32_t>(
      1 + std::count(begin, begin + static_cast<std::ptrdiff_t>(offset), '\n'));
}

std::string_view SourceText::next_token(std::size_t& at, std::size_t end) const {
  end = std::min(end, text_.size());
  while (at < end) {
    const char c = text_[at];
    if (c == '#') {
      while (at < end && text_[at] != '\n') ++at;
    } else if (c == '"') {
      for (++at; at < end && text_[at] != '"'; ++at) {
        if (text_[at] == '\\') ++at;
      }
      ++at;
    } else if (is_name_character(c)) {
      const std::size_t begin = at;
      while (at < end && is_name_character(text_[at])) ++at;
      return std::string_view(text_).substr(begin, at - begin);
    } else {
      ++at;
      const bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
      if (!is_space) return std::string_view(text_).substr(at - 1, 1);
    }
  }
  return {};
}

std::optional<TextRange> SourceText::body_of(TextRange declaration) const {
  std::size_t at = declaration.begin;
  std::size_t depth = 0;
  TextRange body;
  for (std::string_view token = next_token(at, declaration.end); !token.empty();
       token = next_token(at, declaration.end)) {
    if (token == "{" && depth++ == 0) body.begin = at;
    if ((token == ";" || token == "}") && depth == 0) return std::nullopt;
    if (token == "}" && --depth == 0) {
      body.end = at - 1;
      return body;
    }
  }
  return std::nullopt;
}

std::optional<TextRange> SourceText::find_member(TextRange body, std::string_view name) const {
  std::size_t at = body.begin;
  std::size_t opaque_depth = 0;  // blocks entered that are not an unnamed union's
  std::string_view statement;    // its first token
  for (std::string_view token = next_token(at, body.end); !token.empty();
       token = next_token(at, body.end)) {
    const std::string_view first = statement.empty() ? token : statement;
    if (statement.empty() && opaque_depth == 0 && token == name) {
      std::size_t behind = at;
      const std::string_view follows = next_token(behind, body.end);
      if (follows == "@" || follows == ":") return TextRange{offset_of(token), body.end};
    }
    statement = first;
    const bool is_opaque = opaque_depth > 0 || first != "union";
    if (token == "{" && is_opaque) ++opaque_depth;
    if (token == "}" && opaque_depth > 0) --opaque_depth;
    if (token == "{" || token == "}" || token == ";") statement = {};
  }
  return std::nullopt;
}

const SourceText* Sources::find(const std::string& file) {
  const auto [entry, is_new] = texts_.try_emplace(file);
  for (const std::string& folder : folders_) {
    if (!is_new) break;
    const std::filesystem::path path = std::filesystem::path(folder) / file;
    std::error_code no_such_file;
    if (!std::filesystem::is_regular_file(path, no_such_file)) continue;
    std::ifstream stream(path, std::ios::binary);
    entry->second.emplace(std::string(std::istreambuf_iterator<char>(stream), {}));
    break;
  }
  return entry->second.has_value() ? &*entry->second : nullptr;
}

}  // namespace cortado::codegen
