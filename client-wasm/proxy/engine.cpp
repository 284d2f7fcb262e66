// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/engine.hpp"

#include "client-wasm/proxy/decide.hpp"
#include "client-wasm/proxy/key.hpp"
#include "client-wasm/proxy/url.hpp"

namespace cortado::proxy {
namespace {

/// RFC 9110, 9.2.1. Others may change something, unknown ones too.
bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE" ||
         method == "RPC";
}

/// What is left of a text, of which at most one entry is expected.
std::optional<std::vector<Stored>> read_one(std::string_view rest) {
  auto stored = read_stored(rest);
  return stored && stored->size() <= 1 ? std::move(stored) : std::nullopt;
}

const Stored* first_of(const std::vector<Stored>& stored) {
  return stored.empty() ? nullptr : &stored.front();
}

constexpr std::unexpected<Refusal> bad_input{Refusal::bad_input};
constexpr std::unexpected<Refusal> bad_route{Refusal::bad_route};

}  // namespace

std::string Engine::configure(std::string_view text) {
  auto read = Configuration::read(text);
  if (!read) return std::move(read.error());
  configuration_ = std::move(*read);
  catalogue_.set_limits(configuration_.caches);
  return {};
}

bool Engine::identify(std::string_view identity) {
  const bool is_other = identity_ != identity;
  identity_ = identity;
  if (is_other) catalogue_.set_partition(partition_of(false, identity));
  return is_other;
}

Context Engine::context(std::uint32_t route, Milliseconds now) const {
  return {.route = configuration_.routes[route],
          .origin = configuration_.origin,
          .identity = identity_,
          .now = now,
          .distrusted_until = distrusted_until_};
}

Decided Engine::route(std::string_view text, std::string_view params, std::uint32_t& number) const {
  number = no_index;
  const auto request = RequestHead::read(text);
  if (!request || !text.empty()) return bad_input;
  if (!request->is_rpc() && !is_http(request->url)) return Decision{.reason = Reason::not_http};
  if (!is_safe(request->method)) {
    const bool is_anything_stored = !keys_of_url(configuration_, identity_, request->url).empty();
    return Decision{.action = is_anything_stored ? Action::change : Action::bypass,
                    .reason = Reason::unsafe_method};
  }
  if (params.size() > rpc_params_size_max) return Decision{.reason = Reason::params_too_large};
  const std::uint32_t found = configuration_.route_of(*request);
  if (found == no_index) return Decision{.reason = Reason::no_route};
  const Route& route = configuration_.routes[found];
  Decision decision{.reason = reason_to_bypass(*request, route)};
  number = found;
  if (decision.reason != Reason::none) return decision;
  decision.action = Action::look_up;
  decision.key = key_of(route, *request, identity_, params);
  return decision;
}

Decided Engine::decide(std::uint32_t route, std::string_view text, Milliseconds now) const {
  if (route >= configuration_.routes.size()) return bad_route;
  const auto request = RequestHead::read(text);
  const auto stored = read_stored(text);
  if (!request || !stored) return bad_input;
  return proxy::decide(context(route, now), *request, *stored);
}

Decided Engine::received(std::uint32_t route, std::string_view text, Milliseconds request_time,
                         Milliseconds now) const {
  if (route >= configuration_.routes.size()) return bad_route;
  const auto request = RequestHead::read(text);
  const auto response = ResponseHead::read(text);
  const auto stored = read_one(text);
  if (!request || !response || !stored) return bad_input;
  return proxy::received(context(route, now), *request, *response, first_of(*stored), request_time);
}

Decided Engine::failed(std::uint32_t route, std::string_view text, bool is_timeout,
                       Milliseconds now) const {
  if (route >= configuration_.routes.size()) return bad_route;
  const auto request = RequestHead::read(text);
  const auto stored = read_one(text);
  if (!request || !stored) return bad_input;
  return proxy::failed(context(route, now), *request, first_of(*stored), is_timeout);
}

Decided Engine::changed(std::string_view text) const {
  const auto request = RequestHead::read(text);
  const auto response = ResponseHead::read(text);
  if (!request || request->is_rpc() || !response || !text.empty()) return bad_input;
  Decision decision{.action = Action::pass, .reason = Reason::changed};
  const std::string urls = changed_urls(*request, *response);
  for (std::string_view rest = urls; !rest.empty();) {
    for (const std::string& key : keys_of_url(configuration_, identity_, take_until(rest, '\n'))) {
      decision.key.append(key).append("\n");
    }
  }
  return decision;
}

Refusal Engine::add(EntryId id, std::string_view text, std::uint64_t size, Milliseconds last_used) {
  const std::string_view key = take_until(text, '\n');
  const auto record = Record::read(text);
  if (!record || split_key(key).partition.empty()) return Refusal::bad_input;
  catalogue_.add(id, key, size, last_used, record->tags);
  return Refusal::none;
}

}  // namespace cortado::proxy
