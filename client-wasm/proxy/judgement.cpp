// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/judgement.hpp"

#include <algorithm>

namespace cortado::proxy {
namespace {

constexpr Milliseconds second_ms = 1000;

/// RFC 9111, 5.4: of a request that has no Cache-Control.
bool has_pragma_no_cache(const RequestHead& request, const CacheControl& wishes) {
  return !wishes.is_given && has_member(request.headers.get("pragma").value_or(""), "no-cache");
}

}  // namespace

Judgement::Judgement(const Context& context, const RequestHead& request, const Record& record)
    : control_(record.headers),
      wishes_(request.headers),
      freshness_(freshness_of(record, control_, context.ttl_ms(request), context.now)) {
  judge(context, request, record);
}

void Judgement::set(Verdict verdict, Reason reason, Seconds seconds) {
  verdict_ = verdict;
  reason_ = reason;
  seconds_ = seconds;
}

Seconds Judgement::distance() const {
  const Milliseconds left = freshness_.left_ms();
  return (left < 0 ? -left : left) / second_ms;
}

void Judgement::judge(const Context& context, const RequestHead& request, const Record& record) {
  const bool is_distrusted = request.is_rpc() && record.response_time <= context.distrusted_until;
  if (control_.no_cache.is_all) return set(Verdict::validate, Reason::response_no_cache, 0);
  if (is_distrusted) return set(Verdict::validate, Reason::pushes_missed, 0);
  if (judge_wishes(request)) return;
  if (freshness_.is_fresh()) return set(Verdict::use, freshness_.basis, distance());
  judge_stale(context, request.cache_mode);
}

/// What the request says of fresh responses (5.2.1, and the cache mode of fetch()). True: decided.
bool Judgement::judge_wishes(const RequestHead& request) {
  const bool wants_unstored = wishes_.no_cache.is_all || !wishes_.no_cache.names.empty() ||
                              has_pragma_no_cache(request, wishes_) ||
                              request.cache_mode == CacheMode::reload;
  const Milliseconds age_max_ms = wishes_.max_age.value.value_or(0) * second_ms;
  const bool reloads =
      request.cache_mode == CacheMode::no_cache || (wishes_.max_age && age_max_ms == 0);
  const bool is_fresh = freshness_.is_fresh();
  const bool is_immutable = reloads && is_fresh && control_.immutable;
  if (wants_unstored || (request.cache_mode == CacheMode::no_cache && !is_immutable)) {
    set(Verdict::validate, Reason::request_no_cache, 0);
  } else if (is_immutable) {
    set(Verdict::use, Reason::immutable, distance());
  } else if (reloads || (wishes_.max_age && freshness_.age_ms > age_max_ms)) {
    set(Verdict::validate, Reason::request_max_age, age());
  } else if (is_fresh && wishes_.min_fresh &&
             (!wishes_.min_fresh.value ||
              freshness_.left_ms() < *wishes_.min_fresh.value * second_ms)) {
    set(Verdict::validate, Reason::request_min_fresh, distance());
  } else {
    return false;
  }
  return true;
}

void Judgement::judge_stale(const Context& context, CacheMode mode) {
  const Seconds stale = distance();
  const Milliseconds stale_ms = -freshness_.left_ms();
  const auto is_within = [&](const Argument& argument) {
    return argument.value && stale_ms <= *argument.value * second_ms;
  };
  const bool takes_any = mode == CacheMode::force_cache || mode == CacheMode::only_if_cached;
  if (control_.must_revalidate) return set(Verdict::validate, Reason::expired, stale);
  if (takes_any || is_within(wishes_.max_stale)) {
    return set(Verdict::use, Reason::stale_by_request, stale);
  }
  // Who asks for a certain age wants no stale one (5.2.1.1).
  const bool is_strict = wishes_.max_age || wishes_.min_fresh;
  if (!is_strict && is_within(control_.stale_while_revalidate)) {
    return set(Verdict::use_and_revalidate, Reason::stale_while_revalidate, stale);
  }
  if (!is_strict && context.route.strategy == Strategy::stale_while_revalidate) {
    return set(Verdict::use_and_revalidate, Reason::stale_by_strategy, stale);
  }
  set(Verdict::validate, Reason::expired, stale);
}

Reason Judgement::without_origin(Reason stale_reason) const {
  if (is_forbidden_without_origin()) return Reason::must_revalidate;
  if (freshness_.is_fresh()) return freshness_.basis;
  if (!has_error_window()) return stale_reason;
  const Seconds window =
      std::max(control_.stale_if_error.value.value_or(0), wishes_.stale_if_error.value.value_or(0));
  const bool is_within = -freshness_.left_ms() <= window * second_ms;
  return is_within ? Reason::stale_if_error : Reason::error_window_over;
}

}  // namespace cortado::proxy
