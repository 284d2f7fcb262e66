// SPDX-License-Identifier: Apache-2.0
// The C ABI of proxy.wasm, all of it. Caller: js-glue/src/proxy/proxy-module.ts. It imports nothing. An
// instance is one engine (engine.hpp), so there are no handles: who needs two makes two instances.
//
// Texts go in through one buffer: the host asks input() for room, writes there, and names sizes in its
// next call. What comes out is in the block at output() (proxy.capnp, outputWords), whose texts are the
// host's to read until its next call. Everything returned is an Action or another number of at least
// 0, or minus a Refusal. The memory may have grown in any call that takes a size.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "client-wasm/proxy/engine.hpp"

// JavaScript sees the name without the prefix, which only the linker needs. Natively the fuzzer calls
// them.
#ifdef __wasm__
#define CORTADO_EXPORT(type, name) \
  extern "C" __attribute__((export_name(#name))) type cortado_proxy_##name
#else
#define CORTADO_EXPORT(type, name) extern "C" type cortado_proxy_##name
#endif

namespace cortado::proxy {
namespace {

struct Text {
  const void* address = nullptr;
  std::uint32_t size = 0;
};

struct Output {
  std::uint32_t action = 0;
  std::uint32_t reason = 0;
  std::uint32_t seconds = 0;
  std::uint32_t route = no_index;
  std::uint32_t entry = no_index;
  std::uint32_t status = 0;
  std::uint32_t age = 0;
  std::uint32_t timeout_ms = 0;
  std::uint32_t drop = 0;
  std::uint32_t unused = 0;
  double range_first = 0;
  double range_last = 0;
  Text key = {};
  Text response_headers = {};
  Text request_headers = {};
  Text record = {};
  Text message = {};
  Text entries = {};
};
static_assert(sizeof(void*) != 4 || sizeof(Output) == output_words * sizeof(std::uint32_t));

struct Instance {
  Engine engine;
  std::vector<char> input;
  Output output;
  Decision decision;
  std::string message;
  std::vector<std::uint32_t> entries;
};

// The one mutable global: JavaScript has no other way to name an object in here.
Instance& instance() {
  // Never destroyed: a module has no end.
  static Instance* const one = std::make_unique<Instance>().release();
  return *one;
}

std::string_view input(std::uint32_t from, std::uint32_t size) {
  const std::string_view all(instance().input.data(), instance().input.size());
  return all.substr(std::min<std::size_t>(from, all.size()), size);
}

/// A time, or a size, that JavaScript says: a number that cannot be one is the nearest that can.
std::int64_t whole(double number) {
  constexpr double most = 9'007'199'254'740'992;  // 2^53
  return number > 0 ? static_cast<std::int64_t>(std::min(number, most)) : 0;
}

std::uint32_t word(std::int64_t number) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(number, 0, UINT32_MAX));
}

Text view(const std::string& text) {
  return {text.data(), static_cast<std::uint32_t>(text.size())};
}

std::int32_t refuse(Refusal refusal) { return -static_cast<std::int32_t>(refusal); }

std::int32_t put(Decided decided, std::uint32_t route) {
  Instance& all = instance();
  all.output = {};
  if (!decided) return refuse(decided.error());
  all.decision = std::move(*decided);
  const Decision& decision = all.decision;
  all.output = {.action = static_cast<std::uint32_t>(decision.action),
                .reason = static_cast<std::uint32_t>(decision.reason),
                .seconds = word(decision.seconds),
                .route = route,
                .entry = decision.entry,
                .status = static_cast<std::uint32_t>(decision.status),
                .age = word(decision.age),
                .timeout_ms = decision.timeout_ms,
                .drop = decision.drop ? 1U : 0U,
                .range_first = static_cast<double>(decision.range_first),
                .range_last = static_cast<double>(decision.range_last),
                .key = view(decision.key),
                .response_headers = view(decision.response_headers),
                .request_headers = view(decision.request_headers),
                .record = view(decision.record)};
  return static_cast<std::int32_t>(decision.action);
}

}  // namespace

/// Address of the block, which does not move.
CORTADO_EXPORT(const void*, output)() { return &instance().output; }

/// Address of room for that many bytes of texts, until the next input(); 0: too many.
CORTADO_EXPORT(void*, input)(std::uint32_t size) {
  if (size > input_size_max) return nullptr;
  std::vector<char>& room = instance().input;
  if (room.size() < size || room.empty()) room.resize(std::max(size, 1024U));
  return room.data();
}

/// The text is the configuration (configuration.hpp). 0, or bad_configuration and a message.
CORTADO_EXPORT(std::int32_t, configure)(std::uint32_t size) {
  Instance& all = instance();
  all.message = all.engine.configure(input(0, size));
  all.output = {};
  all.output.message = view(all.message);
  return all.message.empty() ? 0 : refuse(Refusal::bad_configuration);
}

/// The text is whose the requests are from now on. 1 if they were another's; then evict().
CORTADO_EXPORT(std::int32_t, identify)(std::uint32_t size) {
  return instance().engine.identify(input(0, size)) ? 1 : 0;
}

/// Answers of RPCs that came until now may be outdated: pushes were missed.
CORTADO_EXPORT(void, distrust)(double now_ms) { instance().engine.distrust(whole(now_ms)); }

/// Request, and behind its text an RPC's canonical params.
CORTADO_EXPORT(std::int32_t, route)(std::uint32_t size, std::uint32_t params_size) {
  std::uint32_t number = no_index;
  Decided decided = instance().engine.route(input(0, size), input(size, params_size), number);
  return put(std::move(decided), number);
}

/// Request, and all that is stored under its key.
CORTADO_EXPORT(std::int32_t, decide)(std::uint32_t route, std::uint32_t size, double now_ms) {
  return put(instance().engine.decide(route, input(0, size), whole(now_ms)), route);
}

/// Request, response, and the entry that decide() named, if it named one.
CORTADO_EXPORT(std::int32_t, received)
(std::uint32_t route, std::uint32_t size, double request_ms, double now_ms) {
  const std::int64_t asked = whole(request_ms);
  return put(instance().engine.received(route, input(0, size), asked, whole(now_ms)), route);
}

/// Request, and the entry; `is_timeout` 1: the network may still answer.
CORTADO_EXPORT(std::int32_t, failed)
(std::uint32_t route, std::uint32_t size, std::uint32_t is_timeout, double now_ms) {
  return put(instance().engine.failed(route, input(0, size), is_timeout != 0, whole(now_ms)),
             route);
}

/// An unsafe request and its response: the keys that are void, one a line, in the place of the key.
CORTADO_EXPORT(std::int32_t, changed)(std::uint32_t size) {
  return put(instance().engine.changed(input(0, size)), no_index);
}

// --- the catalogue: entries are named by numbers of the host's ---

/// A line with the key, then the record. 0, or bad_input.
CORTADO_EXPORT(std::int32_t, add)
(std::uint32_t id, std::uint32_t size, double body_size, double last_used_ms) {
  const auto bytes = static_cast<std::uint64_t>(whole(body_size));
  return refuse(instance().engine.add(id, input(0, size), bytes, whole(last_used_ms)));
}

/// The entry was used.
CORTADO_EXPORT(void, touch)(std::uint32_t id, double now_ms) {
  instance().engine.catalogue().touch(id, whole(now_ms));
}

/// The entry is gone.
CORTADO_EXPORT(void, remove)(std::uint32_t id) { instance().engine.catalogue().remove(id); }

/// The text is a tag, which is invalid; then evict().
CORTADO_EXPORT(void, drop_tag)(std::uint32_t size) {
  instance().engine.catalogue().drop_tag(input(0, size));
}

/// Storage is full and needs that many bytes; then evict().
CORTADO_EXPORT(void, make_room)(double bytes) {
  instance().engine.catalogue().make_room(static_cast<std::uint64_t>(whole(bytes)));
}

/// How many entries are to be removed: ids and reasons are in the list of entries.
CORTADO_EXPORT(std::int32_t, evict)() {
  Instance& all = instance();
  all.entries.clear();
  for (const auto& [id, reason] : all.engine.catalogue().evict()) {
    all.entries.push_back(id);
    all.entries.push_back(static_cast<std::uint32_t>(reason));
  }
  all.output = {};
  const auto bytes = static_cast<std::uint32_t>(all.entries.size() * sizeof(std::uint32_t));
  all.output.entries = {all.entries.data(), bytes};
  return static_cast<std::int32_t>(all.entries.size() / eviction_words);
}

}  // namespace cortado::proxy
