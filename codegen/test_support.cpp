// SPDX-License-Identifier: Apache-2.0
#include "codegen/test_support.hpp"

#include <doctest/doctest.h>  // tidy-allow: only tests link this file

#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sys/wait.h>

#include "codegen/load.hpp"

namespace cortado::codegen::test {

Outcome run(const std::string& command) {
  std::FILE* const pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  Outcome outcome;
  std::array<char, 4096> chunk;
  while (const std::size_t size = std::fread(chunk.data(), 1, chunk.size(), pipe)) {
    outcome.output.append(chunk.data(), size);
  }
  const int status = pclose(pipe);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

std::string read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  REQUIRE_MESSAGE(stream.is_open(), path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string testdata_folder() { return CORTADO_SOURCE_DIR "/codegen/testdata"; }

std::vector<std::byte> compile(std::string_view file) {
  const std::string folder = testdata_folder();
  const Outcome outcome = run("'" CORTADO_CAPNP "' compile '-I" CORTADO_CAPNP_IMPORT_DIR
                              "' '-I" CORTADO_SOURCE_DIR "/schema' -o- '--src-prefix=" +
                              folder + "' '" + folder + '/' + std::string(file) + '\'');
  REQUIRE_MESSAGE(outcome.status == 0, file);
  const auto bytes = std::as_bytes(std::span(outcome.output));
  return {bytes.begin(), bytes.end()};
}

Loaded load_schema(std::string_view file) {
  const auto request = Request::parse(compile(file));
  REQUIRE(request.has_value());
  Sources sources({testdata_folder()});
  Loaded loaded;
  loaded.model = load(*request, sources, loaded.diagnostics);
  return loaded;
}

Model load_fine(std::string_view file) {
  Loaded loaded = load_schema(file);
  for (const std::string& line : loaded.diagnostics.lines()) FAIL_CHECK(line);
  return std::move(loaded.model);
}

const Struct& find_struct(const Model& model, std::string_view dotted) {
  for (const Struct& structure : model.structs) {
    if (dotted_name(structure) == dotted) return structure;
  }
  FAIL(dotted);
  return model.structs.front();
}

const Interface& find_interface(const Model& model, std::string_view dotted) {
  for (const Interface& interface : model.interfaces) {
    if (dotted_name(interface) == dotted) return interface;
  }
  FAIL(dotted);
  return model.interfaces.front();
}

const Field& find_field_of(const Model& model, std::string_view dotted, std::string_view field) {
  const Field* const found = find_field(find_struct(model, dotted), field);
  REQUIRE_MESSAGE(found != nullptr, field);
  return *found;
}

}  // namespace cortado::codegen::test
