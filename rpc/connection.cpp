// SPDX-License-Identifier: Apache-2.0
// What a host asks of its connection.
#include "rpc/connection.hpp"

#include <utility>

#include "rpc/connection_state.hpp"
#include "rpc/connection_turn.hpp"
#include "wire/hash_seed.hpp"

namespace cortado {

Connection::State::State(const wire::PeerOptions& options, const ServiceRegistry& services,
                         ConnectionHost& connection_host, const CallerInfo& caller)
    : host(connection_host),
      peer(options, *this),
      services_(services),
      caller_(caller),
      served_(0, IdHash{wire::hash_factor(options.seed ^ reinterpret_cast<std::uintptr_t>(this))}) {
}

void Connection::State::tell_host() {
  if (!output_announced_ && !peer.output().empty()) {
    output_announced_ = true;
    host.output_ready();
  }
  const std::uint64_t deadline_ms = peer.next_deadline_ms();
  if (deadline_ms < wake_ms_) {
    wake_ms_ = deadline_ms;
    host.wake_at(deadline_ms);
  }
}

Connection::Connection(const wire::PeerOptions& options, const ServiceRegistry& services,
                       ConnectionHost& host, const CallerInfo& caller)
    : state_(std::make_unique<State>(options, services, host, caller)) {}

Connection::~Connection() { close({StatusCode::unavailable, "the connection is closed", 0, {}}); }

void Connection::introduce() {
  const State::Turn turn(*state_);
  state_->peer.introduce();
}

std::expected<void, wire::CloseReason> Connection::receive(std::span<const std::byte> message) {
  const State::Turn turn(*state_);
  state_->clock_us_ = state_->host.now_us();
  return state_->peer.receive(message, state_->host.now_ms());
}

void Connection::advance() {
  const State::Turn turn(*state_);
  state_->clock_us_ = state_->host.now_us();
  state_->wake_ms_ = wire::Peer::no_deadline;
  state_->peer.advance(state_->host.now_ms());
}

void Connection::goaway(wire::CloseReason reason, std::uint32_t grace_ms,
                        std::string_view message) {
  const State::Turn turn(*state_);
  state_->peer.goaway(reason, grace_ms, message);
}

void Connection::close(const Error& error) {
  const State::Turn turn(*state_);
  state_->peer.close(error.view());
  if (std::exchange(state_->wake_ms_, wire::Peer::no_deadline) != wire::Peer::no_deadline) {
    state_->host.wake_at(wire::Peer::no_deadline);
  }
}

wire::Buffer Connection::take_output(wire::Buffer spare) {
  state_->output_announced_ = false;
  return state_->peer.take_output(std::move(spare));
}

std::size_t Connection::served_calls_in_flight() const {
  return state_->peer.served_calls_in_flight();
}

std::size_t Connection::own_calls_in_flight() const { return state_->peer.own_calls_in_flight(); }

}  // namespace cortado
