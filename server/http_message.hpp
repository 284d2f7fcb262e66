// SPDX-License-Identifier: Apache-2.0
// A request and its answer as the routes see them: no socket, no parser.
#pragma once

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/verb.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/file.hpp"
#include "server/url.hpp"

namespace cortado::server {

namespace http = boost::beast::http;

/// Borrowed from the socket that received it, until its answer has been sent.
struct Request {
  http::verb method = http::verb::get;
  Target target;
  const http::fields& fields;
  std::string_view body;
  /// "127.0.0.1:52114"
  std::string_view client_address;

  [[nodiscard]] std::string_view header(http::field name) const { return fields[name]; }
  [[nodiscard]] std::string_view header(std::string_view name) const { return fields[name]; }
  [[nodiscard]] bool reads() const {
    return method == http::verb::get || method == http::verb::head;
  }
};

/// A piece of an open file.
struct FileRange {
  File file;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

class Response {
 public:
  Response() = default;
  explicit Response(unsigned status_code) : status(status_code) {}

  unsigned status = 200;
  std::string body;
  /// Sent instead of `body`.
  std::optional<FileRange> file;
  /// The body is sent later, piece by piece (Exchange::take_body()).
  bool body_follows = false;
  /// The connection cannot be used further: the request was not read to its end.
  bool close = false;

  /// `value` must hold no control characters: it never comes from a peer unchecked.
  Response& set(std::string_view name, std::string_view value);
  Response& set_text(std::string_view text);
  Response& set_json(std::string text);

  [[nodiscard]] const std::string& header_lines() const { return header_lines_; }

 private:
  std::string header_lines_;
};

/// Appends status line and headers with the empty line behind them. A body that follows is chunked
/// where the connection goes on behind it, else it lasts until the connection is closed.
void append_head(std::string& out, const Response& response, bool keep_alive);

/// Appends a piece of a chunked body; an empty one is its end.
void append_chunk(std::string& out, std::string_view piece);

/// "Sun, 06 Nov 1994 08:49:37 GMT"
[[nodiscard]] std::string http_date(std::int64_t unix_seconds);
[[nodiscard]] std::optional<std::int64_t> parse_http_date(std::string_view text);

/// The strong validator of a body.
[[nodiscard]] std::string etag_of(std::string_view body);

/// Whether an If-None-Match header names `etag` (weakly, as RFC 9110 wants), or is "*".
[[nodiscard]] bool matches_etag(std::string_view if_none_match, std::string_view etag);

/// Whether a comma-separated header names `token`, in any case and with no "q=0" behind it.
[[nodiscard]] bool accepts_token(std::string_view header, std::string_view token);

}  // namespace cortado::server
