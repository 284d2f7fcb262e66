// SPDX-License-Identifier: Apache-2.0
#include "server/frame_socket.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace cortado::server {
namespace {

// Payload of the ping that follows a GOAWAY: its pong comes behind all that was sent before.
constexpr std::array drain_ping{std::byte{'d'}};

constexpr std::uint16_t close_code(wire::CloseReason reason) {
  return static_cast<std::uint16_t>(4000 + static_cast<unsigned>(reason));
}

net::LinkOptions link_options(const ServerOptions& options) {
  net::LinkOptions link;
  link.server = true;
  link.message_size_max = options.message_size_max;
  link.idle_timeout_ms = options.idle_timeout_ms;
  link.ping_interval_ms = options.ping_interval_ms;
  return link;
}

wire::PeerOptions peer_options(const ServerOptions& options) {
  wire::PeerOptions peer;
  peer.role = wire::Role::acceptor;
  peer.payload_size_max = options.payload_size_max;
  peer.calls_in_flight_max = options.calls_in_flight_max;
  return peer;
}

}  // namespace

void FrameSocket::start(Worker& worker, net::Socket socket, std::string client_address,
                        std::span<const std::byte> received) {
  const auto served =
      std::make_shared<FrameSocket>(worker, std::move(socket), std::move(client_address));
  served->place_ = worker.sockets.add(served);
  if (worker.site.log.takes(LogLevel::debug)) {
    worker.site.log.write(LogLevel::debug, "websocket_opened",
                          {{"client", served->client_address_}});
  }
  served->connection_.introduce();
  served->WebSocketLink::start(received);
}

FrameSocket::FrameSocket(Worker& worker, net::Socket socket, std::string client_address)
    : WebSocketLink(std::move(socket), worker.links, link_options(worker.site.options)),
      worker_(worker),
      client_address_(std::move(client_address)),
      timer_(worker.executor),
      connection_(peer_options(worker.site.options), worker.site.services, *this,
                  CallerInfo{client_address_, "websocket"}) {
  ++worker_.metrics.websocket_connections;
}

FrameSocket::~FrameSocket() { --worker_.metrics.websocket_connections; }

// --- messages ------------------------------------------------------------------------------------

void FrameSocket::on_message(std::span<const std::byte> message) {
  const auto received = connection_.receive(message);
  if (!received) {
    const wire::CloseReason reason = received.error();
    if (reason == wire::CloseReason::payload_too_large) {
      worker_.metrics.limit_hit(Limit::payload_size_max);
    }
    close(close_code(reason), wire::name(reason));
  }
  if (draining_) close_when_drained();
}

wire::Buffer FrameSocket::take_output(wire::Buffer spare) {
  return connection_.take_output(std::move(spare));
}

void FrameSocket::on_closing(const net::LinkEnd& end) {
  if (end.code == static_cast<std::uint16_t>(net::CloseCode::message_too_big)) {
    worker_.metrics.limit_hit(Limit::message_size_max);
  }
  if (end.code == close_code(wire::CloseReason::idle)) {
    worker_.metrics.limit_hit(Limit::idle_timeout_ms);
  }
}

void FrameSocket::on_end(const net::LinkEnd& end) {
  if (worker_.site.log.takes(LogLevel::debug)) {
    worker_.site.log.write(
        LogLevel::debug, "websocket_closed",
        {{"client", client_address_}, {"code", std::to_string(end.code)}, {"reason", end.reason}});
  }
  timer_.cancel();
  connection_.close({StatusCode::unavailable, "the connection is closed"});
  if (place_) worker_.sockets.remove(*std::exchange(place_, std::nullopt));
}

// --- time ----------------------------------------------------------------------------------------

void FrameSocket::tick(std::uint64_t now_ms) { WebSocketLink::tick(now_ms); }

void FrameSocket::wake_at(std::uint64_t deadline_ms) {
  wake_ms_ = deadline_ms;
  // A timer that goes off too early costs less than setting it anew for each call.
  if (wake_ms_ < armed_ms_) arm_timer();
}

void FrameSocket::arm_timer() {
  armed_ms_ = wake_ms_;
  timer_.expires_at(net::time_point(armed_ms_));
  timer_.async_wait([this, self = shared_from_this()](net::ErrorCode error) {
    if (error || !open()) return;
    armed_ms_ = wire::Peer::no_deadline;
    if (wake_ms_ <= net::now_ms()) {
      wake_ms_ = wire::Peer::no_deadline;
      connection_.advance();
      if (draining_) close_when_drained();
    }
    if (wake_ms_ < armed_ms_) arm_timer();
  });
}

// --- calls ---------------------------------------------------------------------------------------

void FrameSocket::handler_failed(std::string_view service, std::string_view method,
                                 std::string_view what) {
  worker_.site.log.write(LogLevel::error, "handler_failed",
                         {{"service", std::string(service)},
                          {"method", std::string(method)},
                          {"what", std::string(what)}});
}

void FrameSocket::call_finished(std::string_view service, std::string_view method, StatusCode code,
                                std::uint64_t duration_us) {
  worker_.metrics.call_finished(service, method, code, duration_us);
  if (!draining_) return;
  // The call that reports itself is still counted as in flight.
  boost::asio::post(worker_.executor, [this, self = shared_from_this()] { close_when_drained(); });
}

// --- the end -------------------------------------------------------------------------------------

void FrameSocket::drain(std::uint32_t grace_ms) {
  if (!open()) return;
  draining_ = true;
  connection_.goaway(wire::CloseReason::going_away, grace_ms, "the server stops");
  ping(drain_ping);
}

void FrameSocket::on_pong(std::span<const std::byte> payload) {
  if (!draining_ || !std::ranges::equal(payload, drain_ping)) return;
  drained_ = true;
  close_when_drained();
}

void FrameSocket::close_when_drained() {
  if (drained_ && connection_.served_calls_in_flight() == 0) stop();
}

void FrameSocket::abandon() { drop({.reason = "the server stops", .by_other_end = false}); }

void FrameSocket::stop() { close(net::CloseCode::going_away, "the server stops"); }

}  // namespace cortado::server
