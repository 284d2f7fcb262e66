// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/url.hpp"

#include <algorithm>

#include "client-wasm/proxy/text.hpp"

namespace cortado::proxy {
namespace {

constexpr std::string_view before_authority = "://";

bool has_scheme(std::string_view reference) {
  const std::size_t end = reference.find_first_of(":/?");
  return end != std::string_view::npos && end > 0 && reference[end] == ':';
}

/// RFC 3986, 5.2.4. The path begins with "/".
std::string without_dots(std::string_view path) {
  std::string result;
  for (std::string_view rest = path.substr(1);;) {
    const bool is_last = rest.find('/') == std::string_view::npos;
    const std::string_view segment = take_until(rest, '/');
    const bool is_dots = segment == "." || segment == "..";
    if (segment == "..") result.resize(std::min(result.rfind('/'), result.size()));
    if (!is_dots) result.append("/").append(segment);
    if (is_last) return is_dots ? result + '/' : result;
  }
}

}  // namespace

UrlParts split_url(std::string_view url) {
  UrlParts parts;
  url = url.substr(0, url.find('#'));
  const std::size_t scheme_end = url.find(before_authority);
  if (scheme_end == std::string_view::npos) return parts;
  parts.scheme = url.substr(0, scheme_end);
  std::string_view rest = url.substr(scheme_end + before_authority.size());
  const std::size_t path_at = std::min(rest.find_first_of("/?"), rest.size());
  parts.authority = rest.substr(0, path_at);
  rest.remove_prefix(path_at);
  const std::size_t query_at = std::min(rest.find('?'), rest.size());
  parts.path = rest.substr(0, query_at);
  parts.query = rest.substr(query_at);
  return parts;
}

bool is_http(std::string_view url) {
  const UrlParts parts = split_url(url);
  return (same(parts.scheme, "https") || same(parts.scheme, "http")) && !parts.authority.empty();
}

bool same_origin(std::string_view one, std::string_view other) {
  const UrlParts left = split_url(one);
  const UrlParts right = split_url(other);
  return same(left.scheme, right.scheme) && same(left.authority, right.authority);
}

std::string resolve_url(std::string_view base, std::string_view reference) {
  reference = trim(reference);
  reference = reference.substr(0, reference.find('#'));
  const UrlParts parts = split_url(base);
  if (has_scheme(reference)) return std::string(reference);
  std::string url(parts.scheme);
  if (reference.starts_with("//")) return url.append(":").append(reference);
  url.append(before_authority).append(parts.authority);
  const std::string_view path = parts.path.empty() ? "/" : parts.path;
  if (reference.empty()) return url.append(path).append(parts.query);
  const std::size_t query_at = std::min(reference.find('?'), reference.size());
  const std::string_view query = reference.substr(query_at);
  std::string to(reference.substr(0, query_at));
  if (to.empty()) return url.append(path).append(query);
  if (!to.starts_with('/')) to.insert(0, path.substr(0, path.rfind('/') + 1));
  if (!to.starts_with('/')) to.insert(0, "/");
  return url.append(without_dots(to)).append(query);
}

}  // namespace cortado::proxy
