// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/key.hpp"

#include <algorithm>

namespace cortado::proxy {
namespace {

bool is_ignored(const Route& route, std::string_view parameter) {
  const std::string_view name = parameter.substr(0, parameter.find('='));
  return std::ranges::any_of(route.ignored_query, [&](std::string_view ignored) {
    return ignored == "*" || ignored == name;
  });
}

/// The address without the parameters that the route ignores.
void append_url(std::string& key, const Route& route, std::string_view url) {
  const std::size_t query_at = url.find('?');
  if (route.ignored_query.empty() || query_at == std::string_view::npos) {
    key += url;
    return;
  }
  key += url.substr(0, query_at);
  char separator = '?';
  for (std::string_view rest = url.substr(query_at + 1); !rest.empty();) {
    const std::string_view parameter = take_until(rest, '&');
    if (is_ignored(route, parameter)) continue;
    key += separator;
    key += parameter;
    separator = '&';
  }
}

void append_hex(std::string& text, std::uint64_t number) {
  for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[number >> shift & 15];
}

std::string begin_key(const Route& route, bool is_public, std::string_view identity) {
  return route.cache + ' ' + partition_of(is_public, identity);
}

}  // namespace

std::string partition_of(bool is_public, std::string_view identity) {
  std::string partition(is_public ? "p" : "i");
  if (!is_public) append_base64url(partition, identity);
  return partition;
}

KeyParts split_key(std::string_view key) {
  const std::string_view cache = take_until(key, ' ');
  return {cache, take_until(key, ' ')};
}

std::string key_of(const Route& route, const RequestHead& request, std::string_view identity,
                   std::string_view params) {
  std::string key = begin_key(route, route.is_public || request.is_public, identity);
  if (!request.is_rpc()) {
    key += " u ";
    append_url(key, route, request.url);
    return key;
  }
  key += " r ";
  append_hex(key, request.interface_id);
  key += '.';
  append_number(key, request.ordinal);
  key += ' ';
  append_base64url(key, params);
  return key;
}

std::vector<std::string> keys_of_url(const Configuration& configuration, std::string_view identity,
                                     std::string_view url) {
  std::vector<std::string> keys;
  for (const Route& route : configuration.routes) {
    if (!route.matches_url(url)) continue;
    std::string key = begin_key(route, route.is_public, identity) + " u ";
    append_url(key, route, url);
    if (std::ranges::find(keys, key) == keys.end()) keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace cortado::proxy
