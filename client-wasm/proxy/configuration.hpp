// SPDX-License-Identifier: Apache-2.0
// What the page's author wants, as the text that the host writes. The first line is "proxy 1"; each
// other one a word and what it says, until the next `route` about the same route. Of the routes the
// first that matches decides.
//
//   proxy 1
//   origin https://app.example          the page's: patterns may begin with "/"
//   cache pictures 200 50000000         a cache's name, most entries, most bytes (0: as many as come)
//
//   route prices                        a name, for errors and counters
//   method GET HEAD                     or *; without the line GET and HEAD
//   url https://*.example/api/:id/*     pattern.hpp; several lines: one of them
//   destination image font              one of them
//   header accept *json*                name and pattern of the value (without: it is there); all lines
//   rpc d5a3c0f7e1b94206 3              instead of all these: interface, and a method's ordinal
//   strategy cache-first                without the line it is this one
//   timeout 3000                        ms, of network-first
//   ttl 60000                           ms, instead of what the response says of its freshness
//   cache pictures                      without the line the cache is "default"
//   tag prices                          several lines: all of them
//   ignore-query utm_source fbclid      or *
//   scope public                        or identity, the default: who may share what is stored
//   cross-origin-conditions             validate across origins, too: such requests have a preflight
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client-wasm/proxy/heads.hpp"
#include "client-wasm/proxy/pattern.hpp"
#include "client-wasm/proxy/proxy.hpp"

namespace cortado::proxy {

struct HeaderRule {
  std::string name;
  Pattern value;
};

struct Route {
  std::string name;
  std::vector<std::string> methods;  // empty: any, "*"
  std::vector<UrlPattern> urls;
  std::vector<std::string> destinations;
  std::vector<HeaderRule> headers;
  std::optional<std::uint64_t> interface_id;  // given: of RPCs, and of nothing else
  std::optional<std::uint32_t> ordinal;

  Strategy strategy = Strategy::cache_first;
  std::uint32_t timeout_ms = 0;
  std::optional<Milliseconds> ttl_ms;
  std::string cache = "default";
  std::vector<std::string> tags;
  std::vector<std::string> ignored_query;  // "*": all of it
  bool is_public = false;
  bool has_cross_origin_conditions = false;

  [[nodiscard]] bool matches(const RequestHead& request) const;
  [[nodiscard]] bool matches_url(std::string_view url) const;
};

struct CacheLimits {
  std::string name;
  std::uint64_t entries_max = 0;
  std::uint64_t bytes_max = 0;
};

struct Configuration {
  std::string origin;
  std::vector<CacheLimits> caches;
  std::vector<Route> routes;

  /// An error says where, what and how to mend it.
  static std::expected<Configuration, std::string> read(std::string_view text);

  /// The number of the first route that matches, or no_index.
  [[nodiscard]] std::uint32_t route_of(const RequestHead& request) const;
};

}  // namespace cortado::proxy
