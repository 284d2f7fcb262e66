// SPDX-License-Identifier: Apache-2.0
// The program as it is called: flags, bad input, where files go.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "codegen/test_support.hpp"

using namespace cortado::codegen::test;

namespace {

const std::string generator = "'" CORTADO_GENERATOR "'";

/// A folder that is gone when the test is over.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "cortado-main-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] std::string operator/(const std::string& name) const {
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

std::string request_of(const TemporaryFolder& folder, const std::string& schema) {
  const auto bytes = compile(schema);
  const std::string path = folder / "request";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  return "'" + path + "'";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("--help and --version answer, a wrong flag is named") {
  const Outcome help = run(generator + " --help");
  CHECK(help.status == 0);
  CHECK(contains(help.output, "--plain-ts=DIR"));
  CHECK(run(generator + " --version").output.starts_with("capnpc-cortado "));
  const Outcome unknown = run(generator + " --cp=x 2>&1 < /dev/null");
  CHECK(unknown.status == 2);
  CHECK(contains(unknown.output, "unknown argument '--cp=x'"));
  const Outcome without = run(generator + " --cpp 2>&1 < /dev/null");
  CHECK(without.status == 2);
  CHECK(contains(without.output, "--cpp needs a directory: --cpp=DIR"));
}

TEST_CASE("standard input that is no request is refused") {
  const Outcome empty = run(generator + " 2>&1 < /dev/null");
  CHECK(empty.status == 2);
  CHECK(contains(empty.output, "standard input is empty"));
  const Outcome text = run("echo 'struct Quote { price @0 :Float64; }' | " + generator + " 2>&1");
  CHECK(text.status == 2);
  CHECK(contains(text.output, "no request"));
  const Outcome noise = run("head -c 4096 '" CORTADO_GENERATOR "' | " + generator + " 2>&1");
  CHECK(noise.status == 2);
}

TEST_CASE("files lie below the output directory as the schemas lie, plain ones flat") {
  const TemporaryFolder folder;
  const std::string request = request_of(folder, "imports/deep/deeper.capnp");
  const Outcome made = run(generator + " '--cpp=" + folder / "new/cpp" +
                           "' '--openrpc=" + folder / "doc" + "' 2>&1 < " + request);
  CHECK(made.output.empty());
  CHECK(made.status == 0);
  CHECK(std::filesystem::exists(folder / "new/cpp/imports/deep/deeper.cortado.hpp"));
  CHECK(std::filesystem::exists(folder / "doc/imports/deep/deeper.openrpc.json"));
}

TEST_CASE("a directory that cannot be written to is named, with its flag") {
  const TemporaryFolder folder;
  const std::string request = request_of(folder, "empty_file.capnp");
  std::ofstream(folder / "file") << "in the way";
  const Outcome outcome = run(generator + " '--cpp=" + folder / "file" + "' 2>&1 < " + request);
  CHECK(outcome.status == 2);
  CHECK(contains(outcome.output, "cannot write"));
  CHECK(contains(outcome.output, "--cpp=DIR"));
}

TEST_CASE("a schema that is refused leaves nothing behind") {
  const TemporaryFolder folder;
  const std::string request = request_of(folder, "unsupported_generics.capnp");
  const Outcome outcome = run(generator + " '--source=" + testdata_folder() +
                              "' '--cpp=" + folder / "out" + "' 2>&1 < " + request);
  CHECK(outcome.status == 1);
  CHECK(contains(outcome.output, "unsupported_generics.capnp:4: error: generic type 'Box'"));
  CHECK_FALSE(std::filesystem::exists(folder / "out"));
  // Without the source there are names instead of lines.
  const Outcome blind =
      run("cd / && PWD=/ " + generator + " '--cpp=" + folder / "out" + "' 2>&1 < " + request);
  CHECK(contains(blind.output, "unsupported_generics.capnp:Box: error"));
}

TEST_CASE("as a plug-in of the compiler it makes everything") {
  const TemporaryFolder folder;
  const Outcome outcome = run("mkdir '" + folder / "out" +
                              "' && '" CORTADO_CAPNP "' compile '-I" CORTADO_CAPNP_IMPORT_DIR
                              "' '-I" CORTADO_SOURCE_DIR "/schema' '--src-prefix=" +
                              testdata_folder() + "' '-o" CORTADO_GENERATOR ":" + folder / "out" +
                              "' '" + testdata_folder() + "/unions.capnp' 2>&1");
  CHECK(outcome.output.empty());
  CHECK(outcome.status == 0);
  for (const char* name : {"unions.cortado.hpp", "unions.cortado.cpp", "unions.cortado.json.hpp",
                           "unions.cortado.json.cpp", "unions.cortado.ts", "unions.openrpc.json"}) {
    CAPTURE(name);
    CHECK(std::filesystem::exists(folder / "out" + "/" + name));
  }
}
