// SPDX-License-Identifier: Apache-2.0
// Addresses, as `new URL(…).href` writes them.
#pragma once

#include <string>
#include <string_view>

namespace cortado::proxy {

/// https://example.com/a/b?c#d in parts; what is missing is empty. The query has its "?".
struct UrlParts {
  std::string_view scheme;     // https
  std::string_view authority;  // example.com
  std::string_view path;       // /a/b
  std::string_view query;      // ?c
};

[[nodiscard]] UrlParts split_url(std::string_view url);

/// Of http: or https:, with an authority.
[[nodiscard]] bool is_http(std::string_view url);

[[nodiscard]] bool same_origin(std::string_view one, std::string_view other);

/// What `reference`, of a header field, means on a page at `base` (RFC 3986, 5.2), without fragment.
[[nodiscard]] std::string resolve_url(std::string_view base, std::string_view reference);

}  // namespace cortado::proxy
