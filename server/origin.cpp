// SPDX-License-Identifier: Apache-2.0
#include "server/origin.hpp"

#include <algorithm>
#include <utility>

namespace cortado::server {
namespace {

char lower(char character) {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character + ('a' - 'A'))
                                              : character;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

OriginPolicy::OriginPolicy(std::vector<std::string> allowed) : allowed_(std::move(allowed)) {
  everybody_ = std::ranges::find(allowed_, "*") != allowed_.end();
}

std::optional<std::string> OriginPolicy::problem_of(std::string_view origin) {
  if (origin == "*" || origin == "null") return std::nullopt;
  const std::string wanted = "'" + std::string(origin) +
                             "' is no origin: write scheme://host or scheme://host:port, as in "
                             "https://app.example.com, or * for every site";
  const std::size_t scheme = origin.find("://");
  if (scheme == 0 || scheme == std::string_view::npos) return wanted;
  const std::string_view authority = origin.substr(scheme + 3);
  if (authority.empty() || authority.find_first_of("/?# @") != std::string_view::npos)
    return wanted;
  return std::nullopt;
}

bool OriginPolicy::same_origin(std::string_view origin, std::string_view host) {
  // The scheme is not compared: behind a proxy that ends TLS we do not know our own.
  const std::size_t scheme = origin.find("://");
  if (scheme == std::string_view::npos || host.empty()) return false;
  return equal_ignoring_case(origin.substr(scheme + 3), host);
}

bool OriginPolicy::may_call(std::string_view origin, std::string_view host) const {
  if (origin.empty() || everybody_ || same_origin(origin, host)) return true;
  return std::ranges::any_of(
      allowed_, [&](const std::string& entry) { return equal_ignoring_case(entry, origin); });
}

}  // namespace cortado::server
