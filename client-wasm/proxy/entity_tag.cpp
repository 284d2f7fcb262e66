// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/entity_tag.hpp"

#include "client-wasm/proxy/text.hpp"

namespace cortado::proxy {
namespace {

std::string_view opaque_part(std::string_view entity_tag) {
  return is_weak(entity_tag) ? entity_tag.substr(2) : entity_tag;
}

}  // namespace

bool is_weak(std::string_view entity_tag) { return entity_tag.starts_with("W/"); }

bool is_entity_tag(std::string_view text) {
  const std::string_view opaque = opaque_part(text);
  return opaque.size() >= 2 && opaque.front() == '"' && opaque.find('"', 1) == opaque.size() - 1;
}

bool matches_strongly(std::string_view one, std::string_view other) {
  return is_entity_tag(one) && !is_weak(one) && one == other;
}

bool matches_weakly(std::string_view one, std::string_view other) {
  return is_entity_tag(one) && opaque_part(one) == opaque_part(other);
}

bool is_none_match(std::string_view list, std::string_view entity_tag) {
  if (trim(list) == "*") return true;
  while (const auto member = take_member(list)) {
    if (matches_weakly(*member, entity_tag)) return true;
  }
  return false;
}

}  // namespace cortado::proxy
