// SPDX-License-Identifier: Apache-2.0
// capnpc-cortado: standard input -> request -> model -> texts -> files. All of the disk is here.
#include <kj/exception.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <unistd.h>
#include <vector>

#include "codegen/load.hpp"
#include "codegen/options.hpp"

namespace {

using namespace cortado::codegen;

constexpr int exit_schema_refused = 1;
constexpr int exit_wrong_use = 2;

struct PlacedFile {
  const Output* output;
  OutputFile file;
};

int fail(int status, std::string_view message) {
  std::cerr << "capnpc-cortado: " << message << '\n';
  return status;
}

std::vector<std::byte> read_standard_input() {
  std::vector<std::byte> bytes;
  std::array<std::byte, 65536> chunk;
  while (true) {
    const std::size_t size = std::fread(chunk.data(), 1, chunk.size(), stdin);
    bytes.insert(bytes.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(size));
    if (size < chunk.size()) return bytes;
  }
}

std::vector<std::string> source_folders(const Options& options) {
  std::vector<std::string> folders = options.sources;
  folders.emplace_back(".");
  // As a plug-in it runs in the output directory, but the shell's folder is still told.
  if (const char* const shell_folder = std::getenv("PWD")) folders.emplace_back(shell_folder);
  return folders;
}

/// Prints every requested file for every target; empty when something was refused.
std::vector<PlacedFile> print_all(const Options& options, const Model& model,
                                  Diagnostics& diagnostics) {
  std::vector<PlacedFile> files;
  for (const File* file : model.requested) {
    const std::filesystem::path path(file->path);
    if (path.is_absolute() || file->path.starts_with("..")) {
      diagnostics.error(file->where, "the file is not below the current directory",
                        "there is no place for what is generated below the output directory",
                        "give the compiler --src-prefix");
    }
    for (const Output& output : options.outputs) {
      if (diagnostics.has_errors()) return {};
      for (OutputFile& made : output.target->print(*file, diagnostics)) {
        files.push_back({&output, std::move(made)});
      }
    }
  }
  return files;
}

bool write(const PlacedFile& placed) {
  const std::filesystem::path path =
      std::filesystem::path(placed.output->folder) / placed.file.name;
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  errno = 0;
  std::ofstream stream(path, std::ios::binary);
  stream << placed.file.content;
  stream.close();
  if (stream) return true;
  const std::string reason = error ? error.message() : std::strerror(errno);
  fail(exit_wrong_use, "cannot write '" + path.string() + "': " + reason +
                           ". Choose another directory: --" +
                           std::string(placed.output->target->flag) + "=DIR");
  return false;
}

int generate(const Options& options) {
  const std::vector<std::byte> input = read_standard_input();
  const auto request = Request::parse(input);
  if (!request) return fail(exit_wrong_use, request.error());
  Sources sources(source_folders(options));
  Diagnostics diagnostics;
  const Model model = load(*request, sources, diagnostics);
  std::vector<PlacedFile> files;
  if (!diagnostics.has_errors()) files = print_all(options, model, diagnostics);
  for (const std::string& line : diagnostics.lines()) std::cerr << line << '\n';
  if (diagnostics.has_errors()) return exit_schema_refused;
  for (const PlacedFile& placed : files) {
    if (!write(placed)) return exit_wrong_use;
  }
  return 0;
}

}  // namespace

int main(int count, char** values) {
  try {
    const auto arguments = std::span<const char* const>(values, static_cast<std::size_t>(count));
    const auto options = parse_options(arguments.subspan(count > 0 ? 1 : 0));
    if (!options) return fail(exit_wrong_use, options.error());
    if (options->help || options->version) {
      std::cout << (options->help ? help_text() : "capnpc-cortado " CORTADO_VERSION "\n");
      return 0;
    }
    if (isatty(STDIN_FILENO) != 0) {
      return fail(exit_wrong_use,
                  "standard input is a terminal. Pipe the compiler into it: "
                  "capnp compile -o- file.capnp | capnpc-cortado --cpp=DIR; "
                  "see --help");
    }
    return generate(*options);
  } catch (const kj::Exception& exception) {
    return fail(exit_wrong_use,
                std::string("the request is damaged: ") + exception.getDescription().cStr());
  } catch (const std::exception& exception) {
    return fail(exit_wrong_use, exception.what());
  }
}
