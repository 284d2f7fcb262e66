// SPDX-License-Identifier: Apache-2.0
#include "server/http_message.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/status.hpp>

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace cortado::server {
namespace {

constexpr std::array<std::string_view, 7> day_names{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Takes the next element of a comma-separated list off the front.
std::string_view take_element(std::string_view& list) {
  const std::size_t comma = list.find(',');
  const std::string_view element = list.substr(0, comma);
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  return trim(element);
}

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

/// The Date line, made anew only when the second changes: it is in every answer.
void append_date(std::string& out) {
  thread_local std::int64_t made_at = -1;
  thread_local std::string line;
  const std::int64_t now = std::time(nullptr);
  if (now != made_at) {
    line = "Date: " + http_date(now) + "\r\n";
    made_at = now;
  }
  out += line;
}

bool has_body(unsigned status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

Response& Response::set(std::string_view name, std::string_view value) {
  header_lines_ += name;
  header_lines_ += ": ";
  header_lines_ += value;
  header_lines_ += "\r\n";
  return *this;
}

Response& Response::set_text(std::string_view text) {
  body = text;
  return set("Content-Type", "text/plain; charset=utf-8");
}

Response& Response::set_json(std::string text) {
  body = std::move(text);
  return set("Content-Type", "application/json");
}

void append_head(std::string& out, const Response& response, bool keep_alive) {
  out += "HTTP/1.1 ";
  append_number(out, response.status);
  out += ' ';
  // 499 has no registered name; it is for logs, the client is gone.
  out += response.status == 499
             ? "Client Closed Request"
             : std::string_view(http::obsolete_reason(static_cast<http::status>(response.status)));
  out += "\r\n";
  append_date(out);
  out += response.header_lines();
  // Nothing we serve is what another type would make of it.
  out += "X-Content-Type-Options: nosniff\r\n";
  if (response.body_follows) {
    if (keep_alive) out += "Transfer-Encoding: chunked\r\n";
  } else if (has_body(response.status)) {
    out += "Content-Length: ";
    append_number(out, response.file ? response.file->size : response.body.size());
    out += "\r\n";
  }
  out += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
}

void append_chunk(std::string& out, std::string_view piece) {
  std::array<char, 16> digits{};
  out.append(digits.data(),
             std::to_chars(digits.data(), digits.data() + digits.size(), piece.size(), 16).ptr);
  ((out += "\r\n") += piece) += "\r\n";
}

std::string http_date(std::int64_t unix_seconds) {
  const std::time_t time = unix_seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 40> text{};
  // Names are English whatever the locale, so not strftime.
  const int size =
      std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                    day_names[static_cast<std::size_t>(parts.tm_wday)].data(), parts.tm_mday,
                    month_names[static_cast<std::size_t>(parts.tm_mon)].data(),
                    parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  // Only the form that is sent today; an obsolete one counts as no date.
  if (text.size() != 29) return std::nullopt;
  const auto number = [text](std::size_t at, std::size_t size) {
    int value = -1;
    const char* const end = text.data() + at + size;
    return std::from_chars(text.data() + at, end, value).ptr == end ? value : -1;
  };
  std::tm parts{};
  parts.tm_mday = number(5, 2);
  parts.tm_year = number(12, 4) - 1900;
  parts.tm_hour = number(17, 2);
  parts.tm_min = number(20, 2);
  parts.tm_sec = number(23, 2);
  parts.tm_mon = -1;
  for (std::size_t i = 0; i < month_names.size(); ++i) {
    if (text.substr(8, 3) == month_names[i]) parts.tm_mon = static_cast<int>(i);
  }
  const bool valid = parts.tm_mday >= 1 && parts.tm_year >= 0 && parts.tm_hour >= 0 &&
                     parts.tm_min >= 0 && parts.tm_sec >= 0 && parts.tm_mon >= 0 &&
                     text.ends_with(" GMT");
  if (!valid) return std::nullopt;
  return timegm(&parts);
}

std::string etag_of(std::string_view body) {
  // FNV-1a, 64 bits: two versions of one result that collide are once in 2^64, and a caller who
  // builds such a pair only makes its own cache stale.
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char character : body) {
    hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3;
  }
  std::array<char, 16> digits{};
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), hash, 16).ptr;
  return '"' + std::string(digits.data(), end) + '"';
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    std::string_view element = take_element(if_none_match);
    if (element == "*") return true;
    if (element.starts_with("W/")) element.remove_prefix(2);
    if (element == etag) return true;
  }
  return false;
}

bool accepts_token(std::string_view header, std::string_view token) {
  while (!header.empty()) {
    const std::string_view element = take_element(header);
    const std::size_t semicolon = element.find(';');
    const std::string_view name = trim(element.substr(0, semicolon));
    if (!boost::beast::iequals(name, token)) continue;
    if (semicolon == std::string_view::npos) return true;
    const std::string_view weight = trim(element.substr(semicolon + 1));
    return !(weight.starts_with("q=0") && weight.find_first_of("123456789") == weight.npos);
  }
  return false;
}

}  // namespace cortado::server
