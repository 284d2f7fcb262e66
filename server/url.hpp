// SPDX-License-Identifier: Apache-2.0
// The parts of a request's target, decoded once and strictly.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cortado::server {

struct Target {
  std::string_view path;   // "/rpc/Market/quote", still encoded
  std::string_view query;  // behind the question mark
};

/// Takes "/path?query" and "http://host/path?query", the form for proxies. The views borrow.
[[nodiscard]] Target split_target(std::string_view target);

/// nullopt: a percent sign without two hexadecimal digits.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

/// One parameter of a query, decoded, `+` as a space; nullopt when it is missing or not valid.
[[nodiscard]] std::optional<std::string> query_param(std::string_view query, std::string_view name);

}  // namespace cortado::server
