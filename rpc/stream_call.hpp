// SPDX-License-Identifier: Apache-2.0
// One end of a call that streams: the items that came and wait for their reader, those that wait for
// room, and the coroutines that wait for either. It is the same for both ends and for every carrier;
// the types of items are rpc/stream.hpp's. Knows no wire but what a StreamCarrier offers.
//
// Like a Task it lives on the thread of its connection. Whatever resumes a coroutine here must
// expect that the StreamCall is gone when it returns.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "rpc/error.hpp"
#include "rpc/item_builder.hpp"
#include "rpc/item_queue.hpp"
#include "rpc/overflow.hpp"
#include "rpc/received_message.hpp"
#include "rpc/wait_queue.hpp"
#include "wire/peer.hpp"

namespace cortado {

/// What became of an item; see wire::Peer::send_item().
using Sent = wire::Sent;

/// What carries the items of calls: a connection, or an answer over HTTP. `id` names a call as it
/// does for the carrier. Nothing is asked of it for a call that it has said is over.
class StreamCarrier {
 public:
  /// Whether an item may leave now. "No" promises one StreamCall::on_writable(), unless the call
  /// ends first.
  [[nodiscard]] virtual bool writable(wire::CallId id) = 0;
  /// `blocked` promises as writable() does.
  [[nodiscard]] virtual Sent send_item(wire::CallId id, Segments item) = 0;
  /// The same for one that is encoded already.
  [[nodiscard]] virtual Sent send_item(wire::CallId id, std::span<const std::byte> item) = 0;
  /// No more items leave: half close.
  virtual void end_items(wire::CallId id) = 0;
  /// The reader has taken an item for which StreamCall::on_item() gave false.
  virtual void consumed(wire::CallId id, std::size_t item_size) = 0;
  /// Ends the call for the other end, at once, and for this one as soon as no code of the call's
  /// own runs: by StreamCall::on_over(), or by destroying the handler.
  virtual void break_off(wire::CallId id, const Error& error) = 0;
  [[nodiscard]] virtual ItemScratch& scratch() = 0;

 protected:
  ~StreamCarrier() = default;
};

/// Whose call it is, and which items this end reads and writes.
struct StreamShape {
  bool is_own = false;
  bool reads = false;
  bool writes = false;
  /// Of what it writes.
  Overflow overflow{};
};

class StreamCall {
 public:
  StreamCall(StreamCarrier& carrier, wire::CallId id, const StreamShape& shape);
  /// One that was over before it began.
  explicit StreamCall(Error error);
  /// An own call that is not over is cancelled by whoever made this one (Connection). Nobody waits.
  virtual ~StreamCall();
  StreamCall(const StreamCall&) = delete;
  StreamCall& operator=(const StreamCall&) = delete;

  // --- what the carrier says -------------------------------------------------------------------

  /// As wire::PeerHandler::on_item().
  [[nodiscard]] bool on_item(std::span<const std::byte> item);
  void on_end(const wire::ErrorView& status);
  void on_writable();
  /// The call is over: with results (which are borrowed), or an error.
  void on_over(std::span<const std::byte> results);
  void on_over(Error error);

  // --- reading ---------------------------------------------------------------------------------

  /// Waits for the next item; none at the end of the stream. Typed: NextItem in rpc/stream.hpp.
  class Next;
  /// The item that next() gave is no message of the right type: reads no more, ends an own call.
  void reject_item();
  /// Why there are no more items, or the call is over, unless that is as it should be.
  [[nodiscard]] const std::optional<Error>& error();

  // --- writing ---------------------------------------------------------------------------------

  /// Whether an item can be written without waiting, or can no more.
  [[nodiscard]] bool may_write();
  /// Sends an item or has it wait, as the policy says: `yes`. Ask may_write() first: an item too many
  /// waits, too. Otherwise no more items are taken; an item that is too large, and an overflow that
  /// closes, end the call.
  [[nodiscard]] Sent write(capnp::MessageBuilder& item);
  /// While is_writing().
  [[nodiscard]] ItemScratch& scratch() { return carrier_->scratch(); }
  /// Waits until may_write().
  class Room;
  /// No more items are written. What waits for room still leaves.
  void end_writing();
  /// Whether items are still taken.
  [[nodiscard]] bool is_writing() const { return is_writing_; }
  /// Whether all that was written has left.
  [[nodiscard]] bool is_drained() const { return waiting_items_.empty(); }

  // --- the end ---------------------------------------------------------------------------------

  [[nodiscard]] bool is_over() const { return carrier_ == nullptr; }
  /// Waits until the call is over.
  class End;
  /// The results, once the call is over; they can be taken once.
  [[nodiscard]] Result<ReceivedMessage> take_results();
  /// Of a served call: how its reading failed, unless somebody has asked error().
  [[nodiscard]] std::optional<Error> unnoticed_error() const;

 protected:
  [[nodiscard]] wire::CallId id() const { return id_; }

 private:
  /// Whether a StreamCall has survived what it resumed.
  class Watch;

  /// True when there is nothing to wait for: `message` is the next item, or none comes.
  [[nodiscard]] bool take_item(std::optional<ReceivedMessage>& message);
  /// Empty when it is no message; then it was rejected.
  [[nodiscard]] std::optional<ReceivedMessage> open(std::span<const std::byte> item);
  void send_waiting();
  void break_off(StatusCode code, const char* message);
  void end_call();
  void resume_all();

  StreamCarrier* carrier_;  // null once the call is over
  const wire::CallId id_;
  const bool is_own_;
  const bool has_results_;  // of its own, that are no item
  const Overflow overflow_;
  bool is_reading_;         // items may still come
  bool is_writing_;         // items are still taken
  bool is_ending_ = false;  // END leaves when the waiting items have
  bool is_broken_ = false;  // break_off() was said to the carrier
  bool is_error_noticed_ = false;
  ItemQueue items_;  // that came; nobody waits in readers_ while there are any
  WaitQueue readers_;
  OverflowQueue
      waiting_items_;  // for room; while there are any, the carrier has promised to say so
  WaitQueue writers_;  // the same
  WaitQueue enders_;
  std::optional<Error> error_;
  std::optional<ReceivedMessage> results_;
  std::string key_;  // of the item being written, whose memory is kept
  Watch* watch_ = nullptr;
};

class StreamCall::Next {
 public:
  /// `call` may be null, as in what was moved from: then there is no item.
  explicit Next(StreamCall* call) : call_(call) {}
  [[nodiscard]] bool await_ready() { return call_ == nullptr || call_->take_item(message_); }
  void await_suspend(std::coroutine_handle<> reader) { call_->readers_.add(waiter_, reader); }

 protected:
  std::optional<ReceivedMessage> message_;
  StreamCall* call_;

 private:
  friend class StreamCall;
  struct Reader : WaitQueue::Waiter {
    explicit Reader(Next& of) : next(of) {}
    Next& next;
  };
  Reader waiter_{*this};
};

class StreamCall::Room {
 public:
  explicit Room(StreamCall* call) : call_(call) {}
  [[nodiscard]] bool await_ready() { return call_ == nullptr || call_->may_write(); }
  void await_suspend(std::coroutine_handle<> writer) { call_->writers_.add(waiter_, writer); }
  void await_resume() const {}

 protected:
  StreamCall* call_;

 private:
  WaitQueue::Waiter waiter_;
};

class StreamCall::End {
 public:
  explicit End(StreamCall& call) : call_(call) {}
  [[nodiscard]] bool await_ready() const { return call_.is_over(); }
  void await_suspend(std::coroutine_handle<> ender) { call_.enders_.add(waiter_, ender); }
  void await_resume() const {}

 private:
  StreamCall& call_;
  WaitQueue::Waiter waiter_;
};

}  // namespace cortado
