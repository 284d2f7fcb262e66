// SPDX-License-Identifier: Apache-2.0
// How an HTTP connection is answered. How it reads: http_socket.cpp.
#include <boost/asio/buffer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include <algorithm>
#include <span>
#include <utility>
#include <variant>

#include "server/frame_socket.hpp"
#include "server/http_socket.hpp"
#include "server/router.hpp"
#include "server/websocket_upgrade.hpp"

namespace cortado::server {
namespace {

namespace asio = boost::asio;
using net::ErrorCode;

constexpr std::size_t read_size = 4 * 1024;
// Answers of pipelined requests leave together up to this.
constexpr std::size_t output_size_flush = 64 * 1024;
constexpr std::size_t file_piece_size = 256 * 1024;
// After an answer that came before the request's end so much is read, so that the client gets to
// see the answer and not a reset connection.
constexpr std::size_t linger_size_max = 64 * 1024 * 1024;

}  // namespace

/// True: the next request may come.
HttpSocket::Awaitable<bool> HttpSocket::answer() {
  enter(Phase::busy);
  const Request asked = request();
  Routed routed = route(worker_, asked, [this] { timer_.cancel(); });
  if (auto* const exchange = std::get_if<std::unique_ptr<Exchange>>(&routed)) {
    const bool streams = (*exchange)->streams();
    if (!streams && !(*exchange)->done()) {
      const bool done = co_await wait_for(**exchange);
      if (!done) co_return false;
    }
    Response made = (*exchange)->take();
    if (streams) {
      finish_response(worker_, asked, made);
      const bool goes_on = co_await send_stream(**exchange, std::move(made));
      co_return goes_on;
    }
    routed = std::move(made);
  }
  Response response = std::get<Response>(std::move(routed));
  finish_response(worker_, asked, response);
  const bool sent = co_await send(std::move(response));
  co_return sent;
}

/// Until the answer is done, or there is something of it to be sent. False: the client is gone.
HttpSocket::Awaitable<bool> HttpSocket::wait_for(Exchange& exchange) {
  const bool flushed = co_await flush();
  if (!flushed) co_return false;
  while (!exchange.done() && !exchange.has_body() && !stopped_) {
    const std::uint64_t deadline_ms = exchange.next_deadline_ms();
    timer_.expires_at(deadline_ms == Exchange::no_deadline ? net::Clock::time_point::max()
                                                           : net::time_point(deadline_ms));
    if (input_.size() < input_.max_size()) {
      const auto room = input_.prepare(std::min(read_size, input_.max_size() - input_.size()));
      auto operations = asio::experimental::make_parallel_group(
          timer_.async_wait(asio::deferred), socket_.async_read_some(room, asio::deferred));
      const auto [order, timer_error, read_error, size] = co_await operations.async_wait(
          asio::experimental::wait_for_one(), asio::use_awaitable_t<net::Executor>{});
      worker_.metrics.http_bytes_received += size;
      input_.commit(size);
      if (read_error && read_error != asio::error::operation_aborted) co_return false;
    } else {
      // It has sent more requests than we keep: whether it leaves is seen when they are read.
      co_await timer_.async_wait(use_tuple);
    }
    exchange.advance(net::now_ms());
  }
  co_return !stopped_;
}

HttpSocket::Awaitable<bool> HttpSocket::send(Response response) {
  worker_.metrics.http_answered(response.status);
  const bool goes_on = keep_alive() && !response.close;
  const bool head_only = parser_->get().method() == http::verb::head;
  append_head(output_, response, goes_on);
  if (!head_only && response.file) {
    const bool sent = co_await send_file(*response.file);
    if (!sent) co_return false;
  } else if (!head_only) {
    output_ += response.body;
  }
  if (goes_on && input_.size() > 0 && output_.size() < output_size_flush) co_return true;
  const bool flushed = co_await flush();
  co_return flushed && (goes_on || response.close);
}

/// One chunk for all that was made in a turn. What is made waits for the socket, and with it whoever
/// makes it.
HttpSocket::Awaitable<bool> HttpSocket::send_stream(Exchange& exchange, Response head) {
  worker_.metrics.http_answered(head.status);
  const bool is_chunked = keep_alive() && parser_->get().version() == 11;
  append_head(output_, head, is_chunked);
  std::string piece;
  while (true) {
    piece.clear();
    exchange.take_body(piece);
    if (is_chunked && !piece.empty()) append_chunk(output_, piece);
    if (!is_chunked) output_ += piece;
    const bool flushed = co_await flush();
    if (!flushed || stopped_) co_return false;
    exchange.body_sent();
    exchange.advance(net::now_ms());
    if (exchange.has_body()) continue;
    if (exchange.done()) break;
    const bool waited = co_await wait_for(exchange);
    if (!waited) co_return false;
  }
  if (!is_chunked) co_return false;
  append_chunk(output_, {});
  const bool flushed = co_await flush();
  co_return flushed && !worker_.draining;
}

HttpSocket::Awaitable<bool> HttpSocket::send_file(const FileRange& range) {
  std::uint64_t done = 0;
  while (done < range.size) {
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(file_piece_size, range.size - done));
    const std::size_t start = output_.size();
    output_.resize(start + size);
    const std::size_t read =
        range.file.read(range.offset + done, std::span(output_).subspan(start, size));
    if (read < size) co_return false;  // it became shorter: what was announced cannot be kept
    done += size;
    if (done == range.size) break;  // the last piece leaves with what follows
    const bool flushed = co_await flush();
    if (!flushed) co_return false;
  }
  co_return true;
}

HttpSocket::Awaitable<bool> HttpSocket::flush() {
  if (output_.empty()) co_return true;
  // The socket nearly always takes it all at once.
  ErrorCode error;
  std::size_t done = socket_.write_some(asio::buffer(output_), error);
  if (error == asio::error::would_block) error.clear();
  worker_.metrics.http_bytes_sent += done;
  while (!error && done < output_.size()) {
    const Phase before = std::exchange(phase_, Phase::writing);
    phase_since_ms_ = net::now_ms();
    const auto [failure, size] =
        co_await socket_.async_write_some(asio::buffer(output_) + done, use_tuple);
    enter(before);
    worker_.metrics.http_bytes_sent += size;
    done += size;
    error = failure;
  }
  output_.clear();
  if (output_.capacity() > file_piece_size * 2) output_.shrink_to_fit();
  co_return !error;
}

HttpSocket::Awaitable<void> HttpSocket::upgrade() {
  std::expected<AcceptedWebSocket, Response> accepted =
      accept_websocket(worker_.site.origins, request(), worker_.site.options.lanes_max != 0);
  if (!accepted || worker_.draining) {
    Response refused = accepted
                           ? refusal(request(), 503, {StatusCode::unavailable, "the server stops"})
                           : std::move(accepted.error());
    refused.close = true;
    const bool sent = co_await send(std::move(refused));
    if (sent) co_await linger();
    co_return;
  }
  worker_.metrics.http_answered(101);
  output_ += accepted->answer;
  const bool flushed = co_await flush();
  if (!flushed) co_return;
  const auto rest = input_.data();
  FrameSocket::start(worker_, std::move(socket_), client_address_, accepted->has_lanes,
                     {static_cast<const std::byte*>(rest.data()), rest.size()});
}

HttpSocket::Awaitable<void> HttpSocket::linger() {
  enter(Phase::lingering);
  ErrorCode ignored;
  socket_.shutdown(net::Socket::shutdown_send, ignored);
  std::size_t discarded = 0;
  while (discarded < linger_size_max) {
    const std::span<std::byte> scratch = worker_.links.scratch();
    const auto [error, size] =
        co_await socket_.async_read_some(asio::buffer(scratch.data(), scratch.size()), use_tuple);
    if (error) co_return;
    discarded += size;
  }
}

}  // namespace cortado::server
