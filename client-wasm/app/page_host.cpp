// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/app/page_host.hpp"

#include <emscripten/console.h>
#include <emscripten/emscripten.h>

#include <cstdlib>
#include <unistd.h>
#include <utility>

#include "client-wasm/app/page.hpp"
#include "wire/close_code.hpp"

namespace cortado::browser {
namespace {

// A browser takes all that it is given, and nobody overtakes what it has taken. So it gets this much,
// and is asked for room again a little later, as it does not say when it has some.
constexpr std::size_t buffered_size_max = 1'048'576;
constexpr double drain_wait_ms = 5;

// Temporary: the session waits for this page.
constexpr std::uint16_t going_away_code = wire::close_code(wire::CloseReason::going_away);
constexpr std::string_view page_left = "the page was left";
// Until the next attempt, should the page still be there after all. One that is kept has no time.
constexpr std::uint32_t pause_left_ms = 1'000;

}  // namespace

PageHost::PageHost(std::string url, std::uint32_t timeout_ms)
    : url_(std::move(url)), timeout_ms_(timeout_ms) {}

std::uint64_t PageHost::now_ms() const { return static_cast<std::uint64_t>(emscripten_get_now()); }

std::uint64_t PageHost::now_us() const {
  return static_cast<std::uint64_t>(emscripten_get_now() * 1000);
}

void PageHost::fill_with_random(std::span<std::byte> bytes) {
  // Of the browser's own; it fails for more than 256 bytes only.
  if (getentropy(bytes.data(), bytes.size()) != 0) std::abort();
}

void PageHost::post(std::function<void()> task) {
  using Posted = std::function<void()>;
  at_end_of_turn(
      [](void* context) {
        const std::unique_ptr<Posted> posted(static_cast<Posted*>(context));
        (*posted)();
      },
      std::make_unique<Posted>(std::move(task)).release());
}

void PageHost::handler_failed(std::string_view service, std::string_view method,
                              std::string_view what) {
  const std::string line =
      std::string(service) + "." + std::string(method) + " failed: " + std::string(what);
  emscripten_console_error(line.c_str());
}

std::unique_ptr<client::ClientSocket> PageHost::make_socket(client::ClientConnection& connection) {
  return std::make_unique<PageSocket>(*this, connection);
}

PageSocket::PageSocket(PageHost& host, client::ClientConnection& connection)
    : host_(host), connection_(connection) {}

// --- opening and closing -------------------------------------------------------------------------

void PageSocket::open(std::uint32_t delay_ms) {
  if (delay_ms == 0) return open_now();
  retry_timer_.start(delay_ms);
}

void PageSocket::on_retry(void* socket) {
  auto& self = *static_cast<PageSocket*>(socket);
  const auto held = self.connection_.shared_from_this();
  self.open_now();
}

void PageSocket::open_now() {
  was_open_ = false;
  const std::string subprotocol(wire::subprotocol);
  if (socket_.open(host_.url().c_str(), subprotocol.c_str(), new_socket)) {
    return connect_timer_.start(host_.timeout_ms());
  }
  host_.post([this, weak = connection_.weak_from_this()] {
    const auto held = weak.lock();
    if (held) {
      connection_.not_opened(no_socket(StatusCode::failed_precondition, "the browser refuses it"));
    }
  });
}

Error PageSocket::no_socket(StatusCode code, std::string_view why) const {
  return {code, "no WebSocket to " + host_.url() + ": " + std::string(why), 0, {}};
}

void PageSocket::on_connect_timeout(void* socket) {
  auto& self = *static_cast<PageSocket*>(socket);
  const auto held = self.connection_.shared_from_this();
  self.socket_.close(client::normal_code);
  self.connection_.not_opened({StatusCode::deadline_exceeded, "no connection in time", 0, {}});
}

void PageSocket::on_socket_open() {
  const auto held = connection_.shared_from_this();
  connect_timer_.stop();
  was_open_ = true;
  connection_.opened();
}

void PageSocket::on_socket_closed(std::uint16_t code, std::string_view reason) {
  const auto held = connection_.shared_from_this();
  connect_timer_.stop();
  drain_timer_.stop();
  if (was_open_) return connection_.lost({code, reason});
  connection_.not_opened(
      no_socket(StatusCode::unavailable, "no server is there, or it refuses this page's origin"));
}

void PageSocket::close(std::uint16_t code, std::string_view reason) {
  retry_timer_.stop();
  connect_timer_.stop();
  drain_timer_.stop();
  socket_.close(code, std::string(reason).c_str());
}

// --- the page ------------------------------------------------------------------------------------

/// docs/sessions.md, "In a page".
void PageSocket::on_page(PageEvent event, void* socket) {
  auto& self = *static_cast<PageSocket*>(socket);
  const auto held = self.connection_.shared_from_this();
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
  if (!connect_timer_.running()) return connection_.lose(code, why, pause_ms);
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
  const auto held = connection_.shared_from_this();
  connection_.receive(message);
}

void PageSocket::on_socket_text() {
  const auto held = connection_.shared_from_this();
  connection_.broken(wire::CloseReason::bad_frame_type);
}

void PageSocket::output_ready() {
  if (!socket_.ready()) return;
  // Whatever the application does in this turn shares a message.
  host_.post([this, weak = connection_.weak_from_this()] {
    if (const auto held = weak.lock()) send_output();
  });
}

void PageSocket::send_output() {
  while (socket_.ready()) {
    if (socket_.buffered_size() >= buffered_size_max) return drain_timer_.start(drain_wait_ms);
    const std::span<const std::byte> message = connection_.output();
    if (message.empty()) return;
    socket_.send(message);
    connection_.clear_output();
  }
}

void PageSocket::on_drain(void* socket) {
  auto& self = *static_cast<PageSocket*>(socket);
  const auto held = self.connection_.shared_from_this();
  self.send_output();
}

// --- time ----------------------------------------------------------------------------------------

void PageSocket::wake_at(std::uint64_t time_ms) {
  if (wake_time_.set(time_ms)) set_wake_timer();
}

void PageSocket::set_wake_timer() {
  const std::uint64_t now = host_.now_ms();
  const std::uint64_t timer_ms = wake_time_.timer_ms();
  wake_timer_.start(timer_ms > now ? static_cast<double>(timer_ms - now) : 0.0);
}

void PageSocket::on_wake(void* socket) {
  auto& self = *static_cast<PageSocket*>(socket);
  const auto held = self.connection_.shared_from_this();
  if (self.wake_time_.take(self.host_.now_ms())) self.connection_.on_wake();
  if (self.wake_time_.needs_timer()) self.set_wake_timer();
}

}  // namespace cortado::browser
