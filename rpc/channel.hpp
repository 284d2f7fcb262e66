// SPDX-License-Identifier: Apache-2.0
// What a generated client stands on: something that carries calls and brings their answers. In a
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
#include "rpc/overflow.hpp"
#include "rpc/received_message.hpp"
#include "rpc/task.hpp"

namespace cortado {

class Call;
class StreamCall;

struct CallOptions {
  /// Milliseconds to wait for the answer; 0: the method's $deadline, or for ever where it has none.
  std::uint32_t timeout_ms = 0;
  /// All zeros: the parent's, if there is one.
  wire::TraceContext trace{};
  /// The call being served on whose behalf this one is made: it waits no longer than that one may
  /// still take. Only looked at when the call begins.
  const Call* parent = nullptr;
};

/// Which method is called; made by the generator.
struct MethodId {
  std::uint64_t interface_id = 0;
  std::uint16_t ordinal = 0;
  bool idempotent = false;
  std::uint32_t deadline_ms = 0;
  wire::CallKind kind = wire::CallKind::unary;
  /// Of the items the caller sends.
  Overflow overflow{};
};

class Channel {
 public:
  virtual ~Channel() = default;

  /// Sends `params` (its root is the method's params struct) and waits for the answer. Destroying
  /// the task cancels the call. What the arguments refer to lives as long as the task: a call may
  /// be sent again, when its connection was lost.
  virtual Task<Result<ReceivedMessage>> call(const MethodId& method, capnp::MessageBuilder& params,
                                             const CallOptions& options) = 0;

  /// Begins a call that streams, at once; `params` is null where the caller sends items instead.
  /// Where it cannot begin, it is over already. Destroying it cancels it; it may outlive the
  /// channel. Unless overridden: `unimplemented`.
  [[nodiscard]] virtual std::unique_ptr<StreamCall> open(const MethodId& method,
                                                         capnp::MessageBuilder* params,
                                                         const CallOptions& options);
};

/// What every method of a generated client does; rpc/stream.hpp has the streams. `fill` is called
/// before anything else, when the task is awaited. A lambda written in the co_await expression itself
/// captures by reference: what it captures by value (and has a destructor) g++ 12 destroys twice.
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
