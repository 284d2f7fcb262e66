// SPDX-License-Identifier: Apache-2.0
#include "server/shutdown.hpp"

#include <chrono>
#include <utility>

namespace cortado::server {
namespace {

// For close frames to be answered.
constexpr std::chrono::milliseconds closing_time{1'000};

}  // namespace

Shutdown::Shutdown(Worker& worker, Listener& listener, std::function<void()> on_done)
    : worker_(worker), listener_(listener), on_done_(std::move(on_done)), timer_(worker.executor) {}

void Shutdown::begin(std::uint32_t grace_ms) {
  if (begun_) return end_grace();
  begun_ = true;
  worker_.draining = true;
  worker_.site.log.write(LogLevel::info, "stopping",
                         {{"connections", std::to_string(worker_.sockets.size())},
                          {"grace_ms", std::to_string(grace_ms)}});
  listener_.close();
  worker_.sockets.on_empty([this] { finish(); });
  worker_.sessions.end_away();
  worker_.sockets.for_each([grace_ms](ServedSocket& socket) { socket.drain(grace_ms); });
  if (worker_.sockets.size() == 0) return finish();
  timer_.expires_after(std::chrono::milliseconds(grace_ms));
  timer_.async_wait([this](net::ErrorCode stopped) {
    if (!stopped) end_grace();
  });
}

void Shutdown::end_grace() {
  if (done_) return;
  worker_.sockets.for_each([](ServedSocket& socket) { socket.stop(); });
  timer_.expires_after(closing_time);
  timer_.async_wait([this](net::ErrorCode stopped) {
    if (!stopped) finish();
  });
}

void Shutdown::finish() {
  if (std::exchange(done_, true)) return;
  timer_.cancel();
  on_done_();
}

}  // namespace cortado::server
