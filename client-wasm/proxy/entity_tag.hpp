// SPDX-License-Identifier: Apache-2.0
// Entity tags, and their two comparisons (RFC 9110, 8.8.3).
#pragma once

#include <string_view>

namespace cortado::proxy {

/// Whether it is one: "…" or W/"…".
[[nodiscard]] bool is_entity_tag(std::string_view text);

[[nodiscard]] bool is_weak(std::string_view entity_tag);

/// Both are strong, and the same.
[[nodiscard]] bool matches_strongly(std::string_view one, std::string_view other);

/// The same but for their weakness.
[[nodiscard]] bool matches_weakly(std::string_view one, std::string_view other);

/// Whether the value of If-None-Match, a list or *, is matched, by the weak comparison.
[[nodiscard]] bool is_none_match(std::string_view list, std::string_view entity_tag);

}  // namespace cortado::proxy
