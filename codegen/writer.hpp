// SPDX-License-Identifier: Apache-2.0
// How printers put text together: lines with indentation, doc comments, and the includes or
// imports that the text turned out to need. It knows no schema.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace cortado::codegen {

enum class Language : unsigned char {
  cpp,  // doc comments: `/// ` before each line
  ts,   // `/** ... */`
};

/// A generated file: its name below the output directory and all of its text.
struct OutputFile {
  std::string name;
  std::string content;
};

class Writer {
 public:
  explicit Writer(std::size_t indent_width = 2) : indent_width_(indent_width) {}

  /// One line of the parts joined, indented; no part contains a newline.
  template <class... Parts>
  void line(const Parts&... parts) {
    begin_line();
    (text_.append(std::string_view(parts)), ...);
    text_ += '\n';
  }

  /// An empty line, but never two, and none right behind a line that opens a block.
  void blank();

  /// Lines until the guard's end stand one step to the right; it then writes `closing` if any.
  class [[nodiscard]] Block {
   public:
    Block(Writer& writer, std::string closing) : writer_(&writer), closing_(std::move(closing)) {
      ++writer_->depth_;
    }
    ~Block() {
      --writer_->depth_;
      if (!closing_.empty()) writer_->line(closing_);
    }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;

   private:
    Writer* writer_;
    std::string closing_;
  };
  Block indent() { return Block(*this, ""); }
  /// Writes `opening`, gives a block that ends with `closing`: `auto body = out.block("{", "}");`
  Block block(std::string_view opening, std::string closing) {
    line(opening);
    return Block(*this, std::move(closing));
  }

  /// A doc comment; nothing when `text` is empty. What would end the comment early is defused.
  void doc(std::string_view text, Language language);

  /// Appends lines made by another writer, indented like the others.
  void append(const Writer& other);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

 private:
  void begin_line() { text_.append(depth_ * indent_width_, ' '); }

  std::string text_;
  std::size_t indent_width_;
  std::size_t depth_ = 0;
};

/// `#include` lines, each once, sorted, in three groups: <capnp/...> and the like, <standard>, "own".
class Includes {
 public:
  /// With its brackets or quotes: `<cstdint>`, `"rpc/task.hpp"`.
  void add(std::string_view header) { headers_.emplace(header); }
  void print(Writer& out) const;

 private:
  std::set<std::string, std::less<>> headers_;
};

/// `import { a, type B } from "x";` lines: one for each module, modules and names sorted.
class Imports {
 public:
  /// Something used at run time. Being asked for as a type, too, makes no difference.
  void value(std::string_view name, std::string_view module);
  void type(std::string_view name, std::string_view module);
  /// `import { name as alias }`.
  void value_as(std::string_view name, std::string_view alias, std::string_view module);
  void type_as(std::string_view name, std::string_view alias, std::string_view module);
  void print(Writer& out) const;
  [[nodiscard]] bool empty() const { return modules_.empty(); }

 private:
  // module -> text of the imported name ("Quote", "Quote as Quote_2") -> whether it is a value
  std::map<std::string, std::map<std::string, bool>, std::less<>> modules_;
};

/// A string literal with its quotes. UTF-8 stays as it is; control characters, quotes and
/// backslashes are escaped. The one of TypeScript is JSON, too.
[[nodiscard]] std::string string_literal(std::string_view text, Language language);

/// "0x9f2e6b8140d7c3a5", 16 digits.
[[nodiscard]] std::string hex_id(std::uint64_t id);

/// The first line of every generated file, as a comment of either language: who made it, from
/// what, and that editing it is in vain.
void print_banner(Writer& out, std::string_view schema_path);

}  // namespace cortado::codegen
