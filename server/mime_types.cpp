// SPDX-License-Identifier: Apache-2.0
// The types a web page is made of. Text is declared as UTF-8: else browsers guess.
#include "server/mime_types.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace cortado::server {
namespace {

struct MimeType {
  std::string_view extension;
  std::string_view type;
};

constexpr std::array mime_types{
    MimeType{"avif", "image/avif"},
    MimeType{"bmp", "image/bmp"},
    MimeType{"bin", "application/octet-stream"},
    MimeType{"cjs", "text/javascript; charset=utf-8"},
    MimeType{"css", "text/css; charset=utf-8"},
    MimeType{"csv", "text/csv; charset=utf-8"},
    MimeType{"data", "application/octet-stream"},
    MimeType{"gif", "image/gif"},
    MimeType{"htm", "text/html; charset=utf-8"},
    MimeType{"html", "text/html; charset=utf-8"},
    MimeType{"ico", "image/x-icon"},
    MimeType{"jpeg", "image/jpeg"},
    MimeType{"jpg", "image/jpeg"},
    MimeType{"js", "text/javascript; charset=utf-8"},
    MimeType{"json", "application/json"},
    MimeType{"jsonld", "application/ld+json"},
    MimeType{"map", "application/json"},
    MimeType{"md", "text/markdown; charset=utf-8"},
    MimeType{"mjs", "text/javascript; charset=utf-8"},
    MimeType{"mp3", "audio/mpeg"},
    MimeType{"mp4", "video/mp4"},
    MimeType{"ogg", "audio/ogg"},
    MimeType{"otf", "font/otf"},
    MimeType{"pdf", "application/pdf"},
    MimeType{"png", "image/png"},
    MimeType{"svg", "image/svg+xml"},
    MimeType{"ttf", "font/ttf"},
    MimeType{"txt", "text/plain; charset=utf-8"},
    MimeType{"wasm", "application/wasm"},
    MimeType{"wav", "audio/wav"},
    MimeType{"webm", "video/webm"},
    MimeType{"webmanifest", "application/manifest+json"},
    MimeType{"webp", "image/webp"},
    MimeType{"woff", "font/woff"},
    MimeType{"woff2", "font/woff2"},
    MimeType{"xml", "application/xml"},
};

}  // namespace

std::string_view mime_type(std::string_view file_name) {
  constexpr std::string_view unknown = "application/octet-stream";
  const std::size_t dot = file_name.rfind('.');
  if (dot == std::string_view::npos) return unknown;
  std::string extension(file_name.substr(dot + 1));
  std::ranges::transform(extension, extension.begin(), [](char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character | 0x20) : character;
  });
  const auto* const found = std::ranges::find(mime_types, extension, &MimeType::extension);
  return found == mime_types.end() ? unknown : found->type;
}

}  // namespace cortado::server
