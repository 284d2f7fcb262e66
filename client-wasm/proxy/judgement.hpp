// SPDX-License-Identifier: Apache-2.0
// Whether a stored response may answer a request (RFC 9111, 4 and 4.2.4; RFC 5861; RFC 8246).
#pragma once

#include "client-wasm/proxy/cache_control.hpp"
#include "client-wasm/proxy/context.hpp"
#include "client-wasm/proxy/freshness.hpp"

namespace cortado::proxy {

enum class Verdict : std::uint8_t {
  use,
  use_and_revalidate,
  validate,  // the origin is to be asked first
};

class Judgement {
 public:
  Judgement(const Context& context, const RequestHead& request, const Record& record);

  [[nodiscard]] Verdict verdict() const { return verdict_; }
  [[nodiscard]] Reason reason() const { return reason_; }
  [[nodiscard]] Seconds seconds() const { return seconds_; }
  [[nodiscard]] Seconds age() const { return freshness_.age_ms / 1000; }
  [[nodiscard]] const Freshness& freshness() const { return freshness_; }

  /// Fresh, or stale where nothing but the origin's word may let it be used.
  [[nodiscard]] bool is_forbidden_without_origin() const {
    return control_.no_cache.is_all || (!freshness_.is_fresh() && control_.must_revalidate);
  }

  /// Why it may be used although the origin does not answer, or answers with an error: fresh, stale_…,
  /// or must_revalidate or error_window_over where it may not.
  [[nodiscard]] Reason without_origin(Reason stale_reason) const;

  /// RFC 5861, 4: somebody said for how long it may be used when the origin answers with an error.
  [[nodiscard]] bool has_error_window() const {
    return control_.stale_if_error.value || wishes_.stale_if_error.value;
  }

  /// For how long it is fresh, or stale.
  [[nodiscard]] Seconds distance() const;

 private:
  void judge(const Context& context, const RequestHead& request, const Record& record);
  bool judge_wishes(const RequestHead& request);
  void judge_stale(const Context& context, CacheMode mode);
  void set(Verdict verdict, Reason reason, Seconds seconds);

  CacheControl control_;
  CacheControl wishes_;
  Freshness freshness_;
  Verdict verdict_ = Verdict::validate;
  Reason reason_ = Reason::expired;
  Seconds seconds_ = 0;
};

}  // namespace cortado::proxy
