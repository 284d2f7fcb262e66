// SPDX-License-Identifier: Apache-2.0
// What a decision rests on besides the request and what is stored, and the decision itself.
#pragma once

#include "client-wasm/proxy/configuration.hpp"

namespace cortado::proxy {

struct Context {
  const Route& route;
  std::string_view origin;            // the page's; empty: not known
  std::string_view identity;          // whose responses these are; empty: nobody said
  Milliseconds now = 0;               // since 1970
  Milliseconds distrusted_until = 0;  // answers of RPCs that came until then may be outdated

  [[nodiscard]] bool is_public(const RequestHead& request) const {
    return route.is_public || request.is_public;
  }
  /// Instead of what a response says of its freshness.
  [[nodiscard]] std::optional<Milliseconds> ttl_ms(const RequestHead& request) const {
    if (route.ttl_ms) return route.ttl_ms;
    return request.is_rpc() ? std::optional(request.ttl_ms) : std::nullopt;
  }
};

struct Decision {
  Action action = Action::bypass;
  Reason reason = Reason::none;
  Seconds seconds = 0;             // see the reason
  std::uint32_t entry = no_index;  // of those that were given
  int status = 0;                  // of the answer
  Seconds age = 0;                 // of the entry
  std::uint32_t timeout_ms = 0;
  bool drop = false;             // the entry is outdated
  std::int64_t range_first = 0;  // of a 206: bytes of the body, both inclusive
  std::int64_t range_last = 0;
  std::string key = {};
  std::string response_headers = {};
  std::string request_headers = {};
  std::string record = {};
};

}  // namespace cortado::proxy
