// SPDX-License-Identifier: Apache-2.0
// The answer to an HTTP request whose calls may take a while. Destroying it stops them.
#pragma once

#include <cstdint>

#include "server/http_message.hpp"

namespace cortado::server {

class Exchange {
 public:
  virtual ~Exchange() = default;
  [[nodiscard]] virtual bool done() const = 0;
  /// When advance() has something to do, in net::now_ms(); no_deadline: never.
  [[nodiscard]] virtual std::uint64_t next_deadline_ms() const = 0;
  static constexpr std::uint64_t no_deadline = ~std::uint64_t{0};
  virtual void advance(std::uint64_t now_ms) = 0;
  /// Once done: the answer.
  [[nodiscard]] virtual Response take() = 0;
};

}  // namespace cortado::server
