// SPDX-License-Identifier: Apache-2.0
// Cache-Control of both sides (RFC 9111, 5.2; RFC 5861; RFC 8246). Of several directives of one name
// the first counts; of those that conflict, whoever asks takes the strictest (4.2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client-wasm/proxy/heads.hpp"

namespace cortado::proxy {

/// An argument in seconds.
struct Argument {
  bool is_given = false;         // the directive is there
  std::optional<Seconds> value;  // nullopt: it has no argument, or one that is no number

  explicit operator bool() const { return is_given; }
};

/// Names in a qualified no-cache="…" or private="…"; all of the response if it is not qualified.
struct Fields {
  bool is_all = false;
  std::string names;  // a list between commas

  [[nodiscard]] bool has(std::string_view name) const { return has_member(names, name); }
};

struct CacheControl {
  bool is_given = false;  // there is such a header
  bool no_store = false;
  bool must_understand = false;
  bool must_revalidate = false;
  bool is_public = false;
  bool immutable = false;
  bool only_if_cached = false;
  bool has_shared_max_age = false;
  Fields no_cache;
  Fields private_fields;
  Argument max_age;
  Argument max_stale;
  Argument min_fresh;
  Argument stale_while_revalidate;
  Argument stale_if_error;

  explicit CacheControl(const Headers& headers);

 private:
  void read(std::string_view directive);
  void read_seconds(std::string_view name, std::optional<Seconds> value);
};

}  // namespace cortado::proxy
