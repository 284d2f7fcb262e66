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
#include "wire/peer.hpp"

namespace cortado {

class Channel;
class StreamCall;

/// Sends a caller what is published on topics; a server's.
class TopicSubscriber {
 public:
  /// See Call::subscribe().
  [[nodiscard]] virtual Result<void> subscribe(std::string_view topic) = 0;
  virtual void unsubscribe(std::string_view topic) = 0;

 protected:
  ~TopicSubscriber() = default;
};

/// Who calls, as the carrier knows it.
struct CallerInfo {
  /// "127.0.0.1:52114"; "server", "page" where there is but one; empty in a page.
  std::string_view address;
  /// "websocket", "http", "worker": between a page and its worker.
  std::string_view carrier;
  /// Null: nothing is published here, or the carrier cannot push.
  TopicSubscriber* topics = nullptr;
  /// To what the caller itself serves; null: the carrier has no way back.
  Channel* channel = nullptr;
};

/// Answers every call with `unimplemented`; defined with channels.
[[nodiscard]] Channel& no_way_back();

class Call {
 public:
  /// Keeps of the header what it does not borrow. `deadline_ms`: when the caller waits no longer, by
  /// the clock of the program's hosts. `stream`: of the items, where the carrier brings any.
  Call(const wire::RequestHeader& header, const CallerInfo& caller,
       std::uint64_t deadline_ms = wire::Peer::no_deadline, StreamCall* stream = nullptr)
      : header_(header), caller_(caller), deadline_ms_(deadline_ms), stream_(stream) {
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

  /// For calls the other way, to what the caller serves: `PageClient(call.caller_channel())`, with
  /// CallOptions::parent so that they end with this one. Valid while the handler runs. A caller who
  /// came by HTTP cannot be called: each call ends with `unimplemented`.
  [[nodiscard]] Channel& caller_channel() const {
    return caller_.channel != nullptr ? *caller_.channel : no_way_back();
  }

  /// From now on the caller gets what is published on this topic (Server::publish()), until its session
  /// ends or unsubscribe(); not only while this call lasts. Twice is once. Which topics there are, and
  /// who may have them, is for the handler to say. Errors: `unimplemented`, this caller cannot be
  /// pushed to; `resource_exhausted`, it has too many subscriptions; `invalid_argument`, the topic is
  /// empty or longer than wire::topic_size_max.
  [[nodiscard]] Result<void> subscribe(std::string_view topic) const {
    if (caller_.topics != nullptr) return caller_.topics->subscribe(topic);
    return std::unexpected(
        Error{StatusCode::unimplemented, "topics need a connection that can push", 0, {}});
  }
  void unsubscribe(std::string_view topic) const {
    if (caller_.topics != nullptr) caller_.topics->unsubscribe(topic);
  }

  /// Ends the call with this status once the handler returns; its results are dropped. For code
  /// compiled without exceptions; elsewhere throw RpcError.
  void fail(StatusCode code, std::string message) {
    failure_ = Error{code, std::move(message), 0, {}};
  }
  void fail(Error error) { failure_ = std::move(error); }

  /// For dispatchers.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  /// For dispatchers: null for a call without streams.
  [[nodiscard]] StreamCall* stream() const { return stream_; }
  /// For channels, of which CallOptions::parent asks it: Peer::no_deadline when there is none.
  [[nodiscard]] std::uint64_t deadline_ms() const { return deadline_ms_; }

 private:
  wire::RequestHeader header_;
  CallerInfo caller_;
  std::uint64_t deadline_ms_;
  StreamCall* stream_;
  std::optional<Error> failure_;
};

}  // namespace cortado
