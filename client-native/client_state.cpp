// SPDX-License-Identifier: Apache-2.0
#include "client-native/client_state.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>

#include <utility>

#include "net/use_task.hpp"

namespace cortado {

Client::State::State(net::Executor executor, client::WebSocketUrl url,
                     const ConnectOptions& options)
    : context_(std::make_shared<client::ClientContext>(executor, std::move(url), options)),
      changed_(executor, net::Clock::time_point::max()) {}

void Client::State::begin(client::OpenSocket open) {
  current_ = make_connection();
  current_->attach(std::move(open));
}

Client::State::Connected Client::State::make_connection() {
  return std::make_shared<client::ClientConnection>(context_, weak_from_this());
}

// --- calls ---------------------------------------------------------------------------------------

std::optional<Error> Client::State::refusal() const {
  const std::size_t waiting = current_->connection().session()->backlog_size();
  if (waiting <= context_->options.backlog_size_max) return std::nullopt;
  return Error{StatusCode::resource_exhausted,
               "too much waits for the server (ConnectOptions::backlog_size_max)",
               0,
               {}};
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
  changed_.cancel();
}

void Client::State::went_away(client::ClientConnection& connection) {
  if (&connection != current_.get() || status_.state == ClientState::closed) return;
  resumed_before_ += connection.status().resumed_count;
  lost_before_ += connection.status().lost_count;
  const Connected left = std::exchange(current_, make_connection());
  leaving_.push_back(left);
  current_->retry();
  tell_status();
  // It must not end from inside of itself.
  boost::asio::post(context_->executor, [left] { left->retire(); });
}

void Client::State::ended(client::ClientConnection& connection) {
  if (&connection == current_.get()) return tell_status();
  std::erase_if(leaving_, [&](const Connected& leaving) { return leaving.get() == &connection; });
}

// --- the end -------------------------------------------------------------------------------------

void Client::State::close() {
  const Error error{StatusCode::cancelled, "the client was closed", 0, {}};
  current_->close(error);
  for (const Connected& leaving : std::exchange(leaving_, {})) leaving->close(error);
  tell_status();
}

Task<void> Client::State::wait_for_change(std::shared_ptr<State> self) {
  if (self->status_.state == ClientState::closed) co_return;
  co_await self->changed_.async_wait(boost::asio::as_tuple(use_task));
}

Task<Error> Client::State::wait_for_end(std::shared_ptr<State> self) {
  while (self->status_.state != ClientState::closed) {
    co_await self->changed_.async_wait(boost::asio::as_tuple(use_task));
  }
  co_return self->status_.last_error;
}

}  // namespace cortado
