// SPDX-License-Identifier: Apache-2.0
// Patterns of addresses, of a kind that URLPattern knows too: text that is meant literally, `:name` for
// one segment, `*` for anything. Matching takes time in proportion to the lengths of text and
// pattern: there is no pattern that hangs a page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cortado::proxy {

/// One part of an address, or the value of a header.
class Pattern {
 public:
  /// `delimiter` ends what `:name` stands for; '\0': the text has no names, only `*`.
  Pattern(std::string_view text, char delimiter);

  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  enum class Kind : unsigned char { literal, name, anything };
  struct Token {
    Kind kind;
    std::string text;
  };

  std::vector<Token> tokens_;
  char delimiter_;
};

/// scheme://host/path?query. A missing scheme, host or path is anything, as is a missing query; a
/// query that is there is compared without its "?".
class UrlPattern {
 public:
  /// `origin`, if not empty, stands before a pattern that begins with "/".
  UrlPattern(std::string_view text, std::string_view origin);

  /// What is wrong with such a pattern, and the cure; empty: nothing.
  [[nodiscard]] static std::string_view complaint(std::string_view text, std::string_view origin);

  [[nodiscard]] bool matches(std::string_view url) const;

 private:
  struct Texts;
  explicit UrlPattern(const Texts& texts);

  Pattern scheme_;
  Pattern host_;
  Pattern path_;
  Pattern query_;
};

}  // namespace cortado::proxy
