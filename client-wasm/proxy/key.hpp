// SPDX-License-Identifier: Apache-2.0
// The names under which responses are stored: four words.
//
//   pictures iYWxpY2U u https://app.example/a.png
//   default p r d5a3c0f7e1b94206.3 AAAAAAE
//
// The cache; "p" for everybody, or "i" and the identity in base64url; then of HTTP the address, of RPCs
// interface, ordinal and the canonical params in base64url. So all of a cache, or of an identity, have
// a beginning in common, and no two calls that differ have the same key.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client-wasm/proxy/configuration.hpp"

namespace cortado::proxy {

/// "p", or "i…".
[[nodiscard]] std::string partition_of(bool is_public, std::string_view identity);

struct KeyParts {
  std::string_view cache;
  std::string_view partition;
};
[[nodiscard]] KeyParts split_key(std::string_view key);

[[nodiscard]] std::string key_of(const Route& route, const RequestHead& request,
                                 std::string_view identity, std::string_view params);

/// Of all responses to that address that any route may have stored.
[[nodiscard]] std::vector<std::string> keys_of_url(const Configuration& configuration,
                                                   std::string_view identity, std::string_view url);

}  // namespace cortado::proxy
