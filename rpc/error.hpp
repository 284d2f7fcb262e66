// SPDX-License-Identifier: Apache-2.0
// How a call fails, in C++. A caller gets it as a value (Result); a handler may return it or, where
// exceptions are compiled in, throw RpcError.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "wire/envelope.hpp"
#include "wire/protocol.hpp"

namespace cortado {

using wire::StatusCode;

struct Error {
  StatusCode code = StatusCode::unknown;
  /// UTF-8, for people; it is sent to the caller.
  std::string message;
  /// Milliseconds after which trying again makes sense; 0: nothing is known.
  std::uint32_t retry_after_ms = 0;
  /// 8 bytes of type id, then a Cap'n Proto message; empty: none.
  std::vector<std::byte> details{};

  /// Copies what was received.
  [[nodiscard]] static Error from(const wire::ErrorView& view);
  /// Borrows from this error.
  [[nodiscard]] wire::ErrorView view() const;
};

/// "not_found: no such symbol"
[[nodiscard]] std::string to_string(const Error& error);

template <class T>
using Result = std::expected<T, Error>;

/// An Error to be thrown by a handler: the caller gets exactly this status. Any other exception
/// becomes `internal`, is logged, and its text stays here.
class RpcError : public std::exception {
 public:
  explicit RpcError(Error error) : error_(std::move(error)), text_(to_string(error_)) {}
  RpcError(StatusCode code, std::string message)
      : RpcError(Error{code, std::move(message), 0, {}}) {}

  [[nodiscard]] const Error& error() const { return error_; }
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

 private:
  Error error_;
  std::string text_;
};

}  // namespace cortado
