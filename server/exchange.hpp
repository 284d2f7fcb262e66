// SPDX-License-Identifier: Apache-2.0
// The answer to an HTTP request whose calls may take a while. Destroying it stops them.
#pragma once

#include <cstdint>
#include <string>

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
  /// Once done: the answer. Of one that streams, at once: its head.
  [[nodiscard]] virtual Response take() = 0;

  // --- an answer whose body is sent while it is made ---------------------------------------------

  /// Asked once, before take().
  [[nodiscard]] virtual bool streams() const { return false; }
  /// Whether take_body() has something.
  [[nodiscard]] virtual bool has_body() const { return false; }
  /// Appends what there is of the body, to be sent as one piece.
  virtual void take_body(std::string& /*out*/) {}
  /// The socket has taken it; more may be made.
  virtual void body_sent() {}
};

}  // namespace cortado::server
