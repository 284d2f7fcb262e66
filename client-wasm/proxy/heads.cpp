// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/heads.hpp"

#include <algorithm>

#include "client-wasm/proxy/proxy.hpp"

namespace cortado::proxy {
namespace {

/// Times of the records, and sizes, are below this: sums of a few do not overflow.
constexpr std::uint64_t number_max = std::uint64_t{1} << 53;

std::optional<std::int64_t> take_number(std::string_view& line) {
  const auto number = to_number(take_word(line));
  if (!number || *number > number_max) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

std::optional<int> take_status(std::string_view& line) {
  const auto status = take_number(line);
  if (!status || *status > 999) return std::nullopt;
  return static_cast<int>(*status);
}

std::optional<CacheMode> to_cache_mode(std::string_view word) {
  if (word == "default") return CacheMode::standard;
  if (word == "no-store") return CacheMode::no_store;
  if (word == "reload") return CacheMode::reload;
  if (word == "no-cache") return CacheMode::no_cache;
  if (word == "force-cache") return CacheMode::force_cache;
  if (word == "only-if-cached") return CacheMode::only_if_cached;
  return std::nullopt;
}

void append_lines(std::string& text, std::string_view mark, const Headers& lines) {
  for (const auto& [name, value] : lines.all()) {
    text += mark;
    append_header(text, name, value);
  }
}

/// The rest of the first line of an RPC.
bool read_rpc(RequestHead& head, std::string_view line) {
  const auto interface_id = to_number(take_word(line), 16);
  const auto ordinal = take_number(line);
  const auto ttl_ms = take_number(line);
  const std::string_view scope = trim(line);
  if (!interface_id || !ordinal || *ordinal > 0xffff || !ttl_ms) return false;
  head.interface_id = *interface_id;
  head.ordinal = static_cast<std::uint32_t>(*ordinal);
  head.ttl_ms = *ttl_ms;
  head.is_public = scope == "public";
  return head.is_public || scope == "identity";
}

}  // namespace

bool Headers::read(std::string_view& rest) {
  bool is_good = true;
  while (!rest.empty()) {
    const std::string_view line = take_until(rest, '\n');
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos) {
      is_good = false;
      continue;
    }
    lines_.push_back({line.substr(0, colon), trim(line.substr(colon + 1))});
  }
  return is_good;
}

std::optional<std::string> Headers::get(std::string_view name) const {
  std::optional<std::string> value;
  for (const Header& line : lines_) {
    if (!same(line.name, name)) continue;
    if (value) {
      value->append(", ").append(line.value);
    } else {
      value.emplace(line.value);
    }
  }
  return value;
}

bool Headers::has(std::string_view name) const {
  return std::ranges::any_of(lines_, [&](const Header& line) { return same(line.name, name); });
}

void append_header(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": ").append(value).append("\n");
}

std::optional<RequestHead> RequestHead::read(std::string_view& rest) {
  RequestHead head;
  std::string_view line = take_until(rest, '\n');
  head.method = take_word(line);
  bool is_good = !head.method.empty();
  if (head.is_rpc()) {
    is_good = read_rpc(head, line);
  } else {
    head.destination = take_word(line);
    const auto mode = to_cache_mode(take_word(line));
    head.url = trim(line);
    head.url = head.url.substr(0, head.url.find('#'));
    is_good = is_good && mode.has_value();
    head.cache_mode = mode.value_or(CacheMode::standard);
  }
  if (!head.headers.read(rest) || !is_good) return std::nullopt;
  return head;
}

std::optional<ResponseHead> ResponseHead::read(std::string_view& rest) {
  ResponseHead head;
  std::string_view line = take_until(rest, '\n');
  const auto status = take_status(line);
  const std::string_view kind = trim(line);
  if (!head.headers.read(rest) || !status) return std::nullopt;
  head.status = *status;
  if (kind == "redirected") {
    head.kind = ResponseKind::redirected;
  } else if (kind == "opaque") {
    head.kind = ResponseKind::opaque;
  } else if (kind != "plain") {
    return std::nullopt;
  }
  return head;
}

std::optional<Record> Record::read(std::string_view& rest) {
  Record record;
  std::string_view line = take_until(rest, '\n');
  const auto version = take_number(line);
  const auto status = take_status(line);
  const auto request_time = take_number(line);
  const auto response_time = take_number(line);
  Headers lines;
  if (!lines.read(rest) || version != record_version || !status || !request_time ||
      !response_time) {
    return std::nullopt;
  }
  record.status = *status;
  record.request_time = *request_time;
  record.response_time = *response_time;
  for (const auto& [name, value] : lines.all()) {
    if (name.front() == '@') {
      record.tags.add({name.substr(1), value});
    } else if (name.front() == '>') {
      record.vary.add({name.substr(1), value});
    } else {
      record.headers.add({name, value});
    }
  }
  return record;
}

void Record::append_to(std::string& text) const {
  const std::int64_t numbers[] = {record_version, status, request_time, response_time};
  for (const std::int64_t number : numbers) {
    append_number(text, static_cast<std::uint64_t>(number));
    text += ' ';
  }
  text.back() = '\n';
  append_lines(text, "@", tags);
  append_lines(text, ">", vary);
  append_lines(text, "", headers);
}

std::optional<std::vector<Stored>> read_stored(std::string_view rest) {
  std::vector<Stored> all;
  while (!rest.empty()) {
    std::string_view line = take_until(rest, '\n');
    const auto body_size = take_number(line);
    if (!body_size || !line.empty()) return std::nullopt;
    all.push_back({*body_size, Record::read(rest)});
  }
  return all;
}

}  // namespace cortado::proxy
