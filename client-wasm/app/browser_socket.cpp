// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/app/browser_socket.hpp"

namespace cortado::browser {
namespace {

// A browser takes all that it is given, and nobody overtakes what it has taken. So it gets this much,
// and is asked for room again a little later, as it does not say when it has some.
constexpr std::size_t buffered_size_max = 1'048'576;
constexpr double drain_wait_ms = 5;

}  // namespace

BrowserSocket::BrowserSocket(client::ClientHost& host, client::ClientConnection& connection)
    : host_(host), connection_(connection) {}

// --- messages ------------------------------------------------------------------------------------

void BrowserSocket::output_ready() {
  if (!ready()) return;
  // Whatever the application does in this turn shares a message.
  host_.post([this, weak = connection_.weak_from_this()] {
    if (const auto held = weak.lock()) send_output();
  });
}

void BrowserSocket::send_output() {
  while (ready()) {
    if (buffered_size() >= buffered_size_max) return drain_timer_.start(drain_wait_ms);
    const std::span<const std::byte> message = connection_.output();
    if (message.empty()) return;
    send(message);
    connection_.clear_output();
  }
}

void BrowserSocket::on_drain(void* socket) {
  auto& self = *static_cast<BrowserSocket*>(socket);
  const auto held = self.connection_.shared_from_this();
  self.send_output();
}

// --- time ----------------------------------------------------------------------------------------

void BrowserSocket::wake_at(std::uint64_t time_ms) {
  if (wake_time_.set(time_ms)) set_wake_timer();
}

void BrowserSocket::set_wake_timer() {
  const std::uint64_t now = host_.now_ms();
  const std::uint64_t timer_ms = wake_time_.timer_ms();
  wake_timer_.start(timer_ms > now ? static_cast<double>(timer_ms - now) : 0.0);
}

void BrowserSocket::on_wake(void* socket) {
  auto& self = *static_cast<BrowserSocket*>(socket);
  const auto held = self.connection_.shared_from_this();
  if (self.wake_time_.take(self.host_.now_ms())) self.connection_.on_wake();
  if (self.wake_time_.needs_timer()) self.set_wake_timer();
}

}  // namespace cortado::browser
