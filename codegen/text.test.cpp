// SPDX-License-Identifier: Apache-2.0
// What printers stand on: names, lines, comments, literals, JSON, and finding lines in a source.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "codegen/json_text.hpp"
#include "codegen/locate.hpp"
#include "codegen/names.hpp"
#include "codegen/writer.hpp"

using namespace cortado::codegen;

TEST_CASE("names change their style word by word") {
  CHECK(snake_case("deadlineExceeded") == "deadline_exceeded");
  CHECK(snake_case("getURLOf") == "get_url_of");
  CHECK(snake_case("getURL") == "get_url");
  CHECK(snake_case("utf8Text") == "utf8_text");
  CHECK(snake_case("FrameType") == "frame_type");
  CHECK(snake_case("x") == "x");
  CHECK(pascal_case("quoteAll") == "QuoteAll");
  CHECK(upper_case("badFrameType") == "BAD_FRAME_TYPE");
  CHECK(upper_case("null") == "NULL_");
  CHECK(without_extension("a/b.c.capnp") == "a/b.c");
}

TEST_CASE("a name that is reserved or taken gets underscores") {
  NameScope scope(cpp_reserved());
  CHECK(scope.claim("delete") == "delete_");
  CHECK(scope.claim("quote") == "quote");
  CHECK(scope.claim("quote") == "quote_");
  CHECK(scope.claim("quote") == "quote__");
  scope.block("info");
  CHECK(scope.claim("info") == "info_");
}

TEST_CASE("doc comments cannot end early") {
  Writer ts;
  ts.doc("ends */ here\nand here \\\n\n", Language::ts);
  CHECK(ts.text() == "/**\n * ends * / here\n * and here \\\n */\n");
  Writer cpp;
  cpp.doc("a line that continues \\\nnot code\n\nlast\n", Language::cpp);
  CHECK(cpp.text() == "/// a line that continues \\ .\n/// not code\n///\n/// last\n");
  Writer none;
  none.doc("\n \n", Language::ts);
  none.doc("", Language::cpp);
  CHECK(none.empty());
  Writer slashes;
  slashes.doc("**/ */*/", Language::ts);
  CHECK(slashes.text().find("*/") == slashes.text().size() - 3);
}

TEST_CASE("lines are indented by blocks, and empty ones do not gather") {
  Writer out;
  {
    auto block = out.block("a {", "}");
    out.blank();
    out.line("b", "c");
    out.blank();
    out.blank();
    auto inner = out.indent();
    out.line("d");
  }
  CHECK(out.text() == "a {\n  bc\n\n    d\n}\n");
  Writer outer;
  auto indented = outer.indent();
  outer.append(out);
  CHECK(outer.text() == "  a {\n    bc\n\n      d\n  }\n");
}

TEST_CASE("literals of both languages hold any text") {
  CHECK(string_literal("a\"b\\c\n", Language::cpp) == "\"a\\\"b\\\\c\\n\"");
  CHECK(string_literal("\x01"
                       "1ü",
                       Language::cpp) == "\"\\0011ü\"");
  CHECK(string_literal("\x01"
                       "1\x7f",
                       Language::ts) == "\"\\u00011\\u007f\"");
  CHECK(hex_id(0x9f2e6b8140d7c3a5) == "0x9f2e6b8140d7c3a5");
}

TEST_CASE("includes and imports are sorted and said once") {
  Includes includes;
  for (const char* header : {"<vector>", "\"b.hpp\"", "<capnp/any.h>", "<vector>", "\"a.hpp\""}) {
    includes.add(header);
  }
  Writer cpp;
  includes.print(cpp);
  CHECK(cpp.text() ==
        "#include <capnp/any.h>\n\n#include <vector>\n\n#include \"a.hpp\"\n#include \"b.hpp\"\n");
  Imports imports;
  imports.type("B", "./x.ts");
  imports.value("a", "./x.ts");
  imports.type("a", "./x.ts");
  imports.type_as("Quote", "Quote_2", "./y.ts");
  Writer ts;
  imports.print(ts);
  CHECK(ts.text() ==
        "import { type B, a } from \"./x.ts\";\n"
        "import type { Quote as Quote_2 } from \"./y.ts\";\n");
}

TEST_CASE("JSON text, on one line and indented") {
  JsonText line(JsonText::Layout::one_line);
  line.begin_object();
  line.member("a", std::uint64_t{1});
  line.key("b");
  line.begin_array();
  line.string("x\"\n\x01");
  line.float64(0.1);
  line.float64(std::numeric_limits<double>::infinity());
  line.float32(0.1F);
  line.null();
  line.begin_object();
  line.end_object();
  line.end_array();
  line.member("c", true);
  line.end_object();
  CHECK(line.text() == R"({"a":1,"b":["x\"\n\u0001",0.1,"Infinity",0.1,null,{}],"c":true})");
  JsonText indented(JsonText::Layout::indented);
  indented.begin_object();
  indented.key("a");
  indented.begin_array();
  indented.number(std::int64_t{-1});
  indented.end_array();
  indented.end_object();
  CHECK(indented.text() == "{\n  \"a\": [\n    -1\n  ]\n}");
}

TEST_CASE("members are found in a source, past comments, strings and nested blocks") {
  const std::string text =
      "struct A {  # { x @9\n"
      "  struct B { x @0 :Text = \"} x @1\"; }\n"
      "  union {\n"
      "    y @1 :Int8;\n"
      "    z :group { x @2 :Int8; }\n"
      "  }\n"
      "  x @3 :Int8;\n"
      "}\n";
  const SourceText source(text);
  const auto body = source.body_of({0, text.size()});
  REQUIRE(body.has_value());
  const auto line_of = [&](TextRange range, std::string_view name) {
    const auto found = source.find_member(range, name);
    return found ? source.line_at(found->begin) : 0;
  };
  CHECK(line_of(*body, "x") == 7);
  CHECK(line_of(*body, "y") == 4);
  CHECK(line_of(*body, "z") == 5);
  CHECK(line_of(*body, "w") == 0);
  const auto group = source.body_of(*source.find_member(*body, "z"));
  REQUIRE(group.has_value());
  CHECK(line_of(*group, "x") == 5);
  CHECK(source.line_at(text.size() + 1) == 0);
}
