// SPDX-License-Identifier: Apache-2.0
// What a generated client stands on: something that carries one call and brings its answer. In a
// page it is a WebSocket of Emscripten's, natively one of Beast's, in tests plain memory.
#pragma once

#include <capnp/any.h>
#include <capnp/message.h>
#include <kj/exception.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "rpc/error.hpp"
#include "rpc/task.hpp"

namespace cortado {

struct CallOptions {
  /// Milliseconds to wait for the answer; 0: the method's $deadline, or for ever where it has none.
  std::uint32_t timeout_ms = 0;
  wire::TraceContext trace{};
};

/// Which method is called; made by the generator.
struct MethodId {
  std::uint64_t interface_id = 0;
  std::uint16_t ordinal = 0;
  bool idempotent = false;
  std::uint32_t deadline_ms = 0;
};

/// A received Cap'n Proto message that owns its bytes, read within the protocol's limits.
class ReceivedMessage {
 public:
  /// Copies `bytes`. Throws kj::Exception when they are no message.
  explicit ReceivedMessage(std::span<const std::byte> bytes);
  ReceivedMessage(ReceivedMessage&&) noexcept;
  ReceivedMessage& operator=(ReceivedMessage&&) noexcept;
  ~ReceivedMessage();

  [[nodiscard]] capnp::AnyPointer::Reader root() const;

 private:
  struct Owned;
  std::unique_ptr<Owned> owned_;
};

/// The results of a call: `response->getPrice()`. What it reads from is freed with it. Cap'n Proto
/// checks pointers as they are followed: a getter throws kj::Exception where the other end sent
/// nonsense.
template <class T>
class Response {
 public:
  /// Throws kj::Exception when the root is no struct.
  explicit Response(ReceivedMessage message)
      : message_(std::move(message)), reader_(message_.root().template getAs<T>()) {}

  typename T::Reader* operator->() { return &reader_; }
  const typename T::Reader* operator->() const { return &reader_; }
  typename T::Reader operator*() const { return reader_; }

 private:
  ReceivedMessage message_;
  typename T::Reader reader_;
};

class Channel {
 public:
  virtual ~Channel() = default;

  /// Sends `params` (its root is the method's params struct) and waits for the answer. Destroying
  /// the task cancels the call. `params` is only read before the first suspension.
  virtual Task<Result<ReceivedMessage>> call(const MethodId& method, capnp::MessageBuilder& params,
                                             const CallOptions& options) = 0;
};

/// The error of a call whose results cannot be read.
[[nodiscard]] Error invalid_results();

/// What every method of a generated client does.
template <class Params, class Results, class Fill>
Task<Result<Response<Results>>> call_method(Channel& channel, MethodId method, Fill fill,
                                            CallOptions options) {
  capnp::MallocMessageBuilder message;
  fill(message.initRoot<Params>());
  Result<ReceivedMessage> received = co_await channel.call(method, message, options);
  if (!received) co_return std::unexpected(std::move(received).error());
  try {
    co_return Response<Results>(std::move(*received));
  } catch (const kj::Exception&) {
    co_return std::unexpected(invalid_results());
  }
}

}  // namespace cortado
