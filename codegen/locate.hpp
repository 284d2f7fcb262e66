// SPDX-License-Identifier: Apache-2.0
// Lines for diagnostics. The compiler's request says at which byte a type begins, nothing of its
// members: they are looked for in the source, where that can be read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cortado::codegen {

/// A part of a text, [begin, end).
struct TextRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// One schema file. Knows of its grammar only what statements and braces are.
class SourceText {
 public:
  explicit SourceText(std::string text) : text_(std::move(text)) {}

  /// From 1; 0 when the text is not that long.
  [[nodiscard]] std::uint32_t line_at(std::size_t offset) const;

  /// What is between the first brace in `declaration` and its partner.
  [[nodiscard]] std::optional<TextRange> body_of(TextRange declaration) const;

  /// The statement in `body` that declares a member: a field, group, enumerant or method. Looks into
  /// unnamed unions, not into other blocks.
  [[nodiscard]] std::optional<TextRange> find_member(TextRange body, std::string_view name) const;

 private:
  /// The next name or sign, without comments and strings; empty at `end`.
  [[nodiscard]] std::string_view next_token(std::size_t& at, std::size_t end) const;
  [[nodiscard]] std::size_t offset_of(std::string_view token) const {
    return static_cast<std::size_t>(token.data() - text_.data());
  }

  std::string text_;
};

/// The sources of all files of a request.
class Sources {
 public:
  /// Folders to which the file names of a request are relative, in order of preference.
  explicit Sources(std::vector<std::string> folders) : folders_(std::move(folders)) {}

  /// Null when it is in none of the folders. Read once.
  [[nodiscard]] const SourceText* find(const std::string& file);

 private:
  std::vector<std::string> folders_;
  std::map<std::string, std::optional<SourceText>> texts_;
};

}  // namespace cortado::codegen
