// SPDX-License-Identifier: Apache-2.0
// What the generator says of a schema it does not take. Collected, so that one run shows all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codegen/model.hpp"

namespace cortado::codegen {

class Diagnostics {
 public:
  /// `file:line: error: what — why — cure`. Nothing is generated any more.
  void error(const Location& where, std::string_view what, std::string_view why,
             std::string_view cure);
  /// `file:line: warning: what — why — cure`. Generation goes on.
  void warning(const Location& where, std::string_view what, std::string_view why,
               std::string_view cure);

  [[nodiscard]] bool has_errors() const { return error_count_ > 0; }
  /// Whole lines, in the order in which they were found, without their newlines.
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  void add(const Location& where, std::string_view severity, std::string_view what,
           std::string_view why, std::string_view cure);

  std::vector<std::string> lines_;
  std::size_t error_count_ = 0;
};

}  // namespace cortado::codegen
