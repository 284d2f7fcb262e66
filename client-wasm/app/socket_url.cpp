// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/app/socket_url.hpp"

#include <array>
#include <utility>

namespace cortado::browser {

std::optional<std::string> socket_url(std::string_view url) {
  using namespace std::string_view_literals;
  constexpr std::array schemes{std::pair{"ws://"sv, "ws://"sv}, std::pair{"wss://"sv, "wss://"sv},
                               std::pair{"http://"sv, "ws://"sv},
                               std::pair{"https://"sv, "wss://"sv}};
  for (const auto& [scheme, socket_scheme] : schemes) {
    if (!url.starts_with(scheme)) continue;
    const std::string_view rest = url.substr(scheme.size());
    const std::size_t slash = rest.find('/');
    const std::string_view host = rest.substr(0, slash);
    if (host.empty() || host.find_first_of("?#@ ") != std::string_view::npos) return std::nullopt;
    const bool has_path = slash != std::string_view::npos && slash + 1 < rest.size();
    return std::string(socket_scheme) + std::string(has_path ? rest : host) +
           (has_path ? "" : "/rpc");
  }
  return std::nullopt;
}

}  // namespace cortado::browser
