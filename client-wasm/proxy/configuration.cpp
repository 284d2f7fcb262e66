// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/configuration.hpp"

#include <algorithm>

#include "client-wasm/proxy/text.hpp"
#include "client-wasm/proxy/url.hpp"

namespace cortado::proxy {
namespace {

constexpr std::string_view strategies[] = {
    "network-only", "cache-only", "cache-first", "network-first", "stale-while-revalidate", "race"};
constexpr std::uint64_t ttl_ms_max = 100ULL * 366 * 86'400'000;  // a century
constexpr std::uint64_t timeout_ms_max = 3'600'000;
constexpr std::uint64_t limit_max = std::uint64_t{1} << 53;
constexpr std::size_t name_size_max = 64;

/// Reads the lines one after the other. Each `read_…` gives what is wrong, or nothing.
class ConfigurationReader {
 public:
  std::expected<Configuration, std::string> read(std::string_view text);

 private:
  std::string_view line(std::string_view word, std::string_view rest);
  std::string_view global_line(std::string_view word, std::string_view rest);
  std::string_view matching_line(std::string_view word, std::string_view rest);
  std::string_view storing_line(std::string_view word, std::string_view rest);
  std::string_view begin_route(std::string_view rest);
  std::string_view end_route() const;
  std::string_view add_cache(std::string_view rest);
  std::string_view set_rpc(std::string_view rest);
  std::string_view set_strategy(std::string_view rest);
  std::string_view add_words(std::vector<std::string>& to, std::string_view rest) const;
  [[nodiscard]] std::string complain(std::string_view about, std::string_view complaint) const;

  Configuration read_;
  Route* route_ = nullptr;
  bool has_methods_ = false;
  std::size_t line_number_ = 0;
};

template <class Range>
bool contains(const Range& range, std::string_view word) {
  return std::ranges::find(range, word) != std::ranges::end(range);
}

constexpr std::string_view unknown_word = "is no word of a configuration: look at its spelling";

std::expected<Configuration, std::string> ConfigurationReader::read(std::string_view text) {
  while (!text.empty()) {
    ++line_number_;
    const std::string_view whole = take_until(text, '\n');
    std::string_view rest = trim(whole);
    const std::string_view word = take_word(rest);
    if (line_number_ == 1) {
      if (word == "proxy" && to_number(trim(rest)) == configuration_version) continue;
      return std::unexpected(complain(whole,
                                      "is of another version: load page and proxy.wasm of "
                                      "one release (the first line is `proxy 1`)"));
    }
    if (word.empty()) continue;
    const std::string_view complaint = line(word, trim(rest));
    if (!complaint.empty()) return std::unexpected(complain(whole, complaint));
  }
  const std::string_view complaint = end_route();
  if (!complaint.empty()) return std::unexpected(complain("its end", complaint));
  return std::move(read_);
}

std::string ConfigurationReader::complain(std::string_view about,
                                          std::string_view complaint) const {
  std::string message;
  if (route_ != nullptr) {
    message.append("route ");
    append_number(message, read_.routes.size());
    message.append(" \"").append(route_->name).append("\", ");
  }
  message.append("line ");
  append_number(message, line_number_);
  return message.append(": ").append(trim(about)).append(": ").append(complaint);
}

std::string_view ConfigurationReader::line(std::string_view word, std::string_view rest) {
  if (word == "route") return begin_route(rest);
  if (route_ == nullptr) return global_line(word, rest);
  const std::string_view complaint = matching_line(word, rest);
  return complaint == unknown_word ? storing_line(word, rest) : complaint;
}

std::string_view ConfigurationReader::global_line(std::string_view word, std::string_view rest) {
  if (word == "cache") return add_cache(rest);
  if (word != "origin") return "stands before the first route: begin one with `route NAME`";
  const UrlParts parts = split_url(rest);
  const bool is_origin = is_http(rest) && parts.path.empty() && parts.query.empty();
  if (!is_origin) return "is no origin: write it as location.origin does, https://app.example";
  read_.origin = rest;
  return {};
}

std::string_view ConfigurationReader::add_cache(std::string_view rest) {
  CacheLimits limits;
  limits.name = take_word(rest);
  const auto entries = to_number(take_word(rest));
  const auto bytes = to_number(trim(rest));
  if (limits.name.empty() || limits.name.size() > name_size_max) {
    return "needs a name of at most 64 letters";
  }
  if (!entries || !bytes || *entries > limit_max || *bytes > limit_max) {
    return "needs two numbers, most entries and most bytes: 0 for as many as come";
  }
  const auto found = std::ranges::find(read_.caches, limits.name, &CacheLimits::name);
  if (found != read_.caches.end()) return "is there already: say a cache's limits once";
  limits.entries_max = *entries;
  limits.bytes_max = *bytes;
  read_.caches.push_back(std::move(limits));
  return {};
}

std::string_view ConfigurationReader::begin_route(std::string_view rest) {
  const std::string_view complaint = end_route();
  if (!complaint.empty()) return complaint;
  if (rest.empty() || rest.size() > name_size_max) return "needs a name of at most 64 letters";
  if (read_.routes.size() == routes_max) return "is one too many: 1024 routes are the most";
  route_ = &read_.routes.emplace_back();
  route_->name = rest;
  route_->methods = {"GET", "HEAD"};
  has_methods_ = false;
  return {};
}

std::string_view ConfigurationReader::end_route() const {
  if (route_ == nullptr) return {};
  const bool is_http_route = !route_->urls.empty() || !route_->destinations.empty() ||
                             !route_->headers.empty() || has_methods_;
  if (route_->interface_id && is_http_route) {
    return "the route before it has `rpc` and something of HTTP: make it two routes";
  }
  if (!route_->interface_id && !is_http_route) {
    return "the route before it matches nothing: give it a `url`, for all of them `url *://*`";
  }
  if (route_->timeout_ms != 0 && route_->strategy != Strategy::network_first) {
    return "the route before it has a `timeout`, which only `strategy network-first` knows";
  }
  return {};
}

std::string_view ConfigurationReader::add_words(std::vector<std::string>& to,
                                                std::string_view rest) const {
  if (rest.empty()) return "says nothing: write one or more words behind it, or leave it out";
  while (!rest.empty()) {
    const std::string_view word = take_word(rest);
    if (!word.empty()) to.emplace_back(word);
  }
  return {};
}

std::string_view ConfigurationReader::matching_line(std::string_view word, std::string_view rest) {
  if (word == "url") {
    const std::string_view complaint = UrlPattern::complaint(rest, read_.origin);
    if (complaint.empty()) route_->urls.emplace_back(rest, read_.origin);
    return complaint;
  }
  if (word == "method") {
    route_->methods.clear();
    has_methods_ = true;
    const std::string_view complaint = add_words(route_->methods, rest);
    if (contains(route_->methods, "*")) route_->methods.clear();
    return complaint;
  }
  if (word == "destination") return add_words(route_->destinations, rest);
  if (word == "header") {
    const std::string_view name = take_word(rest);
    if (name.empty()) return "needs a header's name, and perhaps a pattern of its value";
    const std::string_view value = trim(rest);
    route_->headers.push_back({std::string(name), Pattern(value.empty() ? "*" : value, '\0')});
    return {};
  }
  return word == "rpc" ? set_rpc(rest) : unknown_word;
}

std::string_view ConfigurationReader::set_rpc(std::string_view rest) {
  const auto interface_id = to_number(take_word(rest), 16);
  rest = trim(rest);
  const auto ordinal = to_number(rest);
  if (!interface_id || (!rest.empty() && (!ordinal || *ordinal > 0xffff))) {
    return "needs an interface's id, 16 hexadecimal digits, and perhaps a method's ordinal";
  }
  route_->interface_id = interface_id;
  if (ordinal) route_->ordinal = static_cast<std::uint32_t>(*ordinal);
  return {};
}

std::string_view ConfigurationReader::set_strategy(std::string_view rest) {
  const auto* const found = std::ranges::find(strategies, rest);
  if (found == std::end(strategies)) {
    return "is no strategy: network-only, cache-only, cache-first, network-first, "
           "stale-while-revalidate and race are";
  }
  route_->strategy = static_cast<Strategy>(found - std::begin(strategies));
  return {};
}

std::string_view ConfigurationReader::storing_line(std::string_view word, std::string_view rest) {
  if (word == "strategy") return set_strategy(rest);
  if (word == "timeout") {
    const auto number = to_number(rest);
    if (!number || *number == 0 || *number > timeout_ms_max) return "needs 1 to 3600000 ms";
    route_->timeout_ms = static_cast<std::uint32_t>(*number);
    return {};
  }
  if (word == "ttl") {
    const auto number = to_number(rest);
    if (!number || *number > ttl_ms_max) return "needs a number of ms, at most a century";
    route_->ttl_ms = static_cast<Milliseconds>(*number);
    return {};
  }
  if (word == "cache") {
    if (rest.empty() || rest.size() > name_size_max || rest.find(' ') != std::string_view::npos) {
      return "needs one name of at most 64 letters; its limits stand before the first route";
    }
    route_->cache = rest;
    return {};
  }
  if (word == "tag") {
    if (rest.empty()) return "needs a tag: leave the line out for none";
    route_->tags.emplace_back(rest);
    return {};
  }
  if (word == "ignore-query") return add_words(route_->ignored_query, rest);
  if (word == "scope") {
    route_->is_public = rest == "public";
    return route_->is_public || rest == "identity" ? "" : "is no scope: public and identity are";
  }
  if (word == "cross-origin-conditions") {
    route_->has_cross_origin_conditions = true;
    return {};
  }
  return unknown_word;
}

bool allows(const std::vector<std::string>& words, std::string_view word) {
  return words.empty() || contains(words, word);
}

}  // namespace

bool Route::matches_url(std::string_view url) const {
  const auto matches = [&](const UrlPattern& pattern) { return pattern.matches(url); };
  return !interface_id && (urls.empty() || std::ranges::any_of(urls, matches));
}

bool Route::matches(const RequestHead& request) const {
  if (request.is_rpc()) {
    return interface_id == request.interface_id && (!ordinal || ordinal == request.ordinal);
  }
  const auto has_header = [&](const HeaderRule& rule) {
    const auto value = request.headers.get(rule.name);
    return value && rule.value.matches(*value);
  };
  return allows(methods, request.method) && allows(destinations, request.destination) &&
         matches_url(request.url) && std::ranges::all_of(headers, has_header);
}

std::expected<Configuration, std::string> Configuration::read(std::string_view text) {
  return ConfigurationReader().read(text);
}

std::uint32_t Configuration::route_of(const RequestHead& request) const {
  const auto found =
      std::ranges::find_if(routes, [&](const Route& route) { return route.matches(request); });
  return found == routes.end() ? no_index : static_cast<std::uint32_t>(found - routes.begin());
}

}  // namespace cortado::proxy
