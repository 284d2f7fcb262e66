// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/storing.hpp"

#include <algorithm>

#include "client-wasm/proxy/cache_control.hpp"
#include "client-wasm/proxy/freshness.hpp"
#include "client-wasm/proxy/http_date.hpp"
#include "client-wasm/proxy/vary.hpp"

namespace cortado::proxy {
namespace {

/// 3.1: of one connection, not of the response.
constexpr std::string_view of_connection =
    "connection,keep-alive,proxy-authenticate,proxy-authentication-info,proxy-authorization,"
    "proxy-connection,te,trailer,transfer-encoding,upgrade";

/// 3.2: about the bytes that are stored, which do not change.
constexpr std::string_view of_body = "content-length,content-encoding,content-range";

/// All that RFC 9110 describes is understood, but for 206 and 304, which are no whole responses.
bool is_understood(int status) {
  return (status >= 200 && status <= 205) || (status >= 300 && status <= 308 && status != 304) ||
         (status >= 400 && status <= 417) || status == 421 || status == 422 || status == 426 ||
         (status >= 500 && status <= 505);
}

/// 3.5, for what several identities share.
bool may_share_authorized(const CacheControl& control) {
  return control.is_public || control.must_revalidate || control.has_shared_max_age;
}

Reason may_store_by_owner(const Context& context, const RequestHead& request,
                          const CacheControl& control) {
  const bool is_authorized = request.headers.has("authorization");
  if (context.is_public(request)) {
    const bool is_private = control.private_fields.is_all;
    return is_private || (is_authorized && !may_share_authorized(control)) ? Reason::private_to_one
                                                                           : Reason::stored;
  }
  return is_authorized && context.identity.empty() ? Reason::no_identity : Reason::stored;
}

/// The headers of a response that are stored; `is_shared`: by several identities (5.2.2.7).
void append_kept(Record& record, const Headers& from, std::string_view dropped, bool is_shared) {
  const CacheControl control(from);
  const std::string connection = from.get("connection").value_or("");
  for (const Header& line : from.all()) {
    const bool is_private = is_shared && control.private_fields.has(line.name);
    if (has_member(of_connection, line.name) || has_member(connection, line.name) ||
        has_member(dropped, line.name) || is_private) {
      continue;
    }
    record.headers.add(line);
  }
}

/// The route's, and those that the caller of an RPC knows from its schema.
Headers tags_of(const Context& context, const RequestHead& request) {
  Headers tags;
  for (const std::string& tag : context.route.tags) tags.add({"tag", tag});
  for (const Header& line : request.headers.all()) {
    if (request.is_rpc() && line.name == "tag") tags.add(line);
  }
  return tags;
}

/// RFC 9110, 6.6.1: a response without a date gets that of when it came.
std::string text_of(const Record& record) {
  std::string text;
  record.append_to(text);
  if (!record.headers.has("date")) {
    text += "date: ";
    append_date(text, record.response_time);
    text += '\n';
  }
  return text;
}

}  // namespace

Reason may_store(const Context& context, const RequestHead& request, const ResponseHead& response) {
  const CacheControl control(response.headers);
  if (request.method == "HEAD") return Reason::head_not_stored;
  if (request.method != "GET" && !request.is_rpc()) return Reason::unsafe_method;
  if (response.kind == ResponseKind::opaque) return Reason::opaque;
  if (response.kind == ResponseKind::redirected) return Reason::redirected;
  if (response.status == 206) return Reason::partial_content;
  if (response.status < 200 || response.status == 304) return Reason::status_not_understood;
  const bool is_understood_by_must = control.must_understand && is_understood(response.status);
  if (control.must_understand && !is_understood_by_must) return Reason::status_not_understood;
  // 5.2.2.3: must-understand says when no-store counts.
  if (control.no_store && !is_understood_by_must) return Reason::response_no_store;
  if (CacheControl(request.headers).no_store) return Reason::request_no_store;
  const Reason vary = reason_not_to_match(context, request, response.headers);
  if (vary != Reason::none) return vary;
  const bool is_explicit = control.is_public || control.max_age || control.private_fields.is_all ||
                           response.headers.has("expires");
  if (!is_explicit && !is_heuristically_cacheable(response.status)) return Reason::not_cacheable;
  return may_store_by_owner(context, request, control);
}

std::string make_record(const Context& context, const RequestHead& request,
                        const ResponseHead& response, Milliseconds request_time) {
  Record record{.status = response.status,
                .request_time = std::min(request_time, context.now),
                .response_time = context.now,
                .tags = tags_of(context, request),
                .vary = {},
                .headers = {}};
  note_vary(record, request, response.headers);
  append_kept(record, response.headers, "", context.is_public(request));
  return text_of(record);
}

std::string freshened(const Context& context, const RequestHead& request, const Record& stored,
                      const ResponseHead& response, Milliseconds request_time) {
  Record record{.status = stored.status,
                .request_time = std::min(request_time, context.now),
                .response_time = context.now,
                .tags = tags_of(context, request),
                .vary = stored.vary,
                .headers = {}};
  for (const Header& line : stored.headers.all()) {
    // Age and date are of the newer response, even where it does not say them.
    const bool is_replaced =
        same(line.name, "age") || same(line.name, "date") || response.headers.has(line.name);
    if (!is_replaced || has_member(of_body, line.name)) record.headers.add(line);
  }
  append_kept(record, response.headers, of_body, context.is_public(request));
  return text_of(record);
}

}  // namespace cortado::proxy
