// SPDX-License-Identifier: Apache-2.0
// Any bytes as a request: refused or printed, never a crash.
#include <kj/exception.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "codegen/load.hpp"
#include "codegen/options.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cortado::codegen;
  const auto request = Request::parse(std::as_bytes(std::span(data, size)));
  if (!request) return 0;
  try {
    Sources sources({});
    Diagnostics diagnostics;
    const Model model = load(*request, sources, diagnostics);
    for (const File* file : model.requested) {
      for (const Target& target : targets()) {
        if (diagnostics.has_errors()) return 0;
        // The files of plain output are of another kind: they refuse what others take.
        Diagnostics of_target = diagnostics;
        static_cast<void>(target.print(*file, of_target));
      }
    }
  } catch (const kj::Exception&) {  // a damaged message: main() says so
  }
  return 0;
}
