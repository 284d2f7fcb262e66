// SPDX-License-Identifier: Apache-2.0
// Calls that stream, as users write them. A handler gets a Source of the items its caller sends and
// a Sink for those it sends itself; a caller gets one of three objects:
//
//   auto quotes = market.watch([](auto params) { params.setSymbol("ACME"); });   // ServerStream
//   while (auto quote = co_await quotes.next()) use(quote->getPrice());
//   if (const auto& error = quotes.error()) ...                      // no proper end
//
//   auto upload = file.upload();                                     // ClientStream
//   while (more && co_await upload.write([&](auto chunk) { ... })) ...
//   auto answer = co_await upload.finish();                          // Result<Response<...>>
//
//   auto chat = room.chat();                                         // BidirectionalStream
//
// The writer of items waits while the reader has no room for more; how much there is, docs/protocol.md
// says ("Credit"). Destroying a caller's object cancels its call; a handler is stopped by destroying
// its task. All of it lives on the thread of its connection.
//
// Lambdas that fill items capture by reference: they are called before co_await is over.
#pragma once

#include <kj/exception.h>

#include <concepts>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "rpc/call.hpp"
#include "rpc/channel.hpp"
#include "rpc/stream_call.hpp"

namespace cortado {

/// One received item, or none at the end of its stream: `if (item) item->getPrice()`. It owns what it
/// reads from.
template <class T>
class Item {
 public:
  Item() = default;
  explicit Item(ReceivedMessage message) : response_(std::move(message)) {}

  [[nodiscard]] explicit operator bool() const& { return response_.has_value(); }
  /// Name the item: `while (auto item = co_await ...)`. Where it has no name g++ 12 makes a condition
  /// of it that destroys it twice.
  explicit operator bool() && = delete;
  typename T::Reader* operator->() { return response_->operator->(); }
  const typename T::Reader* operator->() const { return response_->operator->(); }
  typename T::Reader operator*() const { return **response_; }

 private:
  std::optional<Response<T>> response_;
};

/// `co_await next()`.
template <class T>
class [[nodiscard]] NextItem : public StreamCall::Next {
 public:
  using Next::Next;
  Item<T> await_resume() {
    if (!message_) return {};
    try {
      return Item<T>(std::move(*message_));
    } catch (const kj::Exception&) {
      call_->reject_item();
      return {};
    }
  }
};

/// What writers share: `fill` gets the item's builder.
template <class T, class Fill>
Sent write_item(StreamCall& call, Fill& fill) {
  if (!call.is_writing()) return Sent::over;
  ItemBuilder item(call.scratch());
  fill(item.message().initRoot<T>());
  return call.write(item.message());
}

/// `co_await write(fill)`: true when the item is on its way, false when no more are taken.
template <class T, class Fill>
class [[nodiscard]] WriteItem : public StreamCall::Room {
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
  static_assert(std::is_trivially_destructible_v<Fill>,
                "capture by reference: what a lambda in a co_await expression captures by value is "
                "destroyed twice by g++ 12");
#endif

 public:
  WriteItem(StreamCall* call, Fill fill) : Room(call), fill_(std::move(fill)) {}
  bool await_resume() { return call_ != nullptr && write_item<T>(*call_, fill_) == Sent::yes; }

 private:
  Fill fill_;
};

/// As WriteItem, but never waits: Sent::blocked when it would have to.
template <class T, class Fill>
Sent try_write_item(StreamCall* call, Fill& fill) {
  if (call == nullptr) return Sent::over;
  return call->may_write() ? write_item<T>(*call, fill) : Sent::blocked;
}

// --- for handlers --------------------------------------------------------------------------------

/// The items a caller sends.
template <class T>
class Source {
 public:
  explicit Source(StreamCall& call) : call_(&call) {}
  /// Waits for the next item; none at the end.
  NextItem<T> next() { return NextItem<T>(call_); }
  /// Once there are no more items: why, unless the caller has sent all of them. A handler that does
  /// not ask, and returns well, fails with it.
  [[nodiscard]] const std::optional<Error>& error() { return call_->error(); }

 private:
  StreamCall* call_;
};

/// The items a handler sends.
template <class T>
class Sink {
 public:
  explicit Sink(StreamCall& call) : call_(&call) {}
  /// Waits while the reader has no room, unless $overflow says otherwise. False: the call is over,
  /// stop. `fill` is called before this returns, or when there is room.
  template <std::invocable<typename T::Builder> Fill>
  WriteItem<T, Fill> write(Fill fill) {
    return WriteItem<T, Fill>(call_, std::move(fill));
  }
  /// Never waits: `blocked` instead.
  template <std::invocable<typename T::Builder> Fill>
  [[nodiscard]] Sent try_write(Fill fill) {
    return try_write_item<T>(call_, fill);
  }

 private:
  StreamCall* call_;
};

// --- for callers ---------------------------------------------------------------------------------

/// What the callers' objects share. Movable, also while nobody waits on it only.
class CallerStream {
 public:
  explicit CallerStream(std::unique_ptr<StreamCall> call) : call_(std::move(call)) {}

  /// Why the call ended, unless it ended well or goes on.
  [[nodiscard]] const std::optional<Error>& error() const { return call_->error(); }

 protected:
  std::unique_ptr<StreamCall> call_;  // null: moved away
};

/// The callee sends items.
template <class T>
class ServerStream : public CallerStream {
 public:
  using CallerStream::CallerStream;
  /// Waits for the next item; none at the end, which error() explains.
  NextItem<T> next() { return NextItem<T>(call_.get()); }
};

/// The caller sends items, the callee answers once.
template <class P, class R>
class ClientStream : public CallerStream {
 public:
  using CallerStream::CallerStream;
  /// As Sink::write(). False: the callee has answered already, or failed; finish() tells.
  template <std::invocable<typename P::Builder> Fill>
  WriteItem<P, Fill> write(Fill fill) {
    return WriteItem<P, Fill>(call_.get(), std::move(fill));
  }
  template <std::invocable<typename P::Builder> Fill>
  [[nodiscard]] Sent try_write(Fill fill) {
    return try_write_item<P>(call_.get(), fill);
  }
  /// That was the last item; waits for the answer. Once.
  Task<Result<Response<R>>> finish() { return finish(*call_); }

 private:
  static Task<Result<Response<R>>> finish(StreamCall& call) {
    call.end_writing();
    co_await StreamCall::End(call);
    Result<ReceivedMessage> results = call.take_results();
    if (!results) co_return std::unexpected(std::move(results).error());
    try {
      co_return Response<R>(std::move(*results));
    } catch (const kj::Exception&) {
      co_return std::unexpected(invalid_results());
    }
  }
};

/// Both send items.
template <class P, class R>
class BidirectionalStream : public CallerStream {
 public:
  using CallerStream::CallerStream;
  /// As Sink::write().
  template <std::invocable<typename P::Builder> Fill>
  WriteItem<P, Fill> write(Fill fill) {
    return WriteItem<P, Fill>(call_.get(), std::move(fill));
  }
  template <std::invocable<typename P::Builder> Fill>
  [[nodiscard]] Sent try_write(Fill fill) {
    return try_write_item<P>(call_.get(), fill);
  }
  /// That was the last item; those of the callee go on.
  void end() { call_->end_writing(); }
  /// Waits for the next item; none at the end, which error() explains.
  NextItem<R> next() { return NextItem<R>(call_.get()); }
};

// --- for generated code --------------------------------------------------------------------------

template <class Params, class Results, class Fill>
[[nodiscard]] ServerStream<Results> open_server_stream(Channel& channel, const MethodId& method,
                                                       Fill fill, const CallOptions& options) {
  capnp::MallocMessageBuilder message;
  fill(message.initRoot<Params>());
  return ServerStream<Results>(channel.open(method, &message, options));
}

template <class Params, class Results>
[[nodiscard]] ClientStream<Params, Results> open_client_stream(Channel& channel,
                                                               const MethodId& method,
                                                               const CallOptions& options) {
  return ClientStream<Params, Results>(channel.open(method, nullptr, options));
}

template <class Params, class Results>
[[nodiscard]] BidirectionalStream<Params, Results> open_bidirectional_stream(
    Channel& channel, const MethodId& method, const CallOptions& options) {
  return BidirectionalStream<Params, Results>(channel.open(method, nullptr, options));
}

/// Ends a call whose carrier has no streams.
inline void refuse_stream(Call& call) {
  call.fail(StatusCode::unimplemented,
            "this carrier brings single answers, and the method streams");
}

/// Runs `handler(sink)`; the sink lives as long as the handler.
template <class Results, class Handler>
Task<void> serve_server_stream(Call& call, Handler handler) {
  if (call.stream() == nullptr) co_return refuse_stream(call);
  Sink<Results> sink(*call.stream());
  co_await handler(sink);
}

/// Runs `handler(source)`.
template <class Params, class Handler>
Task<void> serve_client_stream(Call& call, Handler handler) {
  if (call.stream() == nullptr) co_return refuse_stream(call);
  Source<Params> source(*call.stream());
  co_await handler(source);
}

/// Runs `handler(source, sink)`.
template <class Params, class Results, class Handler>
Task<void> serve_bidirectional_stream(Call& call, Handler handler) {
  if (call.stream() == nullptr) co_return refuse_stream(call);
  Source<Params> source(*call.stream());
  Sink<Results> sink(*call.stream());
  co_await handler(source, sink);
}

}  // namespace cortado
