// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/cache_control.hpp"

#include "client-wasm/proxy/proxy.hpp"

namespace cortado::proxy {
namespace {

/// A token, or what is in a quoted string; escaped characters stay as they are written.
std::string_view unquoted(std::string_view argument) {
  const bool is_quoted = argument.size() >= 2 && argument.front() == '"' && argument.back() == '"';
  return is_quoted ? argument.substr(1, argument.size() - 2) : argument;
}

void qualify(Fields& fields, std::string_view argument) {
  const std::string_view names = trim(unquoted(argument));
  if (names.empty()) {
    fields.is_all = true;
  } else {
    fields.names.append(fields.names.empty() ? "" : ",").append(names);
  }
}

}  // namespace

CacheControl::CacheControl(const Headers& headers) {
  const auto value = headers.get("cache-control");
  if (!value) return;
  is_given = true;
  std::string_view rest = *value;
  while (const auto directive = take_member(rest)) read(*directive);
}

void CacheControl::read(std::string_view directive) {
  std::string_view argument = directive;
  const bool has_argument = directive.find('=') != std::string_view::npos;
  const std::string_view written = take_until(argument, '=');
  // With a space before the "=" it is still meant to be this one, but nobody knows its argument.
  const std::string_view name = trim(written);
  if (same(name, "no-store")) {
    no_store = true;
  } else if (same(name, "no-cache")) {
    qualify(no_cache, argument);
  } else if (same(name, "private")) {
    qualify(private_fields, argument);
  } else if (same(name, "must-understand")) {
    must_understand = true;
  } else if (same(name, "must-revalidate")) {
    must_revalidate = true;
  } else if (same(name, "public")) {
    is_public = true;
  } else if (same(name, "immutable")) {
    immutable = true;
  } else if (same(name, "only-if-cached")) {
    only_if_cached = true;
  } else if (same(name, "s-maxage")) {
    has_shared_max_age = true;
  } else {
    const bool is_well_formed = has_argument && written.size() == name.size();
    std::optional<Seconds> seconds;
    if (is_well_formed) seconds = to_delta_seconds(unquoted(argument));
    // max-stale alone takes anything, however stale.
    if (!has_argument && same(name, "max-stale")) seconds = Seconds{delta_seconds_max};
    read_seconds(name, seconds);
  }
}

void CacheControl::read_seconds(std::string_view name, std::optional<Seconds> value) {
  const struct {
    std::string_view name;
    Argument& argument;
  } all[] = {{"max-age", max_age},
             {"max-stale", max_stale},
             {"min-fresh", min_fresh},
             {"stale-while-revalidate", stale_while_revalidate},
             {"stale-if-error", stale_if_error}};
  for (const auto& each : all) {
    if (same(each.name, name) && !each.argument) each.argument = {true, value};
  }
}

}  // namespace cortado::proxy
