// SPDX-License-Identifier: Apache-2.0
// The texts that go in: heads of requests and responses, and records, which are what is stored beside
// a body. UTF-8; lines end with \n, and each of these ends at its first empty line, as in HTTP.
//
//   GET image default https://example.com/a.png     method, destination (or -), cache mode, address
//   accept: image/*
//
//   RPC d5a3c0f7e1b94206 3 60000 identity           interface, ordinal, TTL in ms (0: none), scope
//   tag: quote:ACME
//
//   200 plain                                       status; plain, redirected or opaque
//   cache-control: max-age=60
//
//   1 200 1700000000000 1700000000020               version, status, when asked, when answered
//   @tag: quote:ACME                                by which it can be invalidated
//   >accept-language: de                            of the request, where Vary names it
//   cache-control: max-age=60
//
// An RPC's answer is a response like any other: 200 without headers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client-wasm/proxy/text.hpp"

namespace cortado::proxy {

struct Header {
  std::string_view name;
  std::string_view value;
};

class Headers {
 public:
  /// Reads lines up to the first empty one, which it takes off `rest` too; false: one is malformed.
  bool read(std::string_view& rest);

  /// All lines of that name as one list; nullopt: there is none.
  [[nodiscard]] std::optional<std::string> get(std::string_view name) const;

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] const std::vector<Header>& all() const { return lines_; }

  void add(Header header) { lines_.push_back(header); }

 private:
  std::vector<Header> lines_;
};

void append_header(std::string& text, std::string_view name, std::string_view value);

/// How fetch() was told to use caches; `standard` is its "default".
enum class CacheMode : std::uint8_t {
  standard,
  no_store,
  reload,
  no_cache,
  force_cache,
  only_if_cached,
};

struct RequestHead {
  std::string_view method;
  std::string_view destination;
  std::string_view url;
  CacheMode cache_mode = CacheMode::standard;
  Headers headers;

  // Of an RPC, whose method is "RPC".
  std::uint64_t interface_id = 0;
  std::uint32_t ordinal = 0;
  Milliseconds ttl_ms = 0;
  bool is_public = false;

  [[nodiscard]] bool is_rpc() const { return method == "RPC"; }

  /// Takes it off `rest`. nullopt: malformed.
  static std::optional<RequestHead> read(std::string_view& rest);
};

/// What a page may know of a response.
enum class ResponseKind : std::uint8_t { plain, redirected, opaque };

struct ResponseHead {
  int status = 0;
  ResponseKind kind = ResponseKind::plain;
  Headers headers;

  static std::optional<ResponseHead> read(std::string_view& rest);
};

/// What is stored of a response.
struct Record {
  int status = 0;
  Milliseconds request_time = 0;
  Milliseconds response_time = 0;
  Headers tags;
  Headers vary;  // of the request it answered
  Headers headers;

  /// nullopt: damaged, or of another version; `rest` is behind it even so.
  static std::optional<Record> read(std::string_view& rest);
  void append_to(std::string& text) const;
};

/// A record that the host found, with the size of its body.
struct Stored {
  std::int64_t body_size = 0;
  std::optional<Record> record;
};

/// Reads what is left of `rest`: for each entry a line with the body's size, and the record.
[[nodiscard]] std::optional<std::vector<Stored>> read_stored(std::string_view rest);

}  // namespace cortado::proxy
