// SPDX-License-Identifier: Apache-2.0
// How old a stored response is, and for how long it is good, in a private cache (RFC 9111, 4.2).
#pragma once

#include <optional>

#include "client-wasm/proxy/cache_control.hpp"
#include "client-wasm/proxy/proxy.hpp"

namespace cortado::proxy {

struct Freshness {
  Milliseconds age_ms = 0;       // never negative
  Milliseconds lifetime_ms = 0;  // never negative
  Reason basis = Reason::fresh;  // why it is fresh, if it is

  [[nodiscard]] bool is_fresh() const { return lifetime_ms > age_ms; }
  /// How long it is fresh still; negative: for how long it is stale.
  [[nodiscard]] Milliseconds left_ms() const { return lifetime_ms - age_ms; }
};

/// `ttl_ms` replaces what the response says of its lifetime. A clock that was set back since the
/// response came does not make it younger than it was.
[[nodiscard]] Freshness freshness_of(const Record& record, const CacheControl& control,
                                     std::optional<Milliseconds> ttl_ms, Milliseconds now);

/// Whether responses with that status may be kept without a word that they may (RFC 9110, 15.1).
[[nodiscard]] bool is_heuristically_cacheable(int status);

}  // namespace cortado::proxy
