// SPDX-License-Identifier: Apache-2.0
#include "client-native/client_session.hpp"

#include <boost/asio/as_tuple.hpp>

#include <chrono>
#include <string>
#include <utility>

#include "net/use_task.hpp"

namespace cortado {
namespace {

constexpr std::chrono::seconds tick_interval{1};

net::LinkOptions link_options() {
  net::LinkOptions link;
  link.server = false;
  link.message_size_max = std::size_t{2} * wire::payload_size_max;
  // The server asks more often; this is for networks that vanish without a word.
  link.idle_timeout_ms = 60'000;
  link.ping_interval_ms = 30'000;
  return link;
}

wire::PeerOptions peer_options(const ConnectOptions& options) {
  wire::PeerOptions peer;
  peer.role = wire::Role::connector;
  peer.payload_size_max = options.payload_size_max;
  return peer;
}

Error error_of(const net::LinkEnd& end) {
  std::string message = "the connection is closed";
  if (end.code != static_cast<std::uint16_t>(net::CloseCode::abnormal)) {
    message += " (" + std::to_string(end.code) + ")";
  }
  if (!end.reason.empty()) message += ": " + end.reason;
  return {StatusCode::unavailable, std::move(message)};
}

}  // namespace

Client::State::State(net::Socket socket, std::unique_ptr<net::LinkPool> pool,
                     const ConnectOptions& options)
    : WebSocketLink(std::move(socket), *pool, link_options()),
      pool_(std::move(pool)),
      wake_timer_(executor()),
      tick_timer_(executor()),
      ended_(executor(), net::Clock::time_point::max()),
      connection_(peer_options(options),
                  options.services != nullptr ? *options.services : no_services_, *this,
                  CallerInfo{"server", "websocket"}) {}

void Client::State::begin(std::span<const std::byte> received) {
  connection_.introduce();
  start(received);
  tick_later();
}

void Client::State::finish() {
  close(net::CloseCode::normal, "");
  connection_.close({StatusCode::cancelled, "the client was closed"});
}

Task<Error> Client::State::wait_for_end(std::shared_ptr<State> self) {
  if (!self->is_ended_) co_await self->ended_.async_wait(boost::asio::as_tuple(use_task));
  co_return self->end_;
}

void Client::State::on_message(std::span<const std::byte> message) {
  const auto received = connection_.receive(message);
  if (received) return;
  close(static_cast<std::uint16_t>(4000 + static_cast<unsigned>(received.error())),
        wire::name(received.error()));
}

wire::Buffer Client::State::take_output(wire::Buffer spare) {
  return connection_.take_output(std::move(spare));
}

void Client::State::on_end(const net::LinkEnd& end) {
  wake_timer_.cancel();
  tick_timer_.cancel();
  end_ = error_of(end);
  is_ended_ = true;
  connection_.close(end_);
  ended_.cancel();
}

void Client::State::wake_at(std::uint64_t deadline_ms) {
  wake_ms_ = deadline_ms;
  // A timer that goes off too early costs less than setting it anew for each call.
  if (wake_ms_ < armed_ms_) arm_timer();
}

void Client::State::arm_timer() {
  armed_ms_ = wake_ms_;
  wake_timer_.expires_at(net::time_point(armed_ms_));
  wake_timer_.async_wait([this, self = shared_from_this()](net::ErrorCode error) {
    if (error || is_ended_) return;
    armed_ms_ = wire::Peer::no_deadline;
    if (wake_ms_ <= net::now_ms()) {
      wake_ms_ = wire::Peer::no_deadline;
      connection_.advance();
    }
    if (wake_ms_ < armed_ms_) arm_timer();
  });
}

void Client::State::tick_later() {
  tick_timer_.expires_after(tick_interval);
  tick_timer_.async_wait([this, self = shared_from_this()](net::ErrorCode error) {
    if (error || is_ended_) return;
    tick(net::now_ms());
    if (!is_ended_) tick_later();
  });
}

}  // namespace cortado
