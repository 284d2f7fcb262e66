// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/app/client_state.hpp"

#include <emscripten/console.h>
#include <emscripten/emscripten.h>

#include <utility>

#include "client-wasm/app/page.hpp"
#include "client-wasm/app/socket_url.hpp"

namespace cortado {
namespace {

// docs/protocol.md, "What closes the connection".
constexpr std::uint16_t close_code_base = 4000;
constexpr std::uint16_t close_code_normal = 1000;
// What the browser says when no close frame came.
constexpr std::uint16_t close_code_lost = 1006;

wire::PeerOptions peer_options(const ConnectOptions& options) {
  wire::PeerOptions peer;
  peer.role = wire::Role::connector;
  peer.payload_size_max = options.payload_size_max;
  return peer;
}

Error closed_error(std::uint16_t code, std::string_view reason) {
  std::string message = "the connection is closed";
  if (code != close_code_lost) message += " (" + std::to_string(code) + ")";
  if (!reason.empty()) (message += ": ") += reason;
  return {StatusCode::unavailable, std::move(message), 0, {}};
}

}  // namespace

Client::State::State(const ConnectOptions& options)
    : connection_(peer_options(options),
                  options.services != nullptr ? *options.services : no_services_, *this,
                  CallerInfo{"server", "websocket"}) {}

Task<Result<void>> Client::State::open(std::shared_ptr<State> self, std::string url,
                                       std::uint32_t timeout_ms) {
  const std::optional<std::string> address = browser::socket_url(url);
  if (!address) {
    co_return std::unexpected(
        Error{StatusCode::invalid_argument, "no address of a server: \"" + url + "\"", 0, {}});
  }
  const std::string subprotocol(wire::subprotocol);
  if (!self->socket_.open(address->c_str(), subprotocol.c_str(), browser::new_socket)) {
    co_return std::unexpected(Error{
        StatusCode::failed_precondition, "the browser refuses a WebSocket to " + *address, 0, {}});
  }
  self->connection_.introduce();
  self->connect_timer_.start(timeout_ms);
  co_await self->opening_.wait();
  self->connect_timer_.stop();
  if (!self->end_) co_return Result<void>{};
  if (self->end_->code != StatusCode::unavailable) co_return std::unexpected(*self->end_);
  co_return std::unexpected(Error{StatusCode::unavailable,
                                  "no WebSocket to " + *address +
                                      ": the server is away, serves no cortado.v1 there, or "
                                      "refuses this page's origin",
                                  0,
                                  {}});
}

Task<Error> Client::State::wait_for_end(std::shared_ptr<State> self) {
  if (!self->end_) co_await self->ending_.wait();
  co_return *self->end_;
}

void Client::State::finish() {
  const auto self = shared_from_this();
  socket_.close(close_code_normal);
  end({StatusCode::cancelled, "the client was closed", 0, {}});
}

void Client::State::on_socket_open() {
  const auto self = shared_from_this();
  send_output();
  opening_.resume_all();
}

void Client::State::on_socket_message(std::span<const std::byte> message) {
  const auto self = shared_from_this();
  if (const auto received = connection_.receive(message); !received) {
    close_because(received.error());
  }
}

void Client::State::on_socket_text() { close_because(wire::CloseReason::bad_frame_type); }

void Client::State::close_because(wire::CloseReason reason) {
  const auto self = shared_from_this();
  const auto code = static_cast<std::uint16_t>(close_code_base + std::to_underlying(reason));
  socket_.close(code);
  end(closed_error(code, wire::name(reason)));
}

void Client::State::on_socket_closed(std::uint16_t code, std::string_view reason) {
  const auto self = shared_from_this();
  end(closed_error(code, reason));
}

void Client::State::end(Error error) {
  if (end_) return;
  end_ = std::move(error);
  wake_timer_.stop();
  connection_.close(*end_);
  opening_.resume_all();
  ending_.resume_all();
}

std::uint64_t Client::State::now_ms() const {
  return static_cast<std::uint64_t>(emscripten_get_now());
}

void Client::State::output_ready() {
  // Whatever the application does in this turn shares a message. The turn's end finds the state by
  // itself: it may be gone by then.
  auto weak = std::make_unique<std::weak_ptr<State>>(weak_from_this());
  browser::at_end_of_turn(
      [](void* context) {
        const std::unique_ptr<std::weak_ptr<State>> owned(
            static_cast<std::weak_ptr<State>*>(context));
        if (const auto self = owned->lock()) self->send_output();
      },
      weak.release());
}

void Client::State::send_output() {
  // Before it is open the frames stay where they are: opening sends them.
  if (!socket_.ready()) return;
  wire::Buffer output = connection_.take_output(std::move(spare_));
  if (!output.empty()) socket_.send(output.content());
  spare_ = std::move(output);
}

void Client::State::wake_at(std::uint64_t deadline_ms) {
  wake_ms_ = deadline_ms;
  // A timer that goes off in vain costs less than setting it anew for each call.
  if (wake_ms_ < armed_ms_) arm_wake_timer();
}

void Client::State::arm_wake_timer() {
  armed_ms_ = wake_ms_;
  const std::uint64_t now = now_ms();
  wake_timer_.start(armed_ms_ > now ? static_cast<double>(armed_ms_ - now) : 0.0);
}

void Client::State::on_wake(void* state) {
  const auto self = static_cast<State*>(state)->shared_from_this();
  self->armed_ms_ = wire::Peer::no_deadline;
  if (self->wake_ms_ <= self->now_ms()) {
    self->wake_ms_ = wire::Peer::no_deadline;
    self->connection_.advance();
  }
  if (!self->end_ && self->wake_ms_ < self->armed_ms_) self->arm_wake_timer();
}

void Client::State::on_connect_timeout(void* state) {
  const auto self = static_cast<State*>(state)->shared_from_this();
  self->socket_.close(close_code_normal);
  self->end({StatusCode::deadline_exceeded, "no connection in time", 0, {}});
}

void Client::State::handler_failed(std::string_view service, std::string_view method,
                                   std::string_view what) {
  const std::string line =
      std::string(service) + "." + std::string(method) + " failed: " + std::string(what);
  emscripten_console_error(line.c_str());
}

}  // namespace cortado
