// SPDX-License-Identifier: Apache-2.0
#include "client-native/open_socket.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "client-native/handshake.hpp"
#include "net/use_task.hpp"
#include "net/websocket_key.hpp"

namespace cortado::client {
namespace {

namespace asio = boost::asio;
using Resolver = asio::ip::basic_resolver<net::Tcp, net::Executor>;

constexpr auto use_tuple = asio::as_tuple(use_task);

/// What an attempt consists of. When the time is over all of it is ended, whatever it waits for.
class Attempt {
 public:
  Attempt(net::Executor executor, std::uint32_t timeout_ms)
      : resolver(executor), socket(executor), timer_(executor) {
    timer_.expires_after(std::chrono::milliseconds(timeout_ms));
  }

  static void watch(const std::shared_ptr<Attempt>& attempt) {
    attempt->timer_.async_wait([attempt](net::ErrorCode stopped) {
      if (!stopped) attempt->expire();
    });
  }
  void succeed() { timer_.cancel(); }

  [[nodiscard]] Error failure(std::string_view doing, net::ErrorCode error) const {
    if (expired_) return {StatusCode::deadline_exceeded, "no connection in time"};
    return {StatusCode::unavailable, std::string(doing) + ": " + error.message()};
  }

  Resolver resolver;
  net::Socket socket;

 private:
  void expire() {
    expired_ = true;
    resolver.cancel();
    net::ErrorCode ignored;
    socket.close(ignored);
  }

  net::Timer timer_;
  bool expired_ = false;
};

/// Stops the timer when the task that connects ends, however it does.
class AttemptEnd {
 public:
  explicit AttemptEnd(Attempt& attempt) : attempt_(attempt) {}
  AttemptEnd(const AttemptEnd&) = delete;
  AttemptEnd& operator=(const AttemptEnd&) = delete;
  ~AttemptEnd() { attempt_.succeed(); }

 private:
  Attempt& attempt_;
};

/// Gives what came behind the server's answer.
Task<Result<std::string>> shake_hands(Attempt& attempt, const WebSocketUrl& url) {
  const std::string key = net::new_websocket_key();
  const std::string request = handshake_request(url, key);
  const auto [write_error, written] =
      co_await asio::async_write(attempt.socket, asio::buffer(request), use_tuple);
  if (write_error) co_return std::unexpected(attempt.failure("cannot send", write_error));

  std::string received;
  std::array<char, 1024> piece{};
  while (received.size() <= handshake_size_max) {
    const auto [read_error, size] =
        co_await attempt.socket.async_read_some(asio::buffer(piece), use_tuple);
    if (read_error) {
      co_return std::unexpected(attempt.failure("the server closed the connection", read_error));
    }
    received.append(piece.data(), size);
    Result<std::optional<std::size_t>> answer = read_handshake(received, key);
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    if (*answer) co_return received.substr(**answer);
  }
  co_return std::unexpected(
      Error{StatusCode::failed_precondition, "the server's answer is longer than a handshake's"});
}

}  // namespace

Task<Result<OpenSocket>> open_socket(net::Executor executor, const WebSocketUrl& url,
                                     std::uint32_t timeout_ms) {
  const auto attempt = std::make_shared<Attempt>(executor, timeout_ms);
  Attempt::watch(attempt);
  const AttemptEnd end(*attempt);

  const auto [resolve_error, endpoints] =
      co_await attempt->resolver.async_resolve(url.host, url.port, use_tuple);
  if (resolve_error) {
    co_return std::unexpected(attempt->failure("cannot find " + url.host, resolve_error));
  }
  const auto [connect_error, endpoint] =
      co_await asio::async_connect(attempt->socket, endpoints, use_tuple);
  if (connect_error) {
    co_return std::unexpected(
        attempt->failure("cannot connect to " + url.authority, connect_error));
  }
  Result<std::string> rest = co_await shake_hands(*attempt, url);
  if (!rest) co_return std::unexpected(std::move(rest.error()));
  co_return OpenSocket{std::move(attempt->socket), std::move(*rest)};
}

}  // namespace cortado::client
