// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/answer.hpp"

#include <algorithm>

#include "client-wasm/proxy/cache_control.hpp"
#include "client-wasm/proxy/entity_tag.hpp"
#include "client-wasm/proxy/freshness.hpp"
#include "client-wasm/proxy/http_date.hpp"
#include "client-wasm/proxy/url.hpp"

namespace cortado::proxy {
namespace {

constexpr int ok = 200;
constexpr int partial_content = 206;
constexpr int not_modified = 304;
constexpr int range_not_satisfiable = 416;

/// RFC 9110, 15.4.5: what a 304 repeats; the rest the client has.
constexpr std::string_view of_not_modified =
    "cache-control,content-location,date,etag,expires,vary";

/// RFC 9110, 14.1.2; as it is written: first-last, first-, or -count.
struct Range {
  std::optional<std::uint64_t> first;
  std::optional<std::uint64_t> last;
};

std::optional<Range> to_range(std::string_view value) {
  constexpr std::string_view unit = "bytes=";
  if (!same(value.substr(0, unit.size()), unit)) return std::nullopt;
  std::string_view last = trim(value.substr(unit.size()));
  if (last.find('-') == std::string_view::npos) return std::nullopt;
  const std::string_view first = take_until(last, '-');
  const Range range{to_number(first), to_number(last)};
  const bool is_good = (range.first || first.empty()) && (range.last || last.empty()) &&
                       (range.first || range.last) &&
                       (!range.first || !range.last || *range.first <= *range.last);
  return is_good ? std::optional(range) : std::nullopt;
}

std::optional<Milliseconds> date_in(const std::optional<std::string>& value, Milliseconds now) {
  return value ? to_date(*value, now) : std::nullopt;
}

/// The page's own condition: it has this response already.
bool has_it(const RequestHead& request, const Record& record) {
  if (record.status != ok) return false;
  if (const auto list = request.headers.get("if-none-match")) {
    return is_none_match(*list, record.headers.get("etag").value_or(""));
  }
  const Milliseconds came = record.response_time;
  const auto since = date_in(request.headers.get("if-modified-since"), came);
  if (!since) return false;
  const auto modified = date_in(record.headers.get("last-modified"), came);
  return modified.value_or(date_in(record.headers.get("date"), came).value_or(came)) <= *since;
}

/// RFC 9110, 13.1.5: the part is wanted if it is of the response that the page has begun to load, and
/// else all of the new one.
bool is_same_for_range(const RequestHead& request, const Record& record) {
  const auto wanted = request.headers.get("if-range");
  if (!wanted) return true;
  if (is_entity_tag(*wanted)) {
    return matches_strongly(*wanted, record.headers.get("etag").value_or(""));
  }
  // A date is strong only if it was a second old when the response was made (8.8.2.2).
  const auto modified = record.headers.get("last-modified");
  const auto modified_at = date_in(modified, record.response_time);
  const auto made_at = date_in(record.headers.get("date"), record.response_time);
  return modified == wanted && modified_at && made_at && *modified_at + 1000 <= *made_at;
}

/// False: no byte of the body is in it.
bool cut(Decision& decision, const Range& range, std::int64_t body_size) {
  const auto size = static_cast<std::uint64_t>(body_size);
  const std::uint64_t count = range.last.value_or(0);
  const std::uint64_t first = range.first.value_or(count >= size ? 0 : size - count);
  if (first >= size || (!range.first && count == 0)) return false;
  const std::uint64_t last = range.first ? range.last.value_or(size - 1) : size - 1;
  decision.range_first = static_cast<std::int64_t>(first);
  decision.range_last = static_cast<std::int64_t>(std::min(last, size - 1));
  return true;
}

void append_content_range(Decision& decision, std::int64_t body_size) {
  std::string& text = decision.response_headers;
  text += "content-range: bytes ";
  if (decision.status == partial_content) {
    append_number(text, static_cast<std::uint64_t>(decision.range_first));
    text += '-';
    append_number(text, static_cast<std::uint64_t>(decision.range_last));
  } else {
    text += '*';
  }
  text += '/';
  append_number(text, static_cast<std::uint64_t>(body_size));
  text += "\n";
  if (decision.status != partial_content) return;
  text += "content-length: ";
  append_number(text, static_cast<std::uint64_t>(decision.range_last - decision.range_first + 1));
  text += '\n';
}

}  // namespace

bool can_serve_range(const RequestHead& request, const Record& record) {
  const auto range = request.headers.get("range");
  if (!range || request.method != "GET" || record.status != ok) return true;
  return to_range(*range) && !record.headers.has("content-encoding");
}

void answer_with(Decision& decision, const RequestHead& request, const Record& record,
                 std::int64_t body_size, bool is_validated, Milliseconds now) {
  const CacheControl control(record.headers);
  decision.age = freshness_of(record, control, std::nullopt, now).age_ms / 1000;
  decision.status = record.status;
  const auto range = to_range(request.headers.get("range").value_or(""));
  if (has_it(request, record)) {
    decision.status = not_modified;
  } else if (range && record.status == ok && request.method == "GET" &&
             is_same_for_range(request, record)) {
    decision.status = cut(decision, *range, body_size) ? partial_content : range_not_satisfiable;
  }
  for (const auto& [name, value] : record.headers.all()) {
    const bool is_left_out =
        same(name, "age") || (!is_validated && control.no_cache.has(name)) ||
        (decision.status == not_modified && !has_member(of_not_modified, name)) ||
        (decision.status == partial_content && same(name, "content-length")) ||
        decision.status == range_not_satisfiable;
    if (!is_left_out) append_header(decision.response_headers, name, value);
  }
  decision.response_headers += "age: ";
  append_number(decision.response_headers, static_cast<std::uint64_t>(decision.age));
  decision.response_headers += '\n';
  const bool is_of_range =
      decision.status == partial_content ||
      (decision.status == range_not_satisfiable && record.status != range_not_satisfiable);
  if (is_of_range) append_content_range(decision, body_size);
}

Decision serve(const Context& context, const RequestHead& request, const Stored& stored,
               Reason reason, Seconds seconds) {
  Decision decision{.action = Action::serve, .reason = reason, .seconds = seconds, .entry = 0};
  answer_with(decision, request, *stored.record, stored.body_size, false, context.now);
  return decision;
}

std::string conditions_of(const Context& context, const RequestHead& request,
                          const Record& record) {
  std::string text;
  const bool may_have =
      request.cache_mode != CacheMode::reload && !request.is_rpc() &&
      (context.route.has_cross_origin_conditions || same_origin(request.url, context.origin));
  if (!may_have) return text;
  const std::string tag = record.headers.get("etag").value_or("");
  const std::string modified = record.headers.get("last-modified").value_or("");
  const bool has_tag = is_entity_tag(tag);
  const bool has_date = to_date(modified, record.response_time).has_value();
  if (!has_tag && !has_date) return text;
  // The page's own conditions are looked at when the answer has come.
  append_header(text, "if-none-match", has_tag ? tag : "");
  append_header(text, "if-modified-since", has_date ? modified : "");
  return text;
}

bool is_about(const Headers& answer, const Record& record) {
  const auto stored_tag = record.headers.get("etag");
  const auto tag = answer.get("etag");
  if (tag && is_entity_tag(*tag)) {
    if (!stored_tag) return false;
    return is_weak(*tag) ? matches_weakly(*tag, *stored_tag) : matches_strongly(*tag, *stored_tag);
  }
  const auto modified = answer.get("last-modified");
  return !modified || modified == record.headers.get("last-modified");
}

}  // namespace cortado::proxy
