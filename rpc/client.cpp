// SPDX-License-Identifier: Apache-2.0
#include <cortado/client.hpp>

#include <utility>

#include "rpc/client_state.hpp"

namespace cortado {

Client::Client(std::shared_ptr<State> state) : state_(std::move(state)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&& other) noexcept {
  if (this != &other) {
    close();
    state_ = std::move(other.state_);
  }
  return *this;
}
Client::~Client() { close(); }

Channel& Client::channel() { return *state_; }
bool Client::connected() const { return status().state == ClientState::connected; }
const ClientStatus& Client::status() const { return state_->status(); }
Task<void> Client::changed() { return State::wait_for_change(state_); }
Task<Error> Client::closed() { return State::wait_for_end(state_); }

void Client::close() {
  if (state_ && state_->status().state != ClientState::closed) state_->close();
}

void Client::lose_connection(std::uint32_t pause_ms) { state_->lose_connection(pause_ms); }

}  // namespace cortado
