// SPDX-License-Identifier: Apache-2.0
#include "server/lane.hpp"

#include <utility>

#include "server/client_session.hpp"
#include "server/frame_socket.hpp"

namespace cortado::server {

Lane::Lane(FrameSocket& socket, std::uint32_t number) : socket_(socket), number_(number) {}

Lane::~Lane() = default;

void Lane::receive(std::span<const std::byte> message) {
  if (!session_ && (message.empty() || !open_session(message))) return;
  const std::shared_ptr<ClientSession> session = session_;
  session->receive(message);
}

bool Lane::open_session(std::span<const std::byte> message) {
  const auto hello = wire::Session::read_hello_of(message);
  if (!hello) {
    socket_.end_lane(*this, hello.error(), wire::name(hello.error()));
    return false;
  }
  session_ = socket_.worker().sessions.open(*hello, socket_.client_address());
  if (!session_) {
    constexpr auto superseded = wire::CloseReason::superseded;
    socket_.end_lane(*this, superseded, wire::name(superseded));
    return false;
  }
  session_->attach(*this);
  return true;
}

void Lane::progress() {
  if (session_) session_->receive({});
}

std::span<const std::byte> Lane::output() {
  return session_ ? session_->output() : std::span<const std::byte>{};
}

void Lane::clear_output() {
  if (session_) session_->clear_output();
}

void Lane::detach(bool is_done) {
  if (const auto session = std::exchange(session_, nullptr)) session->detach(is_done);
}

void Lane::output_ready() { socket_.lane_ready(*this); }

void Lane::leave_session(wire::CloseReason reason, std::string_view words) {
  session_ = nullptr;
  socket_.end_lane(*this, reason, words);
}

void Lane::close_when_drained() { socket_.close_when_drained(); }

}  // namespace cortado::server
