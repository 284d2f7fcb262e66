// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/app/page_host.hpp"

#include <utility>

#include "wire/close_code.hpp"

namespace cortado::browser {
namespace {

// Temporary: the session waits for this page.
constexpr std::uint16_t going_away_code = wire::close_code(wire::CloseReason::going_away);
constexpr std::string_view page_left = "the page was left";
// Until the next attempt, should the page still be there after all. One that is kept has no time.
constexpr std::uint32_t pause_left_ms = 1'000;

}  // namespace

PageHost::PageHost(std::string url, std::uint32_t timeout_ms)
    : url_(std::move(url)), timeout_ms_(timeout_ms) {}

std::unique_ptr<client::ClientSocket> PageHost::make_socket(client::ClientConnection& connection) {
  return std::make_unique<PageSocket>(*this, connection);
}

PageSocket::PageSocket(PageHost& host, client::ClientConnection& connection)
    : BrowserSocket(host, connection), host_(host) {}

// --- opening and closing -------------------------------------------------------------------------

void PageSocket::open(std::uint32_t delay_ms) {
  if (delay_ms == 0) return open_now();
  retry_timer_.start(delay_ms);
}

void PageSocket::on_retry(void* socket) {
  auto& self = *static_cast<PageSocket*>(socket);
  const auto held = self.connection().shared_from_this();
  self.open_now();
}

void PageSocket::open_now() {
  was_open_ = false;
  const std::string subprotocol(wire::subprotocol);
  if (socket_.open(host_.url().c_str(), subprotocol.c_str(), new_socket)) {
    return connect_timer_.start(host_.timeout_ms());
  }
  host_.post([this, weak = connection().weak_from_this()] {
    const auto held = weak.lock();
    if (held) {
      connection().not_opened(no_socket(StatusCode::failed_precondition, "the browser refuses it"));
    }
  });
}

Error PageSocket::no_socket(StatusCode code, std::string_view why) const {
  return {code, "no WebSocket to " + host_.url() + ": " + std::string(why), 0, {}};
}

void PageSocket::on_connect_timeout(void* socket) {
  auto& self = *static_cast<PageSocket*>(socket);
  const auto held = self.connection().shared_from_this();
  self.socket_.close(client::normal_code);
  self.connection().not_opened({StatusCode::deadline_exceeded, "no connection in time", 0, {}});
}

void PageSocket::on_socket_open() {
  const auto held = connection().shared_from_this();
  connect_timer_.stop();
  was_open_ = true;
  connection().opened();
}

void PageSocket::on_socket_closed(std::uint16_t code, std::string_view reason) {
  const auto held = connection().shared_from_this();
  connect_timer_.stop();
  stop_draining();
  if (was_open_) return connection().lost({code, reason});
  connection().not_opened(
      no_socket(StatusCode::unavailable, "no server is there, or it refuses this page's origin"));
}

void PageSocket::close(std::uint16_t code, std::string_view reason) {
  retry_timer_.stop();
  connect_timer_.stop();
  stop_draining();
  socket_.close(code, std::string(reason).c_str());
}

// --- the page ------------------------------------------------------------------------------------

/// docs/sessions.md, "In a page".
void PageSocket::on_page(PageEvent event, void* socket) {
  auto& self = *static_cast<PageSocket*>(socket);
  const auto held = self.connection().shared_from_this();
  switch (event) {
    case PageEvent::left: return self.leave(client::normal_code, page_left, pause_left_ms);
    case PageEvent::kept: return self.leave(going_away_code, page_left, pause_left_ms);
    case PageEvent::shown: return self.hurry();
    case PageEvent::offline: self.was_offline_ = true; return;
    case PageEvent::online:
      // A socket of the network that went may look alive for minutes.
      if (std::exchange(self.was_offline_, false)) {
        self.leave(going_away_code, "the network went away", 0);
      }
      return self.hurry();
  }
}

/// A page with a socket, or one on its way, is not kept for the way back.
void PageSocket::leave(std::uint16_t code, std::string_view why, std::uint32_t pause_ms) {
  if (!connect_timer_.running()) return connection().lose(code, why, pause_ms);
  connect_timer_.stop();
  socket_.close(code);
  retry_timer_.start(pause_ms);
}

/// What is left of the wait would be lost time.
void PageSocket::hurry() {
  if (!retry_timer_.running()) return;
  retry_timer_.stop();
  open_now();
}

// --- messages ------------------------------------------------------------------------------------

void PageSocket::on_socket_message(std::span<const std::byte> message) {
  const auto held = connection().shared_from_this();
  connection().receive(message);
}

void PageSocket::on_socket_text() {
  const auto held = connection().shared_from_this();
  connection().broken(wire::CloseReason::bad_frame_type);
}

}  // namespace cortado::browser
