// SPDX-License-Identifier: Apache-2.0
// From the path of a URL to a file below a folder, and never to one outside of it.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace cortado::server {

/// `folder` is canonical. `url_path` is what follows the mount's prefix, still encoded. A folder
/// gives its index.html. nullopt: no such file, or none that may be served: outside of `folder`
/// (by "..", by an absolute path, by a symbolic link), hidden (a name that begins with a dot,
/// except .well-known), or written in a way no browser writes.
[[nodiscard]] std::optional<std::filesystem::path> resolve_static(
    const std::filesystem::path& folder, std::string_view url_path);

/// Whether `url_path` is a folder that lacks the slash at its end: relative links in its index.html
/// would go astray.
[[nodiscard]] bool lacks_slash(const std::filesystem::path& folder, std::string_view url_path);

}  // namespace cortado::server
