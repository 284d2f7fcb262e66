// SPDX-License-Identifier: Apache-2.0
#include "codegen/plain.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "codegen/names.hpp"

namespace cortado::codegen {

void check_plain(const File& file, Diagnostics& diagnostics) {
  const auto refuse = [&diagnostics](const Declaration& declaration) {
    diagnostics.error(
        declaration.where, "'" + declaration.name + "' has no plain form",
        "plain output holds enums and constants of numbers, Bool or Text, nothing else",
        "move it to another file, or use --cpp and --ts");
  };
  for (const Struct* structure : file.structs) refuse(*structure);
  for (const Interface* interface : file.interfaces) refuse(*interface);
  for (const Constant* constant : file.constants) {
    const TypeKind kind = constant->type.kind;
    const bool is_text = kind == TypeKind::text;
    if (!is_text && (is_pointer(kind) || data_bits(kind) == 0 || kind == TypeKind::enumeration)) {
      refuse(*constant);
    }
  }
}

std::vector<const Enumerant*> enumerants_in_code_order(const Enum& enumeration) {
  std::vector<const Enumerant*> sorted;
  for (const Enumerant& enumerant : enumeration.enumerants) sorted.push_back(&enumerant);
  std::ranges::sort(sorted, std::less{}, [](const Enumerant* enumerant) {
    return std::pair(enumerant->code_order, enumerant->ordinal);
  });
  return sorted;
}

std::string plain_stem(const File& file) {
  const std::string stem = without_extension(file.path);
  return stem.substr(stem.rfind('/') + 1);
}

}  // namespace cortado::codegen
