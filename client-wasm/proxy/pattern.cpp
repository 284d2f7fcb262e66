// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/pattern.hpp"

#include <algorithm>

#include "client-wasm/proxy/text.hpp"
#include "client-wasm/proxy/url.hpp"

namespace cortado::proxy {
namespace {

constexpr bool is_name_letter(char c) {
  return is_digit(c) || c == '_' || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
}

/// The places in a text that the tokens so far can have led to: true for each.
using Places = std::vector<char>;

void skip_literal(Places& places, std::string_view text, std::string_view literal) {
  for (std::size_t at = places.size(); at-- > 0;) {
    const bool came = at >= literal.size() && places[at - literal.size()] != 0 &&
                      text.substr(at - literal.size(), literal.size()) == literal;
    places[at] = came ? 1 : 0;
  }
}

void skip_name(Places& places, std::string_view text, char delimiter) {
  bool is_inside = false;  // a name has begun at an earlier place, and can end here
  for (std::size_t at = 0; at < places.size(); ++at) {
    const bool begins = places[at] != 0;
    places[at] = is_inside ? 1 : 0;
    is_inside = (is_inside || begins) && at < text.size() && text[at] != delimiter;
  }
}

void skip_anything(Places& places) { std::fill(std::ranges::find(places, 1), places.end(), 1); }

}  // namespace

Pattern::Pattern(std::string_view text, char delimiter) : delimiter_(delimiter) {
  while (!text.empty()) {
    // A digit begins no name, but a port.
    const bool is_name = delimiter != '\0' && text.size() > 1 && text[0] == ':' &&
                         is_name_letter(text[1]) && !is_digit(text[1]);
    if (is_name) {
      const auto end = std::find_if_not(text.begin() + 1, text.end(), is_name_letter);
      tokens_.push_back({Kind::name, {}});
      text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
      continue;
    }
    if (text.front() == '*') {
      tokens_.push_back({Kind::anything, {}});
    } else if (tokens_.empty() || tokens_.back().kind != Kind::literal) {
      tokens_.push_back({Kind::literal, std::string(1, text.front())});
    } else {
      tokens_.back().text += text.front();
    }
    text.remove_prefix(1);
  }
}

bool Pattern::matches(std::string_view text) const {
  auto token = tokens_.begin();
  // Most addresses are told apart by what they begin with, which needs no memory.
  if (token != tokens_.end() && token->kind == Kind::literal) {
    if (!text.starts_with(token->text)) return false;
    text.remove_prefix(token->text.size());
    ++token;
  }
  if (token == tokens_.end()) return text.empty();
  if (token->kind == Kind::anything && token + 1 == tokens_.end()) return true;
  Places places(text.size() + 1);
  places[0] = 1;
  for (; token != tokens_.end(); ++token) {
    switch (token->kind) {
      case Kind::literal: skip_literal(places, text, token->text); break;
      case Kind::name: skip_name(places, text, delimiter_); break;
      case Kind::anything: skip_anything(places); break;
    }
  }
  return places.back() != 0;
}

struct UrlPattern::Texts {
  std::string scheme = "*";
  std::string host = "*";
  std::string path = "*";
  std::string query = "*";

  Texts(std::string_view text, std::string_view origin) {
    std::string whole(text.starts_with('/') ? origin : "");
    whole += text;
    const UrlParts parts = split_url(whole);
    for (const char c : parts.scheme) scheme += to_lower(c);
    for (const char c : parts.authority) host += to_lower(c);
    if (!parts.scheme.empty()) scheme.erase(0, 1);
    if (!parts.authority.empty()) host.erase(0, 1);
    if (!parts.path.empty()) path = parts.path;
    if (!parts.query.empty()) query = parts.query.substr(1);
  }
};

UrlPattern::UrlPattern(std::string_view text, std::string_view origin)
    : UrlPattern(Texts(text, origin)) {}

UrlPattern::UrlPattern(const Texts& texts)
    : scheme_(texts.scheme, '\0'),
      host_(texts.host, '.'),
      path_(texts.path, '/'),
      query_(texts.query, '&') {}

std::string_view UrlPattern::complaint(std::string_view text, std::string_view origin) {
  if (text.find_first_of("(){}\\") != std::string_view::npos) {
    return "groups and regular expressions are not understood: use * and :name, or several url "
           "lines";
  }
  if (text.starts_with('/')) {
    return origin.empty() ? "has no host: say `origin https://…` in a line before the routes" : "";
  }
  return text.find("://") == std::string_view::npos
             ? "is no address: begin it with / or https:// or *://"
             : "";
}

bool UrlPattern::matches(std::string_view url) const {
  const UrlParts parts = split_url(url);
  const std::string_view query = parts.query.empty() ? parts.query : parts.query.substr(1);
  return host_.matches(parts.authority) && path_.matches(parts.path) &&
         scheme_.matches(parts.scheme) && query_.matches(query);
}

}  // namespace cortado::proxy
