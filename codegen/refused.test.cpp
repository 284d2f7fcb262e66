// SPDX-License-Identifier: Apache-2.0
// Every schema of testdata/unsupported_*.capnp says in comments (`# error: generic type 'Box'`) what
// is refused in which line; it must be that and nothing else. Where one line says what is warned of
// (`# warning: ...`), all warnings are said.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "codegen/printers.hpp"
#include "codegen/test_support.hpp"

using namespace cortado::codegen;
using namespace cortado::codegen::test;

namespace {

/// "unsupported_generics.capnp:4: error: generic type 'Box'"
std::vector<std::string> expected_lines(const std::string& file) {
  std::vector<std::string> expected;
  std::istringstream source(read_file(testdata_folder() + '/' + file));
  std::size_t number = 0;
  for (std::string line; std::getline(source, line);) {
    ++number;
    for (const std::string_view severity : {"error: ", "warning: "}) {
      const std::size_t at = line.find("# " + std::string(severity));
      if (at == std::string::npos) continue;
      expected.push_back(file + ':' + std::to_string(number) + ": " + line.substr(at + 2));
    }
  }
  return expected;
}

std::vector<std::string> found_lines(const std::string& file, bool with_warnings) {
  Loaded loaded = load_schema(file);
  for (const File* requested : loaded.model.requested) {
    if (loaded.diagnostics.has_errors()) break;
    static_cast<void>(file == "unsupported_plain.capnp"
                          ? print_plain_cpp(*requested, loaded.diagnostics)
                          : print_cpp(*requested, loaded.diagnostics));
  }
  std::vector<std::string> found;
  for (const std::string& line : loaded.diagnostics.lines()) {
    const bool is_error = line.find(": error: ") != std::string::npos;
    if (is_error || with_warnings) found.push_back(line.substr(0, line.find(" — ")));
  }
  return found;
}

}  // namespace

TEST_CASE("what is not supported is refused where it stands") {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(testdata_folder())) {
    const std::string file = entry.path().filename().string();
    if (!file.starts_with("unsupported_")) continue;
    CAPTURE(file);
    ++count;
    std::vector<std::string> expected = expected_lines(file);
    const bool with_warnings = std::ranges::any_of(expected, [](const std::string& line) {
      return line.find(": warning: ") != std::string::npos;
    });
    std::vector<std::string> found = found_lines(file, with_warnings);
    CHECK_FALSE(expected.empty());
    std::ranges::sort(expected);
    std::ranges::sort(found);
    CHECK(found == expected);
  }
  CHECK(count >= 8);
}

TEST_CASE("every diagnostic says what, why and the cure") {
  const Loaded loaded = load_schema("unsupported_annotations.capnp");
  for (const std::string& line : loaded.diagnostics.lines()) {
    CAPTURE(line);
    const std::size_t why = line.find(" — ");
    REQUIRE(why != std::string::npos);
    CHECK(line.find(" — ", why + 1) != std::string::npos);
  }
}
