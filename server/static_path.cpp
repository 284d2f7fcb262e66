// SPDX-License-Identifier: Apache-2.0
// Three gates: the decoded path is refused by its text; the path with all links followed must lie
// below the folder; and the file is opened without following a link (file.cpp), should one be put
// there in between. Who can exchange folders above it at that moment can write to what we serve.
#include "server/static_path.hpp"

#include <algorithm>
#include <string>

#include "server/url.hpp"

namespace cortado::server {
namespace {

namespace fs = std::filesystem;

bool is_forbidden(char character) {
  // A backslash is a separator elsewhere; control characters (zero first) end or confuse a path.
  return character == '\\' || static_cast<unsigned char>(character) < ' ' || character == 0x7f;
}

bool is_allowed_name(std::string_view name) {
  return !name.starts_with('.') || name == ".well-known";
}

/// The path below the folder, checked; nullopt when it may not be served.
std::optional<std::string> checked_path(std::string_view url_path) {
  std::optional<std::string> decoded = percent_decode(url_path);
  if (!decoded || std::ranges::any_of(*decoded, is_forbidden)) return std::nullopt;
  std::string_view rest = *decoded;
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string_view name = rest.substr(0, slash);
    if (name.empty() || !is_allowed_name(name)) return std::nullopt;
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  }
  return decoded;
}

bool is_below(const fs::path& path, const fs::path& folder) {
  const auto [in_folder, in_path] = std::ranges::mismatch(folder, path);
  return in_folder == folder.end() && in_path != path.end();
}

}  // namespace

std::optional<fs::path> resolve_static(const fs::path& folder, std::string_view url_path) {
  const std::optional<std::string> relative = checked_path(url_path);
  if (!relative) return std::nullopt;
  fs::path path = folder / *relative;
  if (relative->empty() || relative->ends_with('/')) path /= "index.html";
  std::error_code error;
  const fs::path canonical = fs::canonical(path, error);
  if (error || !is_below(canonical, folder)) return std::nullopt;
  return canonical;
}

bool lacks_slash(const fs::path& folder, std::string_view url_path) {
  const std::optional<std::string> relative = checked_path(url_path);
  if (!relative || relative->empty() || relative->ends_with('/')) return false;
  return resolve_static(folder, std::string(url_path) + "/").has_value();
}

}  // namespace cortado::server
