// SPDX-License-Identifier: Apache-2.0
#include "client-native/client_host.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <utility>

#include "net/random.hpp"
#include "net/use_task.hpp"

namespace cortado::client {

NativeHost::NativeHost(net::Executor executor, WebSocketUrl url, std::uint32_t timeout_ms)
    : executor_(executor), url_(std::move(url)), timeout_ms_(timeout_ms) {}

void NativeHost::fill_with_random(std::span<std::byte> bytes) { net::fill_with_random(bytes); }

void NativeHost::post(std::function<void()> task) { boost::asio::post(executor_, std::move(task)); }

std::unique_ptr<ClientSocket> NativeHost::make_socket(ClientConnection& connection) {
  return std::make_unique<NativeSocket>(*this, connection);
}

Task<Result<OpenSocket>> NativeHost::open_socket() const {
  return client::open_socket(executor_, url_, timeout_ms_);
}

NativeSocket::NativeSocket(const NativeHost& host, ClientConnection& connection)
    : host_(host),
      connection_(connection),
      retry_timer_(host.executor()),
      wake_timer_(host.executor()) {}

NativeSocket::~NativeSocket() { close(normal_code, ""); }

void NativeSocket::open(std::uint32_t delay_ms) {
  link_.reset();
  opening_ = open_later(delay_ms);
  opening_.start();
}

Task<void> NativeSocket::open_later(std::uint32_t delay_ms) {
  if (delay_ms != 0) {
    retry_timer_.expires_after(std::chrono::milliseconds(delay_ms));
    co_await retry_timer_.async_wait(boost::asio::as_tuple(use_task));
  }
  Result<OpenSocket> open = co_await host_.open_socket();
  // Not in here: whoever is resumed by what comes may close the client, and end this task.
  boost::asio::post(host_.executor(),
                    [this, weak = connection_.weak_from_this(), open = std::move(open)]() mutable {
                      if (const auto connection = weak.lock()) opening_ended(std::move(open));
                    });
}

void NativeSocket::opening_ended(Result<OpenSocket> open) {
  if (!opening_.done()) return;  // given up meanwhile
  opening_.reset();
  if (!open) return connection_.not_opened(std::move(open.error()));
  // Held: what comes may be its end.
  const auto link = std::make_shared<ClientLink>(std::move(open->socket), host_.pool(),
                                                 connection_.weak_from_this());
  link_ = link;
  connection_.opened();
  link->start(std::as_bytes(std::span(open->received)));
}

void NativeSocket::output_ready() {
  if (link_) link_->output_ready();
}

void NativeSocket::close(std::uint16_t code, std::string_view reason) {
  opening_.reset();
  if (const auto link = std::exchange(link_, nullptr)) link->leave(code, reason);
}

void NativeSocket::wake_at(std::uint64_t time_ms) {
  wake_timer_.wake_at(connection_.weak_from_this(), time_ms);
}

}  // namespace cortado::client
