// SPDX-License-Identifier: Apache-2.0
#include "client-native/client_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <utility>

#include "net/random.hpp"
#include "net/use_task.hpp"

namespace cortado::client {
namespace {

// The server pings when nothing was heard for 20 s; when even that stays away, so does the network.
constexpr std::uint32_t ping_interval_ms = 50'000;

constexpr std::uint16_t close_code(wire::CloseReason reason) {
  return static_cast<std::uint16_t>(4000 + static_cast<unsigned>(reason));
}

template <std::size_t size>
std::array<std::byte, size> random_bytes() {
  std::array<std::byte, size> bytes{};
  net::fill_with_random(bytes);
  return bytes;
}

std::uint32_t random_number() { return std::bit_cast<std::uint32_t>(random_bytes<4>()); }

ConnectionOptions connection_options(const ConnectOptions& options,
                                     std::span<const std::byte> call_key_seed) {
  ConnectionOptions connection;
  connection.peer.role = wire::Role::connector;
  connection.peer.payload_size_max = options.payload_size_max;
  connection.session.emplace().ping_interval_ms = ping_interval_ms;
  connection.call_key_seed = call_key_seed;
  return connection;
}

Error error_of(const net::LinkEnd& end) {
  std::string message = "the connection is closed";
  if (end.code != static_cast<std::uint16_t>(net::CloseCode::abnormal)) {
    message += " (" + std::to_string(end.code) + ")";
  }
  if (!end.reason.empty()) message += ": " + end.reason;
  return {StatusCode::unavailable, std::move(message), 0, {}};
}

/// Whether another connection would end the same way. docs/protocol.md, "What closes the connection".
bool is_final(std::uint16_t code) {
  switch (code) {
    case static_cast<std::uint16_t>(net::CloseCode::protocol_error):
    case static_cast<std::uint16_t>(net::CloseCode::unsupported_data):
    case static_cast<std::uint16_t>(net::CloseCode::message_too_big): return true;
    case close_code(wire::CloseReason::going_away):
    case close_code(wire::CloseReason::idle):
    case close_code(wire::CloseReason::superseded):
    case close_code(wire::CloseReason::session_lost): return false;
    default: return code >= close_code(wire::CloseReason::bad_magic) && code < 4100;
  }
}

}  // namespace

ClientConnection::ClientConnection(std::shared_ptr<const ClientContext> context,
                                   std::weak_ptr<Owner> owner)
    : context_(std::move(context)),
      owner_(std::move(owner)),
      backoff_(context_->options.retry_delay_ms, context_->options.retry_delay_max_ms),
      random_(random_number()),
      retry_timer_(context_->executor),
      wake_timer_(context_->executor),
      connection_(connection_options(context_->options, random_bytes<call_key_seed_max>()),
                  context_->options.services != nullptr ? *context_->options.services
                                                        : context_->no_services,
                  *this, CallerInfo{"server", "websocket"}) {
  status_.state = ClientState::reconnecting;
}

// --- connections ---------------------------------------------------------------------------------

void ClientConnection::attach(OpenSocket open) {
  if (closed_) return;
  link_ = std::make_shared<ClientLink>(std::move(open.socket), context_->pool, weak_from_this());
  status_.state = ClientState::connected;
  status_.failed_attempts = 0;
  connection_.attach();
  tell_status();
  // Held: what comes may be its end.
  const auto link = link_;
  link->start(std::as_bytes(std::span(open.received)));
}

void ClientConnection::retry() {
  // Not at once: this may be what an earlier attempt is still doing.
  boost::asio::post(context_->executor, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || self->closed_ || self->link_) return;
    self->reconnecting_ = self->reconnect();
    self->reconnecting_.start();
  });
}

Task<void> ClientConnection::reconnect() {
  while (true) {
    const std::uint32_t delay_ms = backoff_.next_ms(static_cast<std::uint32_t>(random_()));
    retry_timer_.expires_after(std::chrono::milliseconds(delay_ms));
    co_await retry_timer_.async_wait(boost::asio::as_tuple(use_task));
    Result<OpenSocket> open =
        co_await open_socket(context_->executor, context_->url, context_->options.timeout_ms);
    if (open) {
      // Not in here: whoever is resumed by what comes may close the client, and end this task.
      boost::asio::post(context_->executor,
                        [self = shared_from_this(), open = std::move(*open)]() mutable {
                          self->attach(std::move(open));
                        });
      co_return;
    }
    ++status_.failed_attempts;
    status_.last_error = std::move(open.error());
    tell_status();
  }
}

void ClientConnection::link_ended(const net::LinkEnd& end) {
  if (closed_) return;
  if (is_done() || (end.by_other_end && is_final(end.code))) return finish(error_of(end));
  lose(error_of(end));
}

void ClientConnection::lose(Error why) {
  link_.reset();
  status_.state = ClientState::reconnecting;
  status_.last_error = std::move(why);
  connection_.detach();
  tell_status();
  retry();
}

// --- messages ------------------------------------------------------------------------------------

void ClientConnection::receive(std::span<const std::byte> message) {
  const auto received = connection_.receive(message);
  if (received) return finish_when_done();
  if (closed_) return;
  const wire::CloseReason reason = received.error();
  const std::string words(wire::name(reason));
  if (const auto link = std::exchange(link_, nullptr)) link->leave(close_code(reason), words);
  if (reason == wire::CloseReason::session_lost || reason == wire::CloseReason::superseded) {
    return lose({StatusCode::unavailable, "the session was lost: " + words, 0, {}});
  }
  finish({StatusCode::internal, "the server broke the protocol: " + words, 0, {}});
}

void ClientConnection::output_ready() {
  if (link_) link_->output_ready();
}

void ClientConnection::introduced(const wire::HelloView&, bool resumed) {
  backoff_.reset();
  if (std::exchange(was_introduced_, true)) {
    ++(resumed ? status_.resumed_count : status_.lost_count);
  }
  tell_status();
}

void ClientConnection::goaway(const wire::GoawayView&) {
  if (const auto owner = owner_.lock()) owner->went_away(*this);
}

void ClientConnection::silent() {
  // From inside the connection.
  boost::asio::post(context_->executor, [self = shared_from_this(), link = link_] {
    if (self->closed_ || self->link_ != link) return;
    link->leave(close_code(wire::CloseReason::idle), "nothing was heard");
    self->lose({StatusCode::unavailable, "nothing is heard of the server", 0, {}});
  });
}

// --- time ----------------------------------------------------------------------------------------

void ClientConnection::wake_at(std::uint64_t deadline_ms) {
  wake_timer_.wake_at(weak_from_this(), deadline_ms);
}

void ClientConnection::on_wake() {
  if (closed_) return;
  connection_.advance();
  finish_when_done();
}

// --- the end -------------------------------------------------------------------------------------

void ClientConnection::close(const Error& error) {
  if (std::exchange(closed_, true)) return;
  const auto self = shared_from_this();
  status_.state = ClientState::closed;
  status_.last_error = error;
  wake_timer_.cancel();
  retry_timer_.cancel();
  reconnecting_.reset();
  if (const auto link = std::exchange(link_, nullptr)) {
    link->leave(static_cast<std::uint16_t>(net::CloseCode::normal), "");
  }
  connection_.close(error);
}

void ClientConnection::retire() {
  retired_ = true;
  finish_when_done();
}

void ClientConnection::finish_when_done() {
  if (!closed_ && is_done()) finish({StatusCode::unavailable, "the server went away", 0, {}});
}

void ClientConnection::finish(Error why) {
  const auto self = shared_from_this();
  close(why);
  if (const auto owner = owner_.lock()) owner->ended(*this);
}

void ClientConnection::tell_status() {
  if (const auto owner = owner_.lock()) owner->status_changed(*this);
}

}  // namespace cortado::client
