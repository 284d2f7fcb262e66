// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/decide.hpp"

#include "client-wasm/proxy/answer.hpp"
#include "client-wasm/proxy/judgement.hpp"
#include "client-wasm/proxy/url.hpp"
#include "client-wasm/proxy/vary.hpp"

namespace cortado::proxy {
namespace {

constexpr int gateway_timeout = 504;

bool wants_only_cached(const Context& context, const RequestHead& request) {
  return context.route.strategy == Strategy::cache_only ||
         request.cache_mode == CacheMode::only_if_cached ||
         CacheControl(request.headers).only_if_cached;
}

Decision fail(Reason reason) {
  return {.action = Action::fail, .reason = reason, .status = gateway_timeout};
}

/// Decides with the newest entry that matches.
class Decider {
 public:
  Decider(const Context& context, const RequestHead& request, const Stored& stored,
          std::uint32_t entry)
      : context_(context),
        request_(request),
        stored_(stored),
        entry_(entry),
        judgement_(context, request, *stored.record) {}

  [[nodiscard]] Decision decide() const {
    const Verdict verdict = judgement_.verdict();
    const bool may_ask = !wants_only_cached(context_, request_);
    if (!can_serve_range(request_, *stored_.record)) {
      return may_ask ? Decision{.reason = Reason::range_not_cached} : fail(Reason::only_if_cached);
    }
    if (!may_ask) return without_network(verdict);
    switch (context_.route.strategy) {
      case Strategy::network_only: return {.reason = Reason::network_only};
      case Strategy::network_first:
        // Who takes any stored one, however stale, does not wait for the network.
        if (request_.cache_mode != CacheMode::force_cache) return network_first();
        break;
      case Strategy::race:
        if (!judgement_.is_forbidden_without_origin() && !is_wish(judgement_.reason())) {
          return race();
        }
        break;
      case Strategy::cache_only:
      case Strategy::cache_first:
      case Strategy::stale_while_revalidate: break;
    }
    if (verdict == Verdict::validate) return fetch();
    Decision decision = serve(judgement_.reason());
    if (verdict == Verdict::use_and_revalidate) {
      decision.action = Action::serve_and_revalidate;
      decision.request_headers = conditions();
    }
    return decision;
  }

 private:
  /// What the request asks for, against what is stored.
  static bool is_wish(Reason reason) {
    return reason == Reason::request_no_cache || reason == Reason::request_max_age ||
           reason == Reason::request_min_fresh || reason == Reason::pushes_missed;
  }

  [[nodiscard]] std::string conditions() const {
    return conditions_of(context_, request_, *stored_.record);
  }

  [[nodiscard]] Decision serve(Reason reason) const {
    Decision decision = proxy::serve(context_, request_, stored_, reason, judgement_.distance());
    decision.entry = entry_;
    return decision;
  }

  [[nodiscard]] Decision fetch() const {
    return {.action = Action::fetch,
            .reason = judgement_.reason(),
            .seconds = judgement_.seconds(),
            .entry = entry_,
            .age = judgement_.age(),
            .request_headers = conditions()};
  }

  [[nodiscard]] Decision network_first() const {
    Decision decision = fetch();
    decision.reason = Reason::network_first;
    decision.seconds = judgement_.distance();
    decision.timeout_ms = context_.route.timeout_ms;
    return decision;
  }

  [[nodiscard]] Decision race() const {
    Decision decision = serve(judgement_.verdict() == Verdict::use ? judgement_.reason()
                                                                   : Reason::stale_by_strategy);
    decision.action = Action::race;
    decision.request_headers = conditions();
    return decision;
  }

  [[nodiscard]] Decision without_network(Verdict verdict) const {
    if (verdict != Verdict::validate) return serve(judgement_.reason());
    if (context_.route.strategy != Strategy::cache_only) return fail(Reason::only_if_cached);
    if (judgement_.is_forbidden_without_origin()) return fail(Reason::must_revalidate);
    return serve(judgement_.freshness().is_fresh() ? judgement_.freshness().basis
                                                   : Reason::stale_by_strategy);
  }

  const Context& context_;
  const RequestHead& request_;
  const Stored& stored_;
  std::uint32_t entry_;
  Judgement judgement_;
};

}  // namespace

Reason reason_to_bypass(const RequestHead& request, const Route& route) {
  if (route.strategy == Strategy::network_only) return Reason::network_only;
  if (request.is_rpc()) {
    return request.ttl_ms == 0 && !route.ttl_ms ? Reason::not_cacheable : Reason::none;
  }
  if (request.method != "GET" && request.method != "HEAD") return Reason::method_not_cached;
  const bool wants_nothing_kept =
      request.cache_mode == CacheMode::no_store || CacheControl(request.headers).no_store;
  if (wants_nothing_kept) return Reason::request_no_store;
  const bool is_for_origin =
      request.headers.has("if-match") || request.headers.has("if-unmodified-since");
  return is_for_origin ? Reason::preconditions : Reason::none;
}

Decision decide(const Context& context, const RequestHead& request,
                std::span<const Stored> stored) {
  const Selection selection = select(context, request, stored);
  if (selection.entry != no_index) {
    return Decider(context, request, stored[selection.entry], selection.entry).decide();
  }
  if (wants_only_cached(context, request)) return fail(selection.reason);
  return {.action = Action::fetch, .reason = selection.reason};
}

Decision failed(const Context& context, const RequestHead& request, const Stored* stored,
                bool is_timeout) {
  if (stored == nullptr || !stored->record || !can_serve_range(request, *stored->record)) {
    return fail(is_timeout ? Reason::too_slow : Reason::network_failed);
  }
  const Judgement judgement(context, request, *stored->record);
  const Reason reason = judgement.without_origin(is_timeout ? Reason::stale_after_timeout
                                                            : Reason::stale_disconnected);
  if (reason == Reason::must_revalidate || reason == Reason::error_window_over) {
    return fail(reason);
  }
  return serve(context, request, *stored, reason, judgement.distance());
}

std::string changed_urls(const RequestHead& request, const ResponseHead& response) {
  std::string urls;
  // An answer that is an error says nothing of a change.
  if (response.status < 200 || response.status > 399) return urls;
  urls.append(request.url).append("\n");
  for (const std::string_view name : {"location", "content-location"}) {
    const auto reference = response.headers.get(name);
    if (!reference) continue;
    const std::string url = resolve_url(request.url, *reference);
    if (url != request.url && same_origin(url, request.url)) urls.append(url).append("\n");
  }
  return urls;
}

}  // namespace cortado::proxy
