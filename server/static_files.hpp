// SPDX-License-Identifier: Apache-2.0
// Files of folders mounted below paths: types, validators, ranges, precompressed variants and the
// headers that isolate a page. Never a directory listing.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "server/http_message.hpp"
#include "server/options.hpp"

namespace cortado::server {

class StaticFiles {
 public:
  /// The error says which folder cannot be served, and why.
  [[nodiscard]] static std::expected<StaticFiles, std::string> open(const ServerOptions& options);

  [[nodiscard]] Response respond(const Request& request) const;

 private:
  struct Folder {
    std::string prefix;            // begins and ends with a slash
    std::filesystem::path folder;  // canonical
  };

  StaticFiles() = default;
  [[nodiscard]] const Folder* find(std::string_view path) const;
  [[nodiscard]] Response respond_from(const Folder& folder, const Request& request) const;
  [[nodiscard]] Response not_found(const Request& request) const;
  void isolate(Response& response) const;

  std::vector<Folder> folders_;  // longest prefix first
  bool cross_origin_isolation_ = true;
};

}  // namespace cortado::server
