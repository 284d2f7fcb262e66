// SPDX-License-Identifier: Apache-2.0
// What a handler knows of the call it serves, besides its params.
//
// A handler is stopped (the caller cancelled, its time ran out, the connection closed) by
// destroying its task at the point where it is suspended: destructors run, nothing after it does.
// It need not ask.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "rpc/error.hpp"
#include "wire/envelope.hpp"

namespace cortado {

/// Who calls, as the carrier knows it.
struct CallerInfo {
  /// "127.0.0.1:52114"; empty in a page.
  std::string_view address;
  /// "websocket", "http", "port".
  std::string_view carrier;
};

class Call {
 public:
  /// Keeps of the header what it does not borrow.
  Call(const wire::RequestHeader& header, const CallerInfo& caller)
      : header_(header), caller_(caller) {
    header_.metadata = {};
    header_.idempotency_key = {};
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// Milliseconds the caller said it would wait when the call arrived; 0: for ever.
  [[nodiscard]] std::uint32_t timeout_ms() const { return header_.timeout_ms; }
  [[nodiscard]] bool idempotent() const { return header_.idempotent; }
  [[nodiscard]] const wire::TraceContext& trace() const { return header_.trace; }
  [[nodiscard]] const CallerInfo& caller() const { return caller_; }

  /// Ends the call with this status once the handler returns; its results are dropped. For code
  /// compiled without exceptions; elsewhere throw RpcError.
  void fail(StatusCode code, std::string message) {
    failure_ = Error{code, std::move(message), 0, {}};
  }
  void fail(Error error) { failure_ = std::move(error); }

  /// For dispatchers.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

 private:
  wire::RequestHeader header_;
  CallerInfo caller_;
  std::optional<Error> failure_;
};

}  // namespace cortado
