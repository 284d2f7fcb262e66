// SPDX-License-Identifier: Apache-2.0
#include "codegen/writer.hpp"

#include <cstdint>

namespace cortado::codegen {
namespace {

/// What would end a `/** */` comment early, made harmless.
std::string without_comment_end(std::string_view line) {
  std::string result(line);
  for (std::size_t at = 0; (at = result.find("*/", at)) != std::string::npos; at += 3) {
    result.insert(at + 1, " ");
  }
  return result;
}

/// Calls `visit` with each line, without trailing spaces. Empty lines at the end are no lines.
template <class Visit>
void for_each_line(std::string_view text, const Visit& visit) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
    visit(line);
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

char hex_digit(unsigned value) { return "0123456789abcdef"[value & 15U]; }

}  // namespace

void Writer::blank() {
  if (text_.empty() || text_.ends_with("\n\n") || text_.ends_with("{\n")) return;
  text_ += '\n';
}

void Writer::doc(std::string_view text, Language language) {
  if (language == Language::cpp) {
    for_each_line(text, [this](std::string_view line) {
      // A backslash at the end would make the next line, which is code, part of the comment.
      const std::string_view guard = line.ends_with('\\') ? " ." : "";
      line.empty() ? this->line("///") : this->line("/// ", line, guard);
    });
    return;
  }
  const std::string safe = without_comment_end(text);
  std::size_t line_count = 0;
  for_each_line(safe, [&line_count](std::string_view) { ++line_count; });
  if (line_count == 0) return;
  if (line_count == 1) {
    for_each_line(safe, [this](std::string_view line) { this->line("/** ", line, " */"); });
    return;
  }
  this->line("/**");
  for_each_line(safe, [this](std::string_view line) {
    line.empty() ? this->line(" *") : this->line(" * ", line);
  });
  this->line(" */");
}

void Writer::append(const Writer& other) {
  std::string_view rest = other.text_;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    // Not blank(): the other writer knew what it wanted.
    if (line.empty()) {
      text_ += '\n';
    } else {
      this->line(line);
    }
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
}

void Includes::print(Writer& out) const {
  // Standard headers have neither folder nor extension.
  const auto is_standard = [](std::string_view header) {
    return header.starts_with('<') && header.find_first_of("/.") == std::string_view::npos;
  };
  const auto print_group = [&](const auto& belongs) {
    out.blank();
    for (const std::string& header : headers_) {
      if (belongs(header)) out.line("#include ", header);
    }
  };
  print_group([&](std::string_view h) { return h.starts_with('<') && !is_standard(h); });
  print_group([&](std::string_view h) { return is_standard(h); });
  print_group([&](std::string_view h) { return !h.starts_with('<'); });
}

void Imports::value(std::string_view name, std::string_view module) {
  modules_[std::string(module)][std::string(name)] = true;
}

void Imports::type(std::string_view name, std::string_view module) {
  modules_[std::string(module)].try_emplace(std::string(name), false);
}

void Imports::value_as(std::string_view name, std::string_view alias, std::string_view module) {
  value(name == alias ? std::string(name) : std::string(name) + " as " + std::string(alias),
        module);
}

void Imports::type_as(std::string_view name, std::string_view alias, std::string_view module) {
  type(name == alias ? std::string(name) : std::string(name) + " as " + std::string(alias), module);
}

void Imports::print(Writer& out) const {
  for (const auto& [module, names] : modules_) {
    bool any_value = false;
    for (const auto& [name, is_value] : names) any_value = any_value || is_value;
    std::string list;
    for (const auto& [name, is_value] : names) {
      if (!list.empty()) list += ", ";
      if (any_value && !is_value) list += "type ";
      list += name;
    }
    const std::string_view keyword = any_value ? "import { " : "import type { ";
    const std::string from = " } from " + string_literal(module, Language::ts) + ';';
    constexpr std::size_t columns_max = 100;
    if (keyword.size() + list.size() + from.size() <= columns_max) {
      out.line(keyword, list, from);
      continue;
    }
    out.line(any_value ? "import {" : "import type {");
    for (const auto& [name, is_value] : names) {
      out.line("  ", any_value && !is_value ? "type " : "", name, ",");
    }
    out.line("} from ", string_literal(module, Language::ts), ";");
  }
}

std::string string_literal(std::string_view text, Language language) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (byte >= 0x20 && byte != 0x7f) {
      result += c;
    } else if (language == Language::ts) {
      result.append("\\u00") += hex_digit(byte >> 4U);
      result += hex_digit(byte);
    } else {
      // Not \x, which would swallow digits that follow.
      result += '\\';
      for (const unsigned shift : {6U, 3U, 0U})
        result += static_cast<char>('0' + ((byte >> shift) & 7U));
    }
  }
  return result + '"';
}

std::string hex_id(std::uint64_t id) {
  std::string result = "0x";
  for (int shift = 60; shift >= 0; shift -= 4)
    result += hex_digit(static_cast<unsigned>(id >> shift));
  return result;
}

void print_banner(Writer& out, std::string_view schema_path) {
  out.line("// Generated by capnpc-cortado from ", schema_path,
           ". Do not edit: change the schema.");
}

}  // namespace cortado::codegen
