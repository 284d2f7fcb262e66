// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/freshness.hpp"

#include <algorithm>

#include "client-wasm/proxy/http_date.hpp"

namespace cortado::proxy {
namespace {

constexpr Milliseconds second_ms = 1000;

std::optional<Milliseconds> date_of(const Headers& headers, std::string_view name,
                                    Milliseconds now) {
  const auto value = headers.get(name);
  return value ? to_date(*value, now) : std::nullopt;
}

/// 4.2.3, in milliseconds.
Milliseconds age_of(const Record& record, Milliseconds date, Milliseconds now) {
  std::string age(record.headers.get("age").value_or(""));
  std::string_view members = age;
  // 5.1: of a list the first counts, and what is no number is ignored.
  const Seconds said = to_delta_seconds(take_member(members).value_or("")).value_or(0);
  const Milliseconds apparent = std::max<Milliseconds>(0, record.response_time - date);
  const Milliseconds delay = std::max<Milliseconds>(0, record.response_time - record.request_time);
  const Milliseconds initial = std::max(apparent, said * second_ms + delay);
  return initial + std::max<Milliseconds>(0, now - record.response_time);
}

}  // namespace

bool is_heuristically_cacheable(int status) {
  constexpr int all[] = {200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501};
  return std::ranges::find(all, status) != std::end(all);
}

Freshness freshness_of(const Record& record, const CacheControl& control,
                       std::optional<Milliseconds> ttl_ms, Milliseconds now) {
  // RFC 9110, 6.6.1: without a date it is of when it came.
  const Milliseconds date =
      date_of(record.headers, "date", record.response_time).value_or(record.response_time);
  Freshness result{.age_ms = age_of(record, date, now)};
  if (ttl_ms) {
    result.lifetime_ms = *ttl_ms;
    result.basis = Reason::fresh_by_ttl;
  } else if (control.max_age) {
    result.lifetime_ms = control.max_age.value.value_or(0) * second_ms;
  } else if (record.headers.has("expires")) {
    // 5.3: an invalid date is one in the past.
    const auto expires = date_of(record.headers, "expires", record.response_time);
    if (expires) result.lifetime_ms = std::max<Milliseconds>(0, *expires - date);
  } else if (is_heuristically_cacheable(record.status) || control.is_public) {
    // 4.2.2
    const auto modified = date_of(record.headers, "last-modified", record.response_time);
    if (modified) result.lifetime_ms = std::max<Milliseconds>(0, (date - *modified) / 10);
    result.basis = Reason::fresh_heuristic;
  }
  return result;
}

}  // namespace cortado::proxy
