// SPDX-License-Identifier: Apache-2.0
// What a host asks of its connection.
#include "rpc/connection.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "rpc/connection_state.hpp"
#include "rpc/connection_turn.hpp"
#include "wire/hash_seed.hpp"

namespace cortado {
namespace {

CallerInfo reachable(CallerInfo caller, Channel& channel) {
  caller.channel = &channel;
  return caller;
}

}  // namespace

Connection::State::State(const ConnectionOptions& options, const ServiceRegistry& services,
                         ConnectionHost& connection_host, const CallerInfo& caller)
    : host(connection_host),
      peer(options.peer, *this),
      services_(services),
      caller_(caller),
      answers_(options.answers),
      sent_answers_(options.answers),
      key_seed_size_(options.call_key_seed.size()),
      served_(0, IdHash{wire::hash_factor(options.peer.seed ^
                                          reinterpret_cast<std::uintptr_t>(this))}) {
  assert(key_seed_size_ <= call_key_seed_max);
  std::ranges::copy(options.call_key_seed, key_seed_.begin());
  if (options.session) session.emplace(*options.session, peer, *this, options.token);
}

bool Connection::State::has_output() const {
  return session ? session->has_output() : !peer.output().empty();
}

void Connection::State::tell_host() {
  if (is_closed_) return;
  if (!output_announced_ && has_output()) {
    output_announced_ = true;
    host.output_ready();
  }
  std::uint64_t deadline_ms = session ? session->next_deadline_ms() : peer.next_deadline_ms();
  const bool is_settled =
      broken_served_.empty() && broken_own_.empty() && writable_.empty() && turns_come_.empty();
  if (!is_settled) deadline_ms = std::min(deadline_ms, host.now_ms());
  if (deadline_ms < wake_ms_) {
    wake_ms_ = deadline_ms;
    host.wake_at(deadline_ms);
  }
}

Connection::Connection(const ConnectionOptions& options, const ServiceRegistry& services,
                       ConnectionHost& host, const CallerInfo& caller)
    : state_(std::make_unique<State>(options, services, host, reachable(caller, *this))) {}

Connection::Connection(const wire::PeerOptions& options, const ServiceRegistry& services,
                       ConnectionHost& host, const CallerInfo& caller)
    : Connection(ConnectionOptions{.peer = options}, services, host, caller) {}

Connection::~Connection() { close({StatusCode::unavailable, "the connection is closed", 0, {}}); }

// --- both ways of life ---------------------------------------------------------------------------

std::expected<void, wire::CloseReason> Connection::receive(std::span<const std::byte> message) {
  const State::Turn turn(*state_);
  state_->clock_us_ = state_->host.now_us();
  const std::uint64_t now_ms = state_->host.now_ms();
  if (!state_->session) return state_->peer.receive(message, now_ms);
  const auto received = state_->session->receive(message, now_ms);
  state_->forget_acknowledged();
  return received;
}

void Connection::advance() {
  const State::Turn turn(*state_);
  state_->clock_us_ = state_->host.now_us();
  state_->wake_ms_ = wire::Peer::no_deadline;
  state_->settle_broken();
  state_->take_turns();
  const std::uint64_t now_ms = state_->host.now_ms();
  state_->session ? state_->session->advance(now_ms) : state_->peer.advance(now_ms);
}

void Connection::goaway(wire::CloseReason reason, std::uint32_t grace_ms,
                        std::string_view message) {
  const State::Turn turn(*state_);
  state_->session ? state_->session->goaway(reason, grace_ms, message)
                  : state_->peer.goaway(reason, grace_ms, message);
}

void Connection::close(const Error& error) {
  const State::Turn turn(*state_);
  state_->is_closed_ = true;
  // Before the session, which would end as lost what it cannot resume.
  state_->peer.close(error.view());
  if (state_->session) state_->session->detach(state_->host.now_ms());
  state_->settle_broken();
  if (std::exchange(state_->wake_ms_, wire::Peer::no_deadline) != wire::Peer::no_deadline) {
    state_->host.wake_at(wire::Peer::no_deadline);
  }
}

std::size_t Connection::served_calls_in_flight() const {
  return state_->peer.served_calls_in_flight();
}

std::size_t Connection::own_calls_in_flight() const { return state_->peer.own_calls_in_flight(); }

// --- alone ---------------------------------------------------------------------------------------

void Connection::introduce() {
  const State::Turn turn(*state_);
  state_->peer.introduce();
}

wire::Buffer Connection::take_output(wire::Buffer spare) {
  assert(!state_->session);
  state_->output_announced_ = false;
  return state_->peer.take_output(std::move(spare));
}

// --- with a session ------------------------------------------------------------------------------

void Connection::attach(std::span<const std::byte> auth) {
  const State::Turn turn(*state_);
  state_->output_announced_ = false;
  state_->session->attach(state_->host.now_ms(), auth);
}

void Connection::detach() {
  const State::Turn turn(*state_);
  state_->output_announced_ = false;
  state_->session->detach(state_->host.now_ms());
}

std::span<const std::byte> Connection::output() {
  const std::span<const std::byte> message = state_->session->output();
  if (message.empty()) state_->output_announced_ = false;
  return message;
}

void Connection::clear_output() { state_->session->clear_output(); }

void Connection::forget_answers() { state_->sent_answers_.forget_all(); }

void Connection::abandon() {
  const State::Turn turn(*state_);
  state_->output_announced_ = false;
  state_->session->abandon();
}

const wire::Session* Connection::session() const {
  return state_->session ? &*state_->session : nullptr;
}

}  // namespace cortado
