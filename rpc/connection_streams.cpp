// SPDX-License-Identifier: Apache-2.0
// Items of a connection's calls, own ones and the other end's, and pushes on topics.
#include <algorithm>
#include <cstring>
#include <utility>

#include "rpc/connection_state.hpp"
#include "rpc/connection_turn.hpp"
#include "rpc/message_bytes.hpp"

namespace cortado {

class Connection::State::OwnStream final : public StreamCall, public OwnCall {
 public:
  OwnStream(State& state, wire::CallSlot slot, const StreamShape& shape)
      : StreamCall(state, state.peer.id_of(slot), shape), state_(&state), slot_(slot) {
    state.enter(slot, *this);
  }
  ~OwnStream() override {
    if (state_ == nullptr) return;
    if (is_broken_) {
      std::erase(state_->broken_own_, this);
      return;
    }
    const Turn turn(*state_);
    state_->own_[slot_] = nullptr;
    state_->cancel(slot_);
  }
  OwnStream(const OwnStream&) = delete;
  OwnStream& operator=(const OwnStream&) = delete;

  void on_response(const wire::ResponseView& response) override {
    const Running running(*std::exchange(state_, nullptr));
    on_over(response.results);
  }
  void on_error(const wire::ErrorView& error) override {
    const Running running(*std::exchange(state_, nullptr));
    on_over(Error::from(error));
  }
  StreamCall* stream() override { return this; }

  void break_off() {
    is_broken_ = true;
    state_->own_[slot_] = nullptr;
    state_->broken_own_.push_back(this);
    state_->cancel(slot_);
  }
  /// It is in nobody's list any more.
  void settle_broken() {
    state_ = nullptr;
    on_over({StatusCode::cancelled, "the call was given up", 0, {}});
  }

 private:
  State* state_;  // null once it is over
  const wire::CallSlot slot_;
  bool is_broken_ = false;
};

std::unique_ptr<StreamCall> Connection::open(const MethodId& method, capnp::MessageBuilder* params,
                                             const CallOptions& options) {
  State& state = *state_;
  const State::Turn turn(state);
  wire::RequestHeader header = header_of(method, options);
  if (options.parent != nullptr && !state.nest(header, *options.parent)) {
    return std::make_unique<StreamCall>(why_not_sent(StatusCode::deadline_exceeded));
  }
  const auto slot = state.send_call(header, params);
  if (!slot) return std::make_unique<StreamCall>(why_not_sent(slot.error()));
  const bool is_writing = method.kind != wire::CallKind::server_stream;
  const StreamShape shape{.is_own = true,
                          .reads = method.kind != wire::CallKind::client_stream,
                          .writes = is_writing,
                          .overflow = method.overflow};
  return std::make_unique<State::OwnStream>(state, *slot, shape);
}

StreamCall* Connection::State::find_stream(wire::CallId id) {
  if (peer.is_own(id)) {
    const wire::CallSlot slot = wire::Peer::slot_of(id);
    OwnCall* const call = slot < own_.size() ? own_[slot] : nullptr;
    return call != nullptr ? call->stream() : nullptr;
  }
  const auto found = served_.find(id);
  if (found != served_.end()) return found->second->stream();
  for (Starting* starting = starting_; starting != nullptr; starting = starting->outer) {
    if (starting->call.request().id == id) return starting->call.stream();
  }
  return nullptr;
}

// --- what the peer says --------------------------------------------------------------------------

bool Connection::State::on_item(wire::CallId id, std::span<const std::byte> item) {
  StreamCall* const stream = find_stream(id);
  if (stream == nullptr) return true;
  const Running running(*this);
  return stream->on_item(item);
}

void Connection::State::on_end(wire::CallId id, const wire::ErrorView& status) {
  StreamCall* const stream = find_stream(id);
  if (stream == nullptr) return;
  const Running running(*this);
  stream->on_end(status);
}

void Connection::State::on_writable(wire::CallId id) {
  // Code that gives up a call is not the place where others go on.
  if (cancelling_ != 0) return writable_.push_back(id);
  if (id == 0) return host.notify_writable();
  StreamCall* const stream = find_stream(id);
  if (stream == nullptr) return;
  const Running running(*this);
  stream->on_writable();
  const auto call = served_.find(id);
  if (call != served_.end() && call->second->is_done()) finish(call);
}

bool Connection::State::on_notify(const wire::NotifyView& notify) {
  host.notified(notify);
  return true;
}

// --- what streams say ----------------------------------------------------------------------------

Sent Connection::State::send_item(wire::CallId id, Segments item) {
  const Turn turn(*this);
  const std::size_t size = message_size(item);
  if (size > peer.item_size_max()) return Sent::too_large;
  write_message(item, peer.prepare_item(size));
  return peer.send_item(id, size);
}

Sent Connection::State::send_item(wire::CallId id, std::span<const std::byte> item) {
  const Turn turn(*this);
  if (item.size() > peer.item_size_max()) return Sent::too_large;
  std::memcpy(peer.prepare_item(item.size()).data(), item.data(), item.size());
  return peer.send_item(id, item.size());
}

void Connection::State::end_items(wire::CallId id) {
  const Turn turn(*this);
  peer.end(id);
}

void Connection::State::consumed(wire::CallId id, std::size_t item_size) {
  const Turn turn(*this);
  peer.consumed(id, {1, static_cast<std::int32_t>(item_size)});
}

void Connection::State::break_off(wire::CallId id, const Error& error) {
  const Turn turn(*this);
  if (peer.is_own(id)) {
    static_cast<OwnStream*>(find_stream(id))->break_off();
    return;
  }
  peer.fail(id, error.view());
  for (Starting* starting = starting_; starting != nullptr; starting = starting->outer) {
    if (starting->call.request().id != id || starting->call.is_dropped()) continue;
    starting->call.set_dropped();
    return note_finished(starting->call.request(), error.code);
  }
  const auto found = served_.find(id);
  if (found == served_.end()) return;
  broken_served_.push_back(std::move(found->second));
  served_.erase(found);
  broken_served_.back()->set_dropped();
  note_finished(broken_served_.back()->request(), error.code);
}

void Connection::State::settle_broken() {
  const Running running(*this);
  for (const wire::CallId id : std::exchange(writable_, {})) on_writable(id);
  while (!broken_own_.empty()) {
    OwnStream* const stream = broken_own_.back();
    broken_own_.pop_back();
    stream->settle_broken();
  }
  while (!broken_served_.empty()) std::exchange(broken_served_, {}).clear();
}

Sent Connection::notify(std::span<const std::byte> frame) {
  const State::Turn turn(*state_);
  return state_->peer.notify(frame);
}

}  // namespace cortado
