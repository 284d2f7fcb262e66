// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cortado::browser {

/// The address of a WebSocket for ws://host[:port][/path], and the same with wss:, http: and https:.
/// Without a path it is /rpc. nullopt for what is no such address; the browser finds other faults.
[[nodiscard]] std::optional<std::string> socket_url(std::string_view url);

}  // namespace cortado::browser
