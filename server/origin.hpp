// SPDX-License-Identifier: Apache-2.0
// Which pages may call: those of this server, and those of origins that the options name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cortado::server {

class OriginPolicy {
 public:
  /// Entries are origins as browsers write them, or "*". `problem_of` tells whether they are.
  explicit OriginPolicy(std::vector<std::string> allowed);

  /// What is wrong with an entry, or nullopt.
  [[nodiscard]] static std::optional<std::string> problem_of(std::string_view origin);

  /// `origin` is a request's Origin header, `host` its Host header. A request without an Origin
  /// comes from no page, or from one of this server: browsers always send it across origins.
  [[nodiscard]] bool may_call(std::string_view origin, std::string_view host) const;

  /// Every site may call: answers need not name the one that asked.
  [[nodiscard]] bool everybody() const { return everybody_; }
  /// Some other site may call: answers differ by the Origin header.
  [[nodiscard]] bool somebody() const { return !allowed_.empty(); }

  [[nodiscard]] static bool same_origin(std::string_view origin, std::string_view host);

 private:
  std::vector<std::string> allowed_;
  bool everybody_ = false;
};

}  // namespace cortado::server
