// SPDX-License-Identifier: Apache-2.0
#include "codegen/annotations.hpp"

#include <capnp/any.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "cortado/annotations.capnp.h"

namespace cortado::codegen {
namespace {

namespace schema = capnp::schema;
namespace ids {
constexpr std::uint64_t idempotent = 0x9f2e6b8140d7c3a5;
constexpr std::uint64_t deadline = 0xb81c5a02f96e3d47;
constexpr std::uint64_t cache = 0xe60d93b75c1fa284;
constexpr std::uint64_t stream = 0x8d3ba6f15e7042c9;
constexpr std::uint64_t overflow = 0xc9147e2fb05d8a63;
constexpr std::uint64_t queue_offline = 0x87b2e94c0f6d15a3;
constexpr std::uint64_t invalidates = 0xe1739c5d20ab48f6;
constexpr std::uint64_t requires_scopes = 0xb4d80e6a37f1c925;
constexpr std::uint64_t wire_number = 0xf3a6517bd8e04c92;
}  // namespace ids

std::string copy(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

/// "$cache"; empty for annotations of others.
std::string_view annotation_name(std::uint64_t id) {
  switch (id) {
    case ids::idempotent: return "$idempotent";
    case ids::deadline: return "$deadline";
    case ids::cache: return "$cache";
    case ids::stream: return "$stream";
    case ids::overflow: return "$overflow";
    case ids::queue_offline: return "$queueOffline";
    case ids::invalidates: return "$invalidates";
    case ids::requires_scopes: return "$requires";
    default: return {};
  }
}

/// Whether a value can stand in a tag or name a queue: it has one short spelling.
bool is_name_like(const Field& field) {
  if (field.group != nullptr) return false;
  const TypeKind kind = field.type.kind;
  const bool is_float = kind == TypeKind::float32 || kind == TypeKind::float64;
  return kind == TypeKind::text || (!is_pointer(kind) && !is_float && kind != TypeKind::void_type);
}

class Annotator {
 public:
  Annotator(Method& method, Diagnostics& diagnostics)
      : method_(method), diagnostics_(diagnostics) {}

  void apply(capnp::List<schema::Annotation>::Reader annotations) {
    std::set<std::uint64_t> seen;
    for (const auto annotation : annotations) {
      const std::uint64_t id = annotation.getId();
      const std::string_view name = annotation_name(id);
      if (!name.empty() && !seen.insert(id).second) {
        error(std::string(name) + " twice", "only one of them could hold", "drop one");
      }
      apply(id, annotation.getValue());
    }
    check();
  }

 private:
  void apply(std::uint64_t id, schema::Value::Reader value) {
    if (id == ids::idempotent) method_.idempotent = true;
    if (id == ids::deadline && value.isUint32()) method_.deadline_ms = value.getUint32();
    if (id == ids::cache && value.isStruct()) {
      apply_cache(value.getStruct().getAs<annotations::Cache>());
    }
    if (id == ids::stream && value.isStruct()) {
      const auto stream = value.getStruct().getAs<annotations::Stream>();
      method_.stream = StreamShape{stream.getParams(), stream.getResults()};
    }
    if (id == ids::overflow && value.isStruct()) {
      apply_overflow(value.getStruct().getAs<annotations::Overflow>());
    }
    if (id == ids::queue_offline && value.isText()) apply_queue(copy(value.getText()));
    if (id == ids::invalidates && value.isList()) {
      for (const auto tag : value.getList().getAs<capnp::List<capnp::Text>>()) {
        method_.invalidates.push_back(read_tag("$invalidates", copy(tag)));
      }
    }
    if (id == ids::requires_scopes && value.isList()) {
      method_.requires_scopes.clear();
      for (const auto scope : value.getList().getAs<capnp::List<capnp::Text>>()) {
        method_.requires_scopes.push_back(copy(scope));
      }
    }
  }

  void apply_cache(annotations::Cache::Reader from) {
    CachePolicy policy;
    policy.ttl_ms = from.getTtlMs();
    policy.is_public = from.getScope() == annotations::Cache::Scope::PUBLIC;
    for (const auto tag : from.getTags()) policy.tags.push_back(read_tag("$cache", copy(tag)));
    if (policy.ttl_ms == 0) {
      error("$cache without a time", "a result that is never fresh is never answered again",
            "state ttlMs, or drop $cache");
    }
    method_.cache = std::move(policy);
  }

  void apply_overflow(annotations::Overflow::Reader from) {
    const std::string key = copy(from.getKey());
    Overflow overflow;
    switch (from.getPolicy()) {
      case annotations::Overflow::Policy::BLOCK: overflow.policy = OverflowPolicy::block; break;
      case annotations::Overflow::Policy::DROP_OLDEST:
        overflow.policy = OverflowPolicy::drop_oldest;
        break;
      case annotations::Overflow::Policy::KEEP_NEWEST:
        overflow.policy = OverflowPolicy::keep_newest;
        break;
      case annotations::Overflow::Policy::CLOSE: overflow.policy = OverflowPolicy::close; break;
    }
    method_.overflow = overflow;
    overflow_key_ = key;
  }

  void apply_queue(const std::string& parameter) {
    OfflineQueue queue;
    if (!parameter.empty()) queue.ordered_by = find_parameter("$queueOffline", parameter);
    method_.queue_offline = queue;
  }

  /// What needs several annotations of the method at once.
  void check() {
    if (method_.cache && !method_.idempotent) {
      error("$cache on a method that is not idempotent",
            "an answer from the cache is a call that was not made", "add $Cortado.idempotent");
    }
    if (method_.queue_offline && !method_.idempotent) {
      error("$queueOffline on a method that is not idempotent",
            "a call in a queue may be sent again", "add $Cortado.idempotent");
    }
    if (method_.stream && !method_.stream->params && !method_.stream->results) {
      error("$stream of nothing", "neither params nor results is a sequence",
            "state (params = true), (results = true) or both");
    }
    if (method_.cache && method_.stream) {
      error("$cache on a stream", "a cache keeps single answers", "drop one of the two");
    }
    if (method_.overflow && !method_.stream) {
      error("$overflow on a method that is not a stream", "a single answer cannot overflow",
            "add $Cortado.stream or drop $overflow");
    } else if (method_.overflow) {
      check_overflow_key();
    }
  }

  void check_overflow_key() {
    const bool needs_key = method_.overflow->policy == OverflowPolicy::keep_newest;
    if (needs_key == overflow_key_.empty()) {
      error(needs_key ? "$overflow(keepNewest) without a key" : "$overflow with a key",
            "only keepNewest compares items, by the field that key names",
            needs_key ? "state key, a field of the item" : "drop key");
      return;
    }
    if (!needs_key) return;
    const Struct& item = method_.stream->results ? *method_.results : *method_.params;
    method_.overflow->key = find_field(item, overflow_key_);
    const Field* const key = method_.overflow->key;
    if (key == nullptr || !is_name_like(*key) || key->discriminant) {
      error("$overflow's key '" + overflow_key_ + "'",
            "the item has no such field of type Text, Bool, integer or enum that is always there",
            "name a field of '" + item.name + "'");
    }
  }

  /// Null, and said so, when there is none that could be used.
  const Field* find_parameter(std::string_view annotation, std::string_view name) {
    const Field* const field = find_field(*method_.params, name);
    if (field != nullptr && is_name_like(*field)) return field;
    const std::string what = std::string(annotation) + " names '" + std::string(name) + "'";
    if (field == nullptr) {
      error(what, "method '" + method_.name + "' has no such parameter",
            "name one of its parameters");
    } else {
      error(what, "its type has no spelling as a name",
            "name a parameter of type Text, Bool, integer or enum");
    }
    return nullptr;
  }

  Tag read_tag(std::string_view annotation, std::string source) {
    Tag tag{std::move(source), {}, {}};
    std::string_view rest = tag.source;
    while (true) {
      const std::size_t open = rest.find_first_of("{}");
      tag.texts.emplace_back(rest.substr(0, open));
      if (open == std::string_view::npos) break;
      const std::size_t close = rest.find_first_of("{}", open + 1);
      if (rest[open] == '}' || close == std::string_view::npos || rest[close] == '{') {
        error(std::string(annotation) + " tag \"" + tag.source + '"', "a brace has no partner",
              "write {parameter}");
        break;
      }
      tag.parameters.push_back(find_parameter(annotation, rest.substr(open + 1, close - open - 1)));
      rest.remove_prefix(close + 1);
    }
    if (tag.source.empty()) {
      error(std::string(annotation) + " with an empty tag", "nothing could ever name it",
            "state a name");
    }
    return tag;
  }

  void error(std::string_view what, std::string_view why, std::string_view cure) {
    diagnostics_.error(method_.where, what, why, cure);
  }

  Method& method_;
  Diagnostics& diagnostics_;
  std::string overflow_key_;
};

}  // namespace

void apply_annotations(Interface& interface, schema::Node::Reader node, Diagnostics& diagnostics) {
  std::uint32_t deadline_ms = 0;
  std::vector<std::string> scopes;
  for (const auto annotation : node.getAnnotations()) {
    const auto value = annotation.getValue();
    if (annotation.getId() == ids::deadline && value.isUint32()) deadline_ms = value.getUint32();
    if (annotation.getId() == ids::requires_scopes && value.isList()) {
      for (const auto scope : value.getList().getAs<capnp::List<capnp::Text>>()) {
        scopes.push_back(copy(scope));
      }
    }
  }
  const auto from = node.getInterface().getMethods();
  for (Method& method : interface.methods) {
    method.deadline_ms = deadline_ms;
    method.requires_scopes = scopes;
    Annotator(method, diagnostics).apply(from[method.ordinal].getAnnotations());
  }
}

std::optional<std::uint32_t> wire_number(capnp::List<schema::Annotation>::Reader annotations) {
  for (const auto annotation : annotations) {
    if (annotation.getId() == ids::wire_number && annotation.getValue().isUint32()) {
      return annotation.getValue().getUint32();
    }
  }
  return std::nullopt;
}

}  // namespace cortado::codegen
