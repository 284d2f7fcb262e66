// SPDX-License-Identifier: Apache-2.0
// The small readers and writers of text: URLs, ranges, dates, headers, log lines, types.
#include <doctest/doctest.h>

#include "server/byte_range.hpp"
#include "server/call_context.hpp"
#include "server/http_message.hpp"
#include "server/log.hpp"
#include "server/mime_types.hpp"
#include "server/url.hpp"

namespace cortado::server {
namespace {

TEST_CASE("a target is split into path and query") {
  CHECK(split_target("/a/b?c=d?e").path == "/a/b");
  CHECK(split_target("/a/b?c=d?e").query == "c=d?e");
  CHECK(split_target("/").query.empty());
  CHECK(split_target("http://host:80/x?y").path == "/x");
  CHECK(split_target("http://host").path == "/");
  CHECK(split_target("/go?to=http://host/x").path == "/go");
}

TEST_CASE("percent-decoding is strict") {
  CHECK(percent_decode("a%20b%2Fc") == "a b/c");
  CHECK(percent_decode("%C3%A9") == "\xc3\xa9");
  CHECK(percent_decode("a+b") == "a+b");
  CHECK(!percent_decode("%").has_value());
  CHECK(!percent_decode("%4").has_value());
  CHECK(!percent_decode("%zz").has_value());
}

TEST_CASE("a query's parameters") {
  CHECK(query_param("a=1&params=%7B%22x%22:1%7D&b", "params") == "{\"x\":1}");
  CHECK(query_param("params=a+b%2B", "params") == "a b+");
  CHECK(query_param("xparams=1", "params") == std::nullopt);
  CHECK(query_param("params", "params") == "");
  CHECK(query_param("params=%", "params") == std::nullopt);
  CHECK(query_param("", "params") == std::nullopt);
}

TEST_CASE("ranges of a file") {
  const auto range = [](std::string_view header, std::uint64_t size) -> std::string {
    const auto parsed = parse_range(header, size);
    if (!parsed) return "416";
    if (!*parsed) return "all";
    return std::to_string((*parsed)->first) + "+" + std::to_string((*parsed)->size);
  };
  CHECK(range("bytes=0-0", 10) == "0+1");
  CHECK(range("bytes=2-5", 10) == "2+4");
  CHECK(range("bytes=2-", 10) == "2+8");
  CHECK(range("bytes=-3", 10) == "7+3");
  CHECK(range("bytes=-30", 10) == "0+10");
  CHECK(range("bytes=5-100", 10) == "5+5");
  CHECK(range("bytes=10-", 10) == "416");
  CHECK(range("bytes=-0", 10) == "416");
  CHECK(range("bytes=0-", 0) == "416");
  CHECK(range("bytes=0-99999999999999999999", 10) == "all");
  for (const std::string other : {"", "bytes=", "bytes=-", "bytes=5-2", "bytes=1-2,4-5",
                                  "lines=1-2", "bytes=a-b", "bytes= 1-2"}) {
    CAPTURE(other);
    CHECK(range(other, 10) == "all");
  }
}

TEST_CASE("dates of HTTP") {
  CHECK(http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777);
  CHECK(!parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT").has_value());
  CHECK(!parse_http_date("Sun, 06 Foo 1994 08:49:37 GMT").has_value());
  CHECK(!parse_http_date("").has_value());
}

TEST_CASE("If-None-Match compares weakly") {
  CHECK(matches_etag("\"a\"", "\"a\""));
  CHECK(matches_etag("\"b\", W/\"a\"", "\"a\""));
  CHECK(matches_etag("*", "\"a\""));
  CHECK(!matches_etag("\"b\"", "\"a\""));
  CHECK(!matches_etag("", "\"a\""));
}

TEST_CASE("tokens of a list") {
  CHECK(accepts_token("gzip, deflate, br", "br"));
  CHECK(accepts_token("GZIP;q=0.5", "gzip"));
  CHECK(accepts_token("keep-alive, Upgrade", "upgrade"));
  CHECK(!accepts_token("gzip;q=0", "gzip"));
  CHECK(!accepts_token("gzip; q=0.000", "gzip"));
  CHECK(!accepts_token("x-gzip", "gzip"));
  CHECK(!accepts_token("", "gzip"));
}

TEST_CASE("an answer's head") {
  Response response(404);
  response.set_text("no").set("X-Test", "1");
  std::string out;
  append_head(out, response, true);
  CHECK(out.starts_with("HTTP/1.1 404 Not Found\r\nDate: "));
  CHECK(out.find("\r\nX-Test: 1\r\n") != std::string::npos);
  CHECK(out.ends_with("\r\nContent-Length: 2\r\n\r\n"));
  out.clear();
  append_head(out, Response(204), false);
  CHECK(out.find("Content-Length") == std::string::npos);
  CHECK(out.ends_with("\r\nConnection: close\r\n\r\n"));
}

TEST_CASE("bodies that differ have validators that differ") {
  CHECK(etag_of("{}") == etag_of("{}"));
  CHECK(etag_of("{}") != etag_of("{ }"));
  CHECK(etag_of("").starts_with('"'));
  CHECK(etag_of("").ends_with('"'));
}

TEST_CASE("types of files") {
  CHECK(mime_type("cortado.wasm") == "application/wasm");
  CHECK(mime_type("INDEX.HTML") == "text/html; charset=utf-8");
  CHECK(mime_type("a.min.mjs") == "text/javascript; charset=utf-8");
  CHECK(mime_type("a.js.map") == "application/json");
  CHECK(mime_type("app.webmanifest") == "application/manifest+json");
  CHECK(mime_type("font.woff2") == "font/woff2");
  CHECK(mime_type("Makefile") == "application/octet-stream");
  CHECK(mime_type("a.") == "application/octet-stream");
}

TEST_CASE("what a peer sent cannot forge a log line") {
  std::string line;
  append_log_field(line, "path", "/plain");
  append_log_field(line, "what", "two words");
  append_log_field(line, "evil", "x\nlevel=\"info\" \x01");
  append_log_field(line, "none", "");
  CHECK(line == " path=/plain what=\"two words\" evil=\"x\\nlevel=\\\"info\\\" \\x01\" none=\"\"");
}

TEST_CASE("log lines below the level are not made") {
  ServerOptions options;
  std::vector<std::string> lines;
  options.log = [&lines](LogLevel, std::string_view line) { lines.emplace_back(line); };
  options.log_level = LogLevel::warning;
  Log log(options);
  log.write(LogLevel::info, "quiet");
  log.write(LogLevel::error, "loud", {{"port", "8080"}});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with("time="));
  CHECK(lines[0].ends_with("Z level=error event=loud port=8080"));
}

TEST_CASE("traceparent") {
  const auto trace = parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  REQUIRE(trace.has_value());
  CHECK(trace->trace_id[0] == std::byte{0x0a});
  CHECK(trace->trace_id[15] == std::byte{0x9c});
  CHECK(trace->span_id[7] == std::byte{0x31});
  CHECK(trace->flags == 1);
  CHECK(parse_traceparent("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-later")
            .has_value());
  for (const std::string other : {
           "",
           "00",
           "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
           "00-00000000000000000000000000000000-b7ad6b7169203331-01",
           "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
           "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
       }) {
    CAPTURE(other);
    CHECK(!parse_traceparent(other).has_value());
  }
}

}  // namespace
}  // namespace cortado::server
