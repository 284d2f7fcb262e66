// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/answer.hpp"
#include "client-wasm/proxy/decide.hpp"
#include "client-wasm/proxy/judgement.hpp"
#include "client-wasm/proxy/storing.hpp"

namespace cortado::proxy {
namespace {

constexpr int ok = 200;
constexpr int not_modified = 304;

Decision pass(Reason reason, bool drop) {
  return {.action = Action::pass, .reason = reason, .entry = drop ? 0 : no_index, .drop = drop};
}

/// RFC 5861, 4.
bool is_error(int status) {
  return status == 500 || status == 502 || status == 503 || status == 504;
}

/// Of another answer than the stored one, which is thereby known to be outdated. Errors say nothing of
/// it, and a part only if it came in spite of a condition.
bool outdates(const ResponseHead& response, bool is_conditional) {
  if (response.kind != ResponseKind::plain) return false;
  if (response.status == 206) return is_conditional;
  return response.status < 400 || response.status == 404 || response.status == 410;
}

Decision retry() {
  return {.action = Action::retry, .reason = Reason::validator_differs, .entry = 0, .drop = true};
}

Decision freshen(const Context& context, const RequestHead& request, const ResponseHead& response,
                 const Stored& stored, Milliseconds request_time) {
  Decision decision{.action = Action::freshen, .reason = Reason::not_modified, .entry = 0};
  decision.record = freshened(context, request, *stored.record, response, request_time);
  std::string_view text = decision.record;
  const auto record = Record::read(text);
  if (!record || !can_serve_range(request, *record)) return retry();
  decision.seconds = Judgement(context, request, *record).distance();
  answer_with(decision, request, *record, stored.body_size, true, context.now);
  return decision;
}

/// RFC 9111, 4.3.5.
Decision head_received(const Context& context, const RequestHead& request,
                       const ResponseHead& response, const Stored* stored,
                       Milliseconds request_time) {
  if (stored == nullptr || response.status != ok || response.kind != ResponseKind::plain) {
    return pass(Reason::head_not_stored, false);
  }
  const Record& record = *stored->record;
  const auto size = response.headers.get("content-length");
  const auto stored_size = record.headers.get("content-length");
  const bool is_same = record.status == ok && is_about(response.headers, record) &&
                       (!size || !stored_size || size == stored_size);
  if (!is_same) return pass(Reason::changed, true);
  Decision decision{.action = Action::update, .reason = Reason::not_modified, .entry = 0};
  decision.record = freshened(context, request, record, response, request_time);
  return decision;
}

}  // namespace

Decision received(const Context& context, const RequestHead& request, const ResponseHead& response,
                  const Stored* stored, Milliseconds request_time) {
  if (stored != nullptr && !stored->record) stored = nullptr;
  const bool is_conditional =
      stored != nullptr && !conditions_of(context, request, *stored->record).empty();
  if (response.status == not_modified) {
    if (!is_conditional) return pass(Reason::validated_elsewhere, false);
    if (!is_about(response.headers, *stored->record)) return retry();
    return freshen(context, request, response, *stored, request_time);
  }
  if (stored != nullptr && is_error(response.status)) {
    const Judgement judgement(context, request, *stored->record);
    const Reason reason = judgement.without_origin(Reason::stale_if_error);
    const bool may_serve = judgement.has_error_window() && reason != Reason::must_revalidate &&
                           reason != Reason::error_window_over;
    if (may_serve && can_serve_range(request, *stored->record)) {
      return serve(context, request, *stored, Reason::stale_if_error, judgement.distance());
    }
  }
  if (request.method == "HEAD") {
    return head_received(context, request, response, stored, request_time);
  }
  const Reason reason = may_store(context, request, response);
  if (reason != Reason::stored) {
    return pass(reason, stored != nullptr && outdates(response, is_conditional));
  }
  Decision decision{.action = Action::store, .reason = reason, .status = response.status};
  decision.entry = stored != nullptr ? 0 : no_index;
  decision.record = make_record(context, request, response, request_time);
  std::string_view text = decision.record;
  if (const auto record = Record::read(text)) {
    const Judgement judgement(context, request, *record);
    decision.seconds = judgement.freshness().is_fresh() ? judgement.distance() : 0;
  }
  return decision;
}

}  // namespace cortado::proxy
