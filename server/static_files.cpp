// SPDX-License-Identifier: Apache-2.0
#include "server/static_files.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "server/byte_range.hpp"
#include "server/mime_types.hpp"
#include "server/static_path.hpp"

namespace cortado::server {
namespace {

namespace fs = std::filesystem;

/// A file as it is sent: itself, or compressed beforehand.
struct Variant {
  File file;
  std::string_view encoding;  // empty: as it is
};

struct Encoding {
  std::string_view name;
  std::string_view extension;
};
// Best first.
constexpr std::array encodings{Encoding{"br", ".br"}, Encoding{"gzip", ".gz"}};

/// A variant that is older than its file is a leftover of an earlier build.
std::optional<Variant> choose_variant(const fs::path& path, const Request& request) {
  std::optional<File> file = File::open(path);
  if (!file) return std::nullopt;
  // Ranges count bytes of the file itself.
  if (request.header(http::field::range).empty()) {
    const std::string_view accepted = request.header(http::field::accept_encoding);
    for (const Encoding& encoding : encodings) {
      if (!accepts_token(accepted, encoding.name)) continue;
      std::optional<File> packed = File::open(fs::path(path).concat(encoding.extension));
      if (packed && packed->modified_ns() >= file->modified_ns()) {
        return Variant{std::move(*packed), encoding.name};
      }
    }
  }
  return Variant{std::move(*file), {}};
}

void append_hex(std::string& out, std::uint64_t number) {
  std::array<char, 16> digits{};
  out.append(digits.data(),
             std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr);
}

/// Time in nanoseconds and size: strong enough for files that are written by builds.
std::string etag_of(const Variant& variant) {
  std::string etag = "\"";
  append_hex(etag, static_cast<std::uint64_t>(variant.file.modified_ns()));
  etag += '-';
  append_hex(etag, variant.file.size());
  if (!variant.encoding.empty()) (etag += '-') += variant.encoding;
  return etag += '"';
}

bool is_unchanged(const Request& request, std::string_view etag, std::int64_t modified_s) {
  const std::string_view known = request.header(http::field::if_none_match);
  if (!known.empty()) return matches_etag(known, etag);
  const auto since = parse_http_date(request.header(http::field::if_modified_since));
  return since && modified_s <= *since;
}

void send_range(Response& response, Variant& variant, const Request& request,
                std::string_view etag) {
  const std::uint64_t size = variant.file.size();
  const std::string_view condition = request.header(http::field::if_range);
  std::string_view header = request.header(http::field::range);
  if (!condition.empty() && condition != etag) header = {};
  const auto range = parse_range(header, size);
  if (!range) {
    response.status = 416;
    response.set("Content-Range", "bytes */" + std::to_string(size));
    return;
  }
  const ByteRange sent = range->value_or(ByteRange{0, size});
  if (*range) {
    response.status = 206;
    response.set("Content-Range", "bytes " + std::to_string(sent.first) + "-" +
                                      std::to_string(sent.first + sent.size - 1) + "/" +
                                      std::to_string(size));
  }
  response.file = FileRange{std::move(variant.file), sent.first, sent.size};
}

std::string with_slashes(std::string prefix) {
  if (!prefix.starts_with('/')) prefix.insert(0, 1, '/');
  if (!prefix.ends_with('/')) prefix += '/';
  return prefix;
}

}  // namespace

std::expected<StaticFiles, std::string> StaticFiles::open(const ServerOptions& options) {
  StaticFiles files;
  files.cross_origin_isolation_ = options.cross_origin_isolation;
  std::vector<Mount> mounts = options.mounts;
  if (!options.static_root.empty()) mounts.push_back({"/", options.static_root});
  for (const Mount& mount : mounts) {
    std::error_code error;
    const fs::path folder = fs::canonical(mount.folder, error);
    if (error || !fs::is_directory(folder, error)) {
      return std::unexpected("cannot serve '" + mount.folder +
                             "': " + (error ? error.message() : "it is not a folder"));
    }
    // Longest prefix first, as find() takes the first that fits; of equal ones the one named first.
    Folder entry{with_slashes(mount.prefix), folder};
    const auto place =
        std::ranges::upper_bound(files.folders_, entry.prefix.size(), std::ranges::greater{},
                                 [](const Folder& other) { return other.prefix.size(); });
    files.folders_.insert(place, std::move(entry));
  }
  return files;
}

const StaticFiles::Folder* StaticFiles::find(std::string_view path) const {
  for (const Folder& folder : folders_) {
    if (path.starts_with(folder.prefix)) return &folder;
  }
  return nullptr;
}

Response StaticFiles::respond(const Request& request) const {
  if (!request.reads()) {
    Response refused(405);
    refused.set("Allow", "GET, HEAD").set_text("405: only GET and HEAD here\n");
    return refused;
  }
  const Folder* const folder = find(request.target.path);
  if (folder != nullptr) return respond_from(*folder, request);
  return not_found(request);
}

Response StaticFiles::respond_from(const Folder& folder, const Request& request) const {
  const std::string_view below = request.target.path.substr(folder.prefix.size());
  const std::optional<fs::path> path = resolve_static(folder.folder, below);
  std::optional<Variant> variant;
  if (path) variant = choose_variant(*path, request);
  if (!variant) {
    if (!lacks_slash(folder.folder, below)) return not_found(request);
    Response moved(308);
    std::string location = std::string(request.target.path) + "/";
    if (!request.target.query.empty()) location += "?" + std::string(request.target.query);
    moved.set("Location", location);
    isolate(moved);
    return moved;
  }

  const std::string etag = etag_of(*variant);
  const std::int64_t modified_s = variant->file.modified_ns() / 1'000'000'000;
  Response response;
  response.set("ETag", etag)
      .set("Last-Modified", http_date(modified_s))
      .set("Cache-Control", "no-cache")  // kept, but asked for again: a 304 is cheap
      .set("Vary", "Accept-Encoding");
  isolate(response);
  if (is_unchanged(request, etag, modified_s)) {
    response.status = 304;
    return response;
  }
  response.set("Content-Type", mime_type(path->filename().native())).set("Accept-Ranges", "bytes");
  if (!variant->encoding.empty()) response.set("Content-Encoding", variant->encoding);
  send_range(response, *variant, request, etag);
  return response;
}

Response StaticFiles::not_found(const Request& request) const {
  Response response(404);
  // The path was checked by the parser: it has no control characters. It is shown as text.
  response.set_text("404: there is no " + std::string(request.target.path) + " here\n");
  isolate(response);
  return response;
}

void StaticFiles::isolate(Response& response) const {
  if (!cross_origin_isolation_) return;
  response.set("Cross-Origin-Opener-Policy", "same-origin")
      .set("Cross-Origin-Embedder-Policy", "require-corp")
      .set("Cross-Origin-Resource-Policy", "same-origin");
}

}  // namespace cortado::server
