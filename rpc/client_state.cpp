// SPDX-License-Identifier: Apache-2.0
#include "rpc/client_state.hpp"

#include <string>
#include <utility>

namespace cortado {

Client::State::State(std::unique_ptr<client::ClientHost> host, const ConnectOptions& options)
    : context_(std::make_shared<client::ClientContext>(std::move(host), options)) {
  status_.state = ClientState::reconnecting;
}

void Client::State::open() {
  current_ = make_connection();
  current_->open();
}

Task<Result<Client>> Client::State::connect(std::shared_ptr<State> self) {
  self->open();
  while (self->status_.state == ClientState::reconnecting && self->status_.failed_attempts == 0) {
    co_await self->changed_.wait();
  }
  if (self->status_.state == ClientState::connected) co_return Client(self);
  Error why = self->status_.last_error;
  self->close();
  co_return std::unexpected(std::move(why));
}

Client::State::Connected Client::State::make_connection() {
  return std::make_shared<client::ClientConnection>(context_, weak_from_this());
}

// --- calls ---------------------------------------------------------------------------------------

std::optional<Error> Client::State::refusal() const {
  const std::size_t waiting = current_->connection().session()->backlog_size();
  if (waiting <= context_->options.backlog_size_max) return std::nullopt;
  const std::string who(context_->other.name);
  return Error{
      StatusCode::resource_exhausted, "too much waits for " + who + " (backlog_size_max)", 0, {}};
}

Task<Result<ReceivedMessage>> Client::State::call(const MethodId& method,
                                                  capnp::MessageBuilder& params,
                                                  const CallOptions& options) {
  if (auto error = refusal()) co_return std::unexpected(std::move(*error));
  // Held, so that it lives until the call has ended, also when another takes its place.
  const Connected connection = current_;
  co_return co_await connection->connection().call(method, params, options);
}

std::unique_ptr<StreamCall> Client::State::open(const MethodId& method,
                                                capnp::MessageBuilder* params,
                                                const CallOptions& options) {
  if (auto error = refusal()) return std::make_unique<StreamCall>(std::move(*error));
  return current_->connection().open(method, params, options);
}

// --- what connections say ------------------------------------------------------------------------

void Client::State::status_changed(client::ClientConnection& connection) {
  if (&connection == current_.get()) tell_status();
}

void Client::State::tell_status() {
  status_ = current_->status();
  status_.resumed_count += resumed_before_;
  status_.lost_count += lost_before_;
  // Whoever waits may close the client, which nobody must do from inside a connection.
  if (std::exchange(change_is_posted_, true)) return;
  context_->host->post([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->change_is_posted_ = false;
    self->changed_.resume_all();
  });
}

void Client::State::went_away(client::ClientConnection& connection) {
  if (&connection != current_.get() || status_.state == ClientState::closed) return;
  resumed_before_ += connection.status().resumed_count;
  lost_before_ += connection.status().lost_count;
  const Connected left = std::exchange(current_, make_connection());
  leaving_.push_back(left);
  current_->open_later();
  tell_status();
  // It must not end from inside of itself.
  context_->host->post([left] { left->retire(); });
}

void Client::State::ended(client::ClientConnection& connection) {
  if (&connection == current_.get()) return tell_status();
  std::erase_if(leaving_, [&](const Connected& leaving) { return leaving.get() == &connection; });
}

// --- the end -------------------------------------------------------------------------------------

void Client::State::close() {
  const Error error{StatusCode::cancelled, "the client was closed", 0, {}};
  // Held: whoever is resumed may drop the client.
  const auto self = shared_from_this();
  current_->close(error);
  for (const Connected& leaving : std::exchange(leaving_, {})) leaving->close(error);
  tell_status();
}

void Client::State::lose_connection(std::uint32_t pause_ms) {
  // An application's: to the server it is like no word at all, so the session waits.
  constexpr std::uint16_t lost_on_purpose_code = 3000;
  current_->lose(lost_on_purpose_code, "the connection was lost on purpose", pause_ms);
}

Task<void> Client::State::wait_for_change(std::shared_ptr<State> self) {
  if (self->status_.state != ClientState::closed) co_await self->changed_.wait();
}

Task<Error> Client::State::wait_for_end(std::shared_ptr<State> self) {
  while (self->status_.state != ClientState::closed) co_await self->changed_.wait();
  co_return self->status_.last_error;
}

}  // namespace cortado
