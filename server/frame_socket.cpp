// SPDX-License-Identifier: Apache-2.0
#include "server/frame_socket.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "server/client_session.hpp"

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
  return link;
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
  served->WebSocketLink::start(received);
}

FrameSocket::FrameSocket(Worker& worker, net::Socket socket, std::string client_address)
    : WebSocketLink(std::move(socket), worker.links, link_options(worker.site.options)),
      worker_(worker),
      client_address_(std::move(client_address)) {
  ++worker_.metrics.websocket_connections;
}

FrameSocket::~FrameSocket() { --worker_.metrics.websocket_connections; }

// --- messages ------------------------------------------------------------------------------------

void FrameSocket::on_message(std::span<const std::byte> message) {
  if (!session_ && (message.empty() || !open_session(message))) return;
  session_->receive(message);
  if (worker_.draining) close_when_drained();
}

bool FrameSocket::open_session(std::span<const std::byte> message) {
  const auto hello = wire::Session::read_hello_of(message);
  if (!hello) {
    close(close_code(hello.error()), wire::name(hello.error()));
    return false;
  }
  session_ = worker_.sessions.open(*hello, client_address_);
  if (!session_) {
    close(close_code(wire::CloseReason::superseded), wire::name(wire::CloseReason::superseded));
    return false;
  }
  session_->attach(*this);
  return true;
}

std::span<const std::byte> FrameSocket::output() {
  return session_ ? session_->output() : std::span<const std::byte>{};
}

void FrameSocket::clear_output() {
  if (session_) session_->clear_output();
}

void FrameSocket::on_progress() {
  // Nothing was said, but somebody is there.
  if (session_) session_->receive({});
}

void FrameSocket::on_closing(const net::LinkEnd& end) {
  if (end.code == static_cast<std::uint16_t>(net::CloseCode::message_too_big)) {
    worker_.metrics.limit_hit(Limit::message_size_max);
  }
}

void FrameSocket::leave_session(wire::CloseReason reason, std::string_view words) {
  session_ = nullptr;
  if (is_inside_message()) {
    return drop({.code = close_code(reason), .reason = std::string(words), .by_other_end = false});
  }
  close(close_code(reason), words);
}

void FrameSocket::on_end(const net::LinkEnd& end) {
  if (worker_.site.log.takes(LogLevel::debug)) {
    worker_.site.log.write(
        LogLevel::debug, "websocket_closed",
        {{"client", client_address_}, {"code", std::to_string(end.code)}, {"reason", end.reason}});
  }
  if (const auto session = std::exchange(session_, nullptr)) {
    const bool is_done =
        end.by_other_end && end.code == static_cast<std::uint16_t>(net::CloseCode::normal);
    session->detach(is_done);
  }
  if (place_) worker_.sockets.remove(*std::exchange(place_, std::nullopt));
}

// --- time ----------------------------------------------------------------------------------------

void FrameSocket::tick(std::uint64_t now_ms) {
  if (session_) session_->tick();
  const std::uint32_t timeout_ms = worker_.site.options.header_timeout_ms;
  if (!session_ && open() && timeout_ms != 0 && now_ms - opened_ms_ >= timeout_ms) {
    worker_.metrics.limit_hit(Limit::header_timeout_ms);
    return close(close_code(wire::CloseReason::idle), "no HELLO came for header_timeout_ms");
  }
  WebSocketLink::tick(now_ms);
}

// --- the end -------------------------------------------------------------------------------------

void FrameSocket::drain(std::uint32_t grace_ms) {
  if (!open()) return;
  if (!session_) return stop();
  session_->drain(grace_ms);
  ping(drain_ping);
}

void FrameSocket::on_pong(std::span<const std::byte> payload) {
  if (!worker_.draining || !std::ranges::equal(payload, drain_ping)) return;
  drained_ = true;
  close_when_drained();
}

void FrameSocket::close_when_drained() {
  if (drained_ && session_ && session_->calls_in_flight() == 0) stop();
}

void FrameSocket::abandon() { drop({.reason = "the server stops", .by_other_end = false}); }

void FrameSocket::stop() { close(net::CloseCode::going_away, "the server stops"); }

}  // namespace cortado::server
