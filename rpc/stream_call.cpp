// SPDX-License-Identifier: Apache-2.0
#include "rpc/stream_call.hpp"

#include <kj/exception.h>

#include <cassert>

namespace cortado {

class StreamCall::Watch {
 public:
  // Where it is inlined, g++ 12 takes what the destructor puts back for a pointer that dangles.
  [[gnu::noinline]] explicit Watch(StreamCall& call)
      : call_(call), outer_(std::exchange(call.watch_, this)) {}
  ~Watch() {
    if (!is_gone_) call_.watch_ = outer_;
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  explicit operator bool() const { return !is_gone_; }

  /// The call is being destroyed.
  static void tell(Watch* innermost) {
    for (Watch* watch = innermost; watch != nullptr; watch = watch->outer_) watch->is_gone_ = true;
  }

 private:
  StreamCall& call_;
  Watch* const outer_;
  bool is_gone_ = false;
};

StreamCall::StreamCall(StreamCarrier& carrier, wire::CallId id, const StreamShape& shape)
    : carrier_(&carrier),
      id_(id),
      is_own_(shape.is_own),
      has_results_(shape.is_own && !shape.reads),
      overflow_(shape.overflow),
      is_reading_(shape.reads),
      is_writing_(shape.writes),
      waiting_items_(shape.overflow.policy) {}

StreamCall::StreamCall(Error error)
    : carrier_(nullptr),
      id_(0),
      is_own_(true),
      has_results_(false),
      is_reading_(false),
      is_writing_(false),
      waiting_items_(OverflowPolicy::block),
      error_(std::move(error)) {}

StreamCall::~StreamCall() { Watch::tell(watch_); }

// --- reading -------------------------------------------------------------------------------------

bool StreamCall::on_item(std::span<const std::byte> item) {
  if (!is_reading_) return true;  // nobody reads on
  if (readers_.empty()) {
    items_.push(item);
    return false;
  }
  auto& reader = static_cast<Next::Reader&>(readers_.take_first());
  reader.next.message_ = open(item);
  reader.resume();
  return true;
}

void StreamCall::on_end(const wire::ErrorView& status) {
  is_reading_ = false;
  if (status.code != StatusCode::ok && !error_) error_ = Error::from(status);
  const Watch alive(*this);
  while (alive && !readers_.empty()) readers_.take_first().resume();
}

bool StreamCall::take_item(std::optional<ReceivedMessage>& message) {
  if (items_.empty()) return !is_reading_;
  const std::span<const std::byte> item = items_.front();
  const std::size_t size = item.size();
  message = open(item);
  if (!message) return true;  // rejected, and all the others with it
  items_.pop();
  if (carrier_ != nullptr) carrier_->consumed(id_, size);
  return true;
}

std::optional<ReceivedMessage> StreamCall::open(std::span<const std::byte> item) {
  try {
    return ReceivedMessage(item);
  } catch (const kj::Exception&) {
    reject_item();
    return std::nullopt;
  }
}

void StreamCall::reject_item() {
  items_.clear();  // their credit goes back when the call is over
  is_reading_ = false;
  constexpr const char* message = "an item is no valid message";
  if (is_own_) {
    break_off(StatusCode::internal, message);
  } else if (!error_) {
    error_ = Error{StatusCode::invalid_argument, message, 0, {}};
  }
}

const std::optional<Error>& StreamCall::error() {
  is_error_noticed_ = true;
  return error_;
}

std::optional<Error> StreamCall::unnoticed_error() const {
  return is_error_noticed_ ? std::nullopt : error_;
}

// --- writing -------------------------------------------------------------------------------------

bool StreamCall::may_write() {
  if (!is_writing_) return true;  // there is nothing to wait for
  switch (overflow_.policy) {
    case OverflowPolicy::block:
      return writers_.empty() && waiting_items_.empty() && carrier_->writable(id_);
    case OverflowPolicy::keep_newest: return !waiting_items_.full();
    case OverflowPolicy::drop_oldest:
    case OverflowPolicy::close: return true;
  }
  std::unreachable();
}

Sent StreamCall::write(capnp::MessageBuilder& item) {
  if (!is_writing_) return Sent::over;
  const Segments segments = item.getSegmentsForOutput();
  if (waiting_items_.empty() &&
      (overflow_.policy == OverflowPolicy::block || carrier_->writable(id_))) {
    const Sent sent = carrier_->send_item(id_, segments);
    if (sent == Sent::yes) return sent;
    if (sent == Sent::over) is_writing_ = false;
    if (sent == Sent::too_large) break_off(StatusCode::resource_exhausted, "an item is too large");
    if (sent != Sent::blocked) return sent;
    // What filled the item took the room that there was. It is the only one to wait.
  }
  key_.clear();
  if (overflow_.key != nullptr) overflow_.key(item.getRoot<capnp::AnyPointer>().asReader(), key_);
  if (waiting_items_.push(key_, segments)) return Sent::yes;
  break_off(StatusCode::resource_exhausted, "the reader is too slow for what is written");
  return Sent::over;
}

void StreamCall::send_waiting() {
  while (!waiting_items_.empty() && carrier_->writable(id_)) {
    switch (carrier_->send_item(id_, waiting_items_.front())) {
      case Sent::yes: waiting_items_.pop(); break;
      case Sent::blocked: return;
      case Sent::too_large:
        return break_off(StatusCode::resource_exhausted, "an item is too large");
      case Sent::over:
        is_writing_ = false;
        waiting_items_.clear();
        break;
    }
  }
}

void StreamCall::on_writable() {
  if (is_over()) return;
  send_waiting();
  if (is_ending_ && is_drained()) {
    is_ending_ = false;
    carrier_->end_items(id_);
  }
  const Watch alive(*this);
  while (alive && !writers_.empty()) {
    const bool has_room = !is_writing_ || (overflow_.policy == OverflowPolicy::block
                                               ? is_drained() && carrier_->writable(id_)
                                               : !waiting_items_.full());
    if (!has_room) return;
    writers_.take_first().resume();
  }
}

void StreamCall::end_writing() {
  if (!std::exchange(is_writing_, false)) return;
  if (is_drained()) return carrier_->end_items(id_);
  is_ending_ = true;
}

// --- the end -------------------------------------------------------------------------------------

void StreamCall::break_off(StatusCode code, const char* message) {
  if (is_over() || std::exchange(is_broken_, true)) return;
  is_writing_ = false;
  is_ending_ = false;
  waiting_items_.clear();
  if (!error_) error_ = Error{code, message, 0, {}};
  carrier_->break_off(id_, *error_);
}

void StreamCall::on_over(std::span<const std::byte> results) {
  if (has_results_) {
    try {
      results_.emplace(results);
    } catch (const kj::Exception&) {
      error_ = invalid_results();
    }
  }
  end_call();
}

void StreamCall::on_over(Error error) {
  if (!error_) error_ = std::move(error);
  end_call();
}

void StreamCall::end_call() {
  carrier_ = nullptr;
  is_reading_ = false;
  is_writing_ = false;
  is_ending_ = false;
  waiting_items_.clear();
  resume_all();
}

void StreamCall::resume_all() {
  const Watch alive(*this);
  for (WaitQueue* const queue : {&readers_, &enders_, &writers_}) {
    while (alive && !queue->empty()) queue->take_first().resume();
  }
}

Result<ReceivedMessage> StreamCall::take_results() {
  assert(is_over());
  if (error_) return std::unexpected(*error_);
  if (!results_) {
    return std::unexpected(
        Error{StatusCode::failed_precondition, "the results were taken already", 0, {}});
  }
  Result<ReceivedMessage> results(std::move(*results_));
  results_.reset();
  return results;
}

}  // namespace cortado
