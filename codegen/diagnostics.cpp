// SPDX-License-Identifier: Apache-2.0
#include "codegen/diagnostics.hpp"

#include <algorithm>
#include <string>

namespace cortado::codegen {

void Diagnostics::error(const Location& where, std::string_view what, std::string_view why,
                        std::string_view cure) {
  ++error_count_;
  add(where, "error", what, why, cure);
}

void Diagnostics::warning(const Location& where, std::string_view what, std::string_view why,
                          std::string_view cure) {
  add(where, "warning", what, why, cure);
}

void Diagnostics::add(const Location& where, std::string_view severity, std::string_view what,
                      std::string_view why, std::string_view cure) {
  std::string line = to_string(where);
  line.append(": ").append(severity).append(": ").append(what);
  line.append(" — ").append(why).append(" — ").append(cure);
  // Several printers look at the same names.
  if (std::ranges::find(lines_, line) == lines_.end()) lines_.push_back(std::move(line));
}

}  // namespace cortado::codegen
