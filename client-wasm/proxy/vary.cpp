// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/vary.hpp"

#include "client-wasm/proxy/http_date.hpp"

namespace cortado::proxy {
namespace {

/// Member by member, whatever the spaces and lines were.
bool same_lists(std::string_view one, std::string_view other) {
  for (;;) {
    const auto left = take_member(one);
    const auto right = take_member(other);
    if (left != right) return false;
    if (!left) return true;
  }
}

bool same_header(std::string_view name, const Headers& one, const Headers& other) {
  const auto left = one.get(name);
  const auto right = other.get(name);
  return left && right ? same_lists(*left, *right) : left.has_value() == right.has_value();
}

Reason match(const Context& context, const RequestHead& request, const Record& record) {
  const Reason never = reason_not_to_match(context, request, record.headers);
  if (never != Reason::none) return never;
  const std::string vary = record.headers.get("vary").value_or("");
  std::string_view rest = vary;
  while (const auto name = take_member(rest)) {
    if (!same_header(*name, record.vary, request.headers)) return Reason::vary_differs;
  }
  return Reason::none;
}

Milliseconds made_at(const Record& record) {
  const auto date = record.headers.get("date");
  return date ? to_date(*date, record.response_time).value_or(record.response_time)
              : record.response_time;
}

bool is_newer(const Record& one, const Record& other) {
  const Milliseconds left = made_at(one);
  const Milliseconds right = made_at(other);
  return left != right ? left > right : one.response_time > other.response_time;
}

}  // namespace

Reason reason_not_to_match(const Context& context, const RequestHead& request,
                           const Headers& response) {
  const std::string vary = response.get("vary").value_or("");
  const bool names_unseen =
      has_member(vary, "cookie") && (context.identity.empty() || context.is_public(request));
  return has_member(vary, "*") || names_unseen ? Reason::vary_never_matches : Reason::none;
}

void note_vary(Record& record, const RequestHead& request, const Headers& response) {
  for (const Header& line : request.headers.all()) {
    for (const Header& vary : response.all()) {
      if (same(vary.name, "vary") && has_member(vary.value, line.name)) record.vary.add(line);
    }
  }
}

Selection select(const Context& context, const RequestHead& request,
                 std::span<const Stored> stored) {
  Selection found;
  for (std::uint32_t entry = 0; entry < stored.size(); ++entry) {
    const auto& record = stored[entry].record;
    const Reason reason = record ? match(context, request, *record) : Reason::unreadable;
    const bool is_better =
        reason == Reason::none &&
        (found.entry == no_index || is_newer(*record, *stored[found.entry].record));
    if (is_better) {
      found = {entry, Reason::none};
    } else if (found.entry == no_index && found.reason == Reason::not_stored) {
      found.reason = reason;
    }
  }
  return found;
}

}  // namespace cortado::proxy
