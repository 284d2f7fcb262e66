// SPDX-License-Identifier: Apache-2.0
#include "rpc/client_connection.hpp"

#include <array>
#include <bit>
#include <string>

#include "wire/close_code.hpp"

namespace cortado::client {
namespace {

// docs/protocol.md, "What closes the connection".
constexpr std::uint16_t protocol_error_code = 1002;
constexpr std::uint16_t unsupported_data_code = 1003;
constexpr std::uint16_t message_too_big_code = 1009;

template <std::size_t size>
std::array<std::byte, size> random_bytes(ClientHost& host) {
  std::array<std::byte, size> bytes{};
  host.fill_with_random(bytes);
  return bytes;
}

ConnectionOptions connection_options(const ClientContext& context,
                                     std::span<const std::byte> call_key_seed) {
  ConnectionOptions connection;
  connection.peer.role = wire::Role::connector;
  connection.peer.payload_size_max = context.options.payload_size_max;
  connection.session = context.other.session;
  connection.call_key_seed = call_key_seed;
  return connection;
}

Error error_of(const SocketEnd& end) {
  std::string message = "the connection is closed";
  if (end.code != SocketEnd::no_close_frame) message += " (" + std::to_string(end.code) + ")";
  if (!end.reason.empty()) (message += ": ") += end.reason;
  return {StatusCode::unavailable, std::move(message), 0, {}};
}

/// Whether another connection would end the same way. docs/protocol.md, "What closes the connection".
bool is_final(std::uint16_t code) {
  switch (code) {
    case protocol_error_code:
    case unsupported_data_code:
    case message_too_big_code: return true;
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
      socket_(context_->host->make_socket(*this)),
      connection_(connection_options(*context_, random_bytes<call_key_seed_max>(*context_->host)),
                  context_->options.services != nullptr ? *context_->options.services
                                                        : context_->no_services,
                  *this, context_->other.caller) {
  status_.state = ClientState::reconnecting;
}

// --- sockets -------------------------------------------------------------------------------------

void ClientConnection::open_later() {
  const auto random = std::bit_cast<std::uint32_t>(random_bytes<4>(*context_->host));
  socket_->open(backoff_.next_ms(random));
}

void ClientConnection::opened() {
  if (closed_) return;
  ++sockets_;
  status_.state = ClientState::connected;
  status_.failed_attempts = 0;
  connection_.attach();
  tell_status();
}

void ClientConnection::not_opened(Error why) {
  if (closed_) return;
  if (context_->has_one_socket()) return finish(why);
  ++status_.failed_attempts;
  status_.last_error = std::move(why);
  tell_status();
  open_later();
}

void ClientConnection::lost(const SocketEnd& end) {
  if (closed_) return;
  if (is_done() || (end.by_other_end && is_final(end.code))) return finish(error_of(end));
  reconnect(error_of(end));
}

void ClientConnection::reconnect(Error why, std::optional<std::uint32_t> pause_ms) {
  if (context_->has_one_socket()) return finish_lost(why);
  status_.state = ClientState::reconnecting;
  status_.last_error = std::move(why);
  connection_.detach();
  tell_status();
  if (pause_ms) return socket_->open(*pause_ms);
  open_later();
}

void ClientConnection::give_up(std::uint16_t code, std::string_view why,
                               std::optional<std::uint32_t> pause_ms) {
  context_->host->post([weak = weak_from_this(), socket = sockets_, code, why, pause_ms] {
    const auto self = weak.lock();
    if (!self || self->closed_ || self->sockets_ != socket ||
        self->status_.state != ClientState::connected) {
      return;
    }
    self->socket_->close(code, why);
    self->reconnect({StatusCode::unavailable, std::string(why), 0, {}}, pause_ms);
  });
}

void ClientConnection::silent() {
  give_up(close_code(wire::CloseReason::idle), "nothing is heard of the server");
}

void ClientConnection::lose(std::uint16_t code, std::string_view why, std::uint32_t pause_ms) {
  give_up(code, why, pause_ms);
}

// --- messages ------------------------------------------------------------------------------------

void ClientConnection::receive(std::span<const std::byte> message) {
  // Whoever is resumed by an answer may give the client up.
  const auto self = shared_from_this();
  const auto received = connection_.receive(message);
  if (received) return finish_when_done();
  if (!closed_) broken(received.error());
}

void ClientConnection::broken(wire::CloseReason reason) {
  const auto self = shared_from_this();
  const std::string words(wire::name(reason));
  socket_->close(close_code(reason), words);
  if (reason == wire::CloseReason::session_lost || reason == wire::CloseReason::superseded) {
    return reconnect({StatusCode::unavailable, "the session was lost: " + words, 0, {}});
  }
  const std::string who(context_->other.name);
  finish({StatusCode::internal, who + " broke the protocol: " + words, 0, {}});
}

void ClientConnection::introduced(const wire::HelloView&, bool resumed) {
  backoff_.reset();
  if (resumed) {
    ++status_.resumed_count;
  } else if (sockets_ > 1) {
    ++status_.lost_count;
  }
  tell_status();
}

void ClientConnection::goaway(const wire::GoawayView&) {
  if (context_->has_one_socket()) return;  // nowhere to go
  if (const auto owner = owner_.lock()) owner->went_away(*this);
}

void ClientConnection::on_wake() {
  if (closed_) return;
  const auto self = shared_from_this();
  connection_.advance();
  finish_when_done();
}

// --- the end -------------------------------------------------------------------------------------

void ClientConnection::close(const Error& error) {
  if (std::exchange(closed_, true)) return;
  const auto self = shared_from_this();
  status_.state = ClientState::closed;
  status_.last_error = error;
  socket_->close(normal_code, "");
  connection_.close(error);
}

void ClientConnection::retire() {
  retired_ = true;
  finish_when_done();
}

void ClientConnection::finish_when_done() {
  if (!closed_ && is_done()) finish({StatusCode::unavailable, "the server went away", 0, {}});
}

void ClientConnection::finish(const Error& why) {
  const auto self = shared_from_this();
  close(why);
  if (const auto owner = owner_.lock()) owner->ended(*this);
}

void ClientConnection::finish_lost(const Error& why) {
  const auto self = shared_from_this();
  connection_.detach();  // calls that left end as lost: they may have run
  if (!closed_) finish(why);
}

void ClientConnection::tell_status() {
  if (const auto owner = owner_.lock()) owner->status_changed(*this);
}

}  // namespace cortado::client
