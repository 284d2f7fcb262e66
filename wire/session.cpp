// SPDX-License-Identifier: Apache-2.0
// Which frames have arrived, which must leave again, and whether anybody is there. docs/protocol.md,
// section "Sessions".
#include "wire/session.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "wire/bytes.hpp"
#include "wire/peer_state.hpp"

namespace cortado::wire {

Session::Session(const SessionOptions& options, Peer& peer, SessionHandler& handler,
                 std::span<const std::byte> token)
    : options_(options),
      peer_(peer),
      handler_(handler),
      is_connector_(peer.state_->options.role == Role::connector) {
  if (options_.retained_size_max != 0) set_token(token);
  peer_.state_->out.keep(is_connector_ || token_size_ != 0 ? options_.retained_size_max : 0);
}

// --- connections -------------------------------------------------------------------------------

void Session::attach(std::uint64_t now_ms, std::span<const std::byte> auth) {
  detach(now_ms);
  ++connections_;
  attached_ = true;
  since_ms_ = now_ms;
  if (!is_connector_) return;  // HELLO comes
  ++attempt_;
  asked_to_resume_ = held_back_ = token_size_ != 0;
  introduce(auth, false);
}

void Session::detach(std::uint64_t now_ms) {
  if (!attached_) return;
  ++connections_;
  attached_ = introduced_ = asked_to_resume_ = control_in_flight_ = silent_ = pinged_ = false;
  held_back_ = true;
  since_ms_ = now_ms;
  acknowledge_at_ms_ = Peer::no_deadline;
  control_.clear();
  control_sending_.clear();
  Outbox& out = peer_.state_->out;
  out.interrupt();
  // Calls of a connector that never left may leave by the next connection.
  if (token_size_ == 0 && (!is_connector_ || out.any_sent() || received_ != 0)) lose();
}

std::expected<HelloView, CloseReason> Session::read_hello_of(std::span<const std::byte> message) {
  FrameCursor cursor(message, payload_size_max);
  const auto next = cursor.next();
  if (!next) return std::unexpected(next.error());
  if (!*next || (**next).type != FrameType::hello) {
    return std::unexpected(CloseReason::unexpected_frame);
  }
  HelloView hello;
  if (!read((**next).payload, hello) || !may_say(hello, true)) {
    return std::unexpected(CloseReason::bad_envelope);
  }
  return hello;
}

Resumption Session::judge(const HelloView& hello) const {
  if (!has_token(hello.session_token)) return Resumption::impossible;
  if (hello.attempt <= attempt_) return Resumption::superseded;
  return peer_.state_->out.can_rewind(hello.frames_received) ? Resumption::possible
                                                             : Resumption::impossible;
}

std::expected<void, CloseReason> Session::receive(std::span<const std::byte> message,
                                                  std::uint64_t now_ms) {
  if (!attached_) return {};
  const std::uint32_t connection = connections_;
  since_ms_ = now_ms;
  const bool was_silent = std::exchange(pinged_, false);
  // Until this end has introduced itself the other end may send what the defaults allow.
  FrameCursor cursor(message, std::max(peer_.state_->options.payload_size_max, payload_size_max));
  while (connections_ == connection && !peer_.state_->closed) {
    const auto next = cursor.next();
    if (!next) return std::unexpected(next.error());
    if (!*next) break;
    const CloseReason reason = take(**next, now_ms);
    if (reason != stay_open) return std::unexpected(reason);
  }
  peer_.state_->wake_waiting();
  if (received_ - acknowledged_ >= std::min(options_.ack_frames, ack_frames_max) ||
      unacknowledged_size_ >= std::min(options_.ack_bytes, ack_bytes_max)) {
    acknowledge();
  }
  if (was_silent) peer_.state_->out.rest();
  return {};
}

CloseReason Session::take(const Frame& frame, std::uint64_t now_ms) {
  const bool is_introduction = frame.type == FrameType::hello || frame.type == FrameType::welcome;
  if (is_introduction == introduced_) return CloseReason::unexpected_frame;
  if (is_reliable(frame.type)) {
    ++received_;
    unacknowledged_size_ += frame_size(frame.payload.size());
    if (options_.ack_delay_ms != 0 && acknowledge_at_ms_ == Peer::no_deadline) {
      acknowledge_at_ms_ = now_ms + options_.ack_delay_ms;
    }
    return peer_.state_->take(frame, now_ms);
  }
  if (is_introduction) return take_introduction(frame);
  if (frame.type == FrameType::lane) return CloseReason::unexpected_frame;  // not inside a lane
  return frame.type == FrameType::goaway ? take_goaway(frame) : take_number(frame, now_ms);
}

CloseReason Session::take_introduction(const Frame& frame) {
  const bool is_hello = frame.type == FrameType::hello;
  if (is_hello == is_connector_) return CloseReason::unexpected_frame;
  HelloView hello;
  if (!read(frame.payload, hello) || !may_say(hello, is_hello)) return CloseReason::bad_envelope;
  const std::uint32_t connection = connections_;
  const CloseReason reason = is_hello ? take_hello(hello) : take_welcome(hello);
  // Where an old session got lost its calls have ended, and one of them may have led to anything.
  if (reason != stay_open || connections_ != connection) return reason;
  introduced_ = true;
  held_back_ = false;
  acknowledged_ = received_;  // the introduction said so
  unacknowledged_size_ = 0;
  peer_.state_->set_limits(hello);
  const bool is_resumed = is_hello ? has_token(hello.session_token) : hello.resumed;
  if (is_hello) introduce({}, is_resumed);
  handler_.on_introduced(hello, is_resumed);
  return stay_open;
}

CloseReason Session::take_hello(const HelloView& hello) {
  if (has_token(hello.session_token)) {
    switch (judge(hello)) {
      case Resumption::possible: break;
      case Resumption::superseded: return CloseReason::superseded;
      case Resumption::impossible: return CloseReason::session_lost;
    }
    peer_.state_->out.rewind(hello.frames_received);
  } else {
    if (attempt_ != 0 || received_ != 0) return CloseReason::session_lost;  // this one is another's
    if (hello.attempt == 0) set_token({});
    peer_.state_->out.keep(token_size_ == 0 ? 0 : options_.retained_size_max);
  }
  attempt_ = hello.attempt;
  return stay_open;
}

CloseReason Session::take_welcome(const HelloView& hello) {
  Outbox& out = peer_.state_->out;
  if (hello.resumed) {
    if (!asked_to_resume_ || !has_token(hello.session_token)) return CloseReason::bad_envelope;
    if (!out.can_rewind(hello.frames_received)) {
      lose();
      return CloseReason::session_lost;
    }
    out.rewind(hello.frames_received);
    return stay_open;
  }
  if (asked_to_resume_) lose();
  if (options_.retained_size_max != 0) set_token(hello.session_token);
  out.keep(token_size_ == 0 ? 0 : options_.retained_size_max);
  return stay_open;
}

CloseReason Session::take_number(const Frame& frame, std::uint64_t now_ms) {
  if (frame.payload.size() != sizeof(std::uint64_t)) return CloseReason::bad_envelope;
  const auto number = load<std::uint64_t>(frame.payload, 0);
  if (frame.type == FrameType::ack) {
    if (!peer_.state_->out.acknowledge(number)) return CloseReason::bad_envelope;
  } else if (frame.type == FrameType::ping) {
    send_number(FrameType::pong, number);
    if (received_ != acknowledged_) acknowledge();
  } else if (number <= now_ms) {
    round_trip_ms_ = static_cast<std::uint32_t>(now_ms - number);
  }
  return stay_open;
}

CloseReason Session::take_goaway(const Frame& frame) {
  if (!is_connector_) return CloseReason::unexpected_frame;
  GoawayView goaway;
  if (!read(frame.payload, goaway)) return CloseReason::bad_envelope;
  peer_.state_->goaway_received = true;
  handler_.on_goaway(goaway);
  return stay_open;
}

// --- what is to be sent ------------------------------------------------------------------------

bool Session::has_output() const {
  if (!attached_) return false;
  return control_in_flight_ || !control_.empty() || (!held_back_ && peer_.state_->out.has_next());
}

std::span<const std::byte> Session::output() {
  if (!attached_) return {};
  if (!control_in_flight_ && !control_.empty()) {
    std::swap(control_, control_sending_);
    control_in_flight_ = true;
  }
  if (control_in_flight_) return std::as_const(control_sending_).content();
  if (held_back_) return {};
  return peer_.state_->out.next();
}

void Session::clear_output() {
  if (std::exchange(control_in_flight_, false)) {
    control_sending_.clear();
  } else {
    peer_.state_->out.sent();
  }
}

std::size_t Session::backlog_size() const { return peer_.state_->out.size() + control_.size(); }

std::uint64_t Session::frames_written() const { return peer_.state_->out.written(); }

std::uint64_t Session::frames_acknowledged() const { return peer_.state_->out.acknowledged(); }

bool Session::is_apart(CallId id) const { return peer_.state_->out.is_apart(id); }

void Session::introduce(std::span<const std::byte> auth, bool resumed) {
  const PeerOptions& limits = peer_.state_->options;
  const bool has_grace = !is_connector_ && token_size_ != 0;
  const HelloView hello{
      .payload_size_max = limits.payload_size_max,
      .calls_in_flight_max = limits.calls_in_flight_max,
      .frames_received = received_,
      .resumed = resumed,
      .attempt = is_connector_ && options_.retained_size_max != 0 ? attempt_ : 0,
      .grace_ms = has_grace ? options_.grace_ms : 0,
      .session_token = token(),
      .auth = auth,
  };
  const std::size_t size = hello_payload_size(hello);
  write_hello(prepare_frame(control_, size), hello);
  commit_frame(control_, is_connector_ ? FrameType::hello : FrameType::welcome, 0, size);
}

void Session::send_number(FrameType type, std::uint64_t number) {
  store(prepare_frame(control_, sizeof number), 0, number);
  commit_frame(control_, type, 0, sizeof number);
}

void Session::acknowledge() {
  acknowledge_at_ms_ = Peer::no_deadline;
  unacknowledged_size_ = 0;
  acknowledged_ = received_;
  if (token_size_ != 0 && introduced_) send_number(FrameType::ack, received_);
}

// --- time --------------------------------------------------------------------------------------

void Session::advance(std::uint64_t now_ms) {
  peer_.advance(now_ms);
  if (now_ms >= acknowledge_at_ms_) acknowledge();
  if (now_ms < own_deadline_ms()) return;
  if (!attached_) {
    lose();
    handler_.on_expired();
  } else if (!pinged_) {
    pinged_ = true;
    since_ms_ = now_ms;
    send_number(FrameType::ping, now_ms);
  } else {
    silent_ = true;
    handler_.on_silent();
  }
}

std::uint64_t Session::next_deadline_ms() const {
  return std::min({peer_.next_deadline_ms(), acknowledge_at_ms_, own_deadline_ms()});
}

std::uint64_t Session::own_deadline_ms() const {
  if (!attached_) {
    if (token_size_ == 0) return Peer::no_deadline;
    return has_overflowed() ? 0 : since_ms_ + options_.grace_ms;
  }
  if (options_.ping_interval_ms == 0 || silent_) return Peer::no_deadline;
  return since_ms_ + (pinged_ ? options_.ping_timeout_ms : options_.ping_interval_ms);
}

bool Session::has_overflowed() const { return backlog_size() / 2 > options_.retained_size_max; }

// --- farewell ----------------------------------------------------------------------------------

void Session::goaway(CloseReason reason, std::uint32_t grace_ms, std::string_view message) {
  assert(!is_connector_);
  peer_.state_->goaway_sent = true;
  if (!introduced_) return;  // nobody is there, or WELCOME comes first
  const GoawayView goaway{reason, grace_ms, message};
  const std::size_t size = goaway_payload_size(goaway);
  write_goaway(prepare_frame(control_, size), goaway);
  commit_frame(control_, FrameType::goaway, 0, size);
}

void Session::abandon() {
  detach(since_ms_);
  lose();
}

/// Forgets the session and lets every call of it end.
void Session::lose() {
  set_token({});
  received_ = acknowledged_ = unacknowledged_size_ = 0;
  acknowledge_at_ms_ = Peer::no_deadline;
  asked_to_resume_ = false;
  peer_.state_->out.keep(options_.retained_size_max);
  peer_.state_->lose(!is_connector_);
}

// --- token -------------------------------------------------------------------------------------

void Session::set_token(std::span<const std::byte> token) {
  assert(token.size() <= token_.size());
  std::copy(token.begin(), token.end(), token_.begin());
  token_size_ = static_cast<std::uint8_t>(token.size());
}

bool Session::has_token(std::span<const std::byte> token) const {
  return token_size_ != 0 && std::ranges::equal(token, this->token());
}

}  // namespace cortado::wire
