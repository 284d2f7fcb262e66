// SPDX-License-Identifier: Apache-2.0
#include "server/http_session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "server/router.hpp"
#include "server/websocket_session.hpp"
#include "server/websocket_upgrade.hpp"

namespace cortado::server {
namespace {

namespace asio = boost::asio;
using net::ErrorCode;

constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable_t<net::Executor>{});

// Small requests arrive in one read; a body comes in larger pieces.
constexpr std::size_t read_size_head = 4 * 1024;
constexpr std::size_t read_size_body = 64 * 1024;
// Answers of pipelined requests leave together up to this.
constexpr std::size_t output_size_flush = 64 * 1024;
constexpr std::size_t file_piece_size = 256 * 1024;
// After an answer that came before the request's end: what is read, and how long, so that the
// client gets to see the answer and not a reset connection.
constexpr std::size_t linger_size_max = 64 * 1024 * 1024;
constexpr std::uint64_t linger_ms_max = 5'000;

std::string address_of(const net::Socket& socket) {
  ErrorCode error;
  const net::Tcp::endpoint endpoint = socket.remote_endpoint(error);
  if (error) return {};
  const std::string address = endpoint.address().to_string();
  const bool v6 = endpoint.address().is_v6();
  return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

}  // namespace

void HttpSession::start(Worker& worker, net::Socket socket, bool full) {
  const auto session = std::make_shared<HttpSession>(worker, std::move(socket), full);
  session->place_ = worker.sessions.add(session);
  asio::co_spawn(worker.executor, session->run(), [session](const std::exception_ptr& failure) {
    session->worker_.sessions.remove(session->place_);
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      session->worker_.site.log.write(LogLevel::error, "session_failed", {{"what", error.what()}});
    }
  });
}

HttpSession::HttpSession(Worker& worker, net::Socket socket, bool full)
    : worker_(worker),
      socket_(std::move(socket)),
      full_(full),
      timer_(worker.executor),
      client_address_(address_of(socket_)),
      phase_since_ms_(net::now_ms()),
      input_(std::max(worker.site.options.header_size_max, read_size_body)) {
  ++worker_.metrics.http_connections;
}

HttpSession::~HttpSession() { --worker_.metrics.http_connections; }

// --- from outside --------------------------------------------------------------------------------

void HttpSession::tick(std::uint64_t now_ms) {
  const ServerOptions& options = worker_.site.options;
  const std::uint64_t elapsed_ms = now_ms - std::min(now_ms, phase_since_ms_);
  const auto over = [elapsed_ms](std::uint64_t limit_ms) {
    return limit_ms != 0 && elapsed_ms >= limit_ms;
  };
  switch (phase_) {
    case Phase::between:
    case Phase::writing:
      if (!over(options.idle_timeout_ms)) return;
      worker_.metrics.limit_hit(Limit::idle_timeout_ms);
      return shut();
    case Phase::head:
      if (!over(options.header_timeout_ms)) return;
      worker_.metrics.limit_hit(Limit::header_timeout_ms);
      break;
    case Phase::body:
      if (!over(options.body_timeout_ms)) return;
      worker_.metrics.limit_hit(Limit::body_timeout_ms);
      break;
    case Phase::busy: return;  // calls have deadlines of their own
    case Phase::lingering:
      if (over(linger_ms_max)) shut();
      return;
  }
  // The read ends, and serve() answers 408.
  timed_out_ = true;
  ErrorCode ignored;
  socket_.cancel(ignored);
}

void HttpSession::drain(std::uint32_t) {
  if (phase_ == Phase::between || phase_ == Phase::lingering) shut();
}

/// Ends every operation under way, and with it the coroutine.
void HttpSession::shut() {
  stopped_ = true;
  ErrorCode ignored;
  socket_.shutdown(net::Socket::shutdown_both, ignored);
  socket_.close(ignored);
  timer_.cancel();
}

void HttpSession::enter(Phase phase) {
  phase_ = phase;
  phase_since_ms_ = net::now_ms();
}

// --- the connection ------------------------------------------------------------------------------

HttpSession::Awaitable<void> HttpSession::run() {
  ErrorCode error;
  socket_.set_option(net::Tcp::no_delay(true), error);
  if (!error) socket_.non_blocking(true, error);
  if (!error) co_await serve();
  if (!stopped_ && socket_.is_open()) shut();
}

HttpSession::Awaitable<void> HttpSession::serve() {
  while (true) {
    const bool read = co_await read_request();
    if (refusal_) {
      refusal_->close = true;
      if (parser_->is_header_done()) finish_response(worker_, request(), *refusal_);
      const bool sent = co_await send(std::move(*refusal_));
      if (sent) co_await linger();
      co_return;
    }
    if (!read) co_return;
    if (wants_websocket(request()) && request().target.path == rpc_path && !full_) {
      co_await upgrade();
      co_return;
    }
    const bool goes_on = co_await answer();
    if (!goes_on) co_return;
    enter(Phase::between);
  }
}

Request HttpSession::request() const {
  const auto& message = parser_->get();
  return {message.method(), split_target(std::string_view(message.target())), message,
          message.body(), client_address_};
}

bool HttpSession::keep_alive() const {
  return parser_->is_done() && parser_->keep_alive() && !worker_.draining && !full_;
}

// --- reading -------------------------------------------------------------------------------------

/// True: parser_ holds a whole request. False: the connection ends, with refusal_ if there is one.
HttpSession::Awaitable<bool> HttpSession::read_request() {
  parser_.emplace();
  parser_->eager(true);
  parser_->header_limit(static_cast<std::uint32_t>(worker_.site.options.header_size_max));
  parser_->body_limit(worker_.site.options.body_size_max);
  head_checked_ = false;
  while (true) {
    if (input_.size() > 0) {
      if (phase_ == Phase::between) enter(Phase::head);
      if (!parse()) co_return false;
      if (parser_->is_done()) co_return true;
    }
    // One write for all answers of a read.
    const bool flushed = co_await flush();
    if (!flushed) co_return false;
    const bool more = co_await read_more();
    if (!more) co_return false;
  }
}

/// Feeds input_ to the parser; false: refusal_ says what is wrong.
bool HttpSession::parse() {
  while (input_.size() > 0 && !parser_->is_done()) {
    ErrorCode error;
    const std::size_t size = parser_->put(input_.data(), error);
    input_.consume(size);
    if (error && error != http::error::need_more) {
      refuse_broken_request(error);
      return false;
    }
    if (!head_checked_ && parser_->is_header_done() && !check_head()) return false;
    if (size == 0) return true;
  }
  return true;
}

/// The head has come.
bool HttpSession::check_head() {
  head_checked_ = true;
  const Request head = request();
  if (full_) {
    worker_.metrics.limit_hit(Limit::connections_max);
    refusal_ = refusal(head, 503,
                       {StatusCode::unavailable,
                        "the server has as many connections as it takes (connections_max)", 1'000, {}});
    refusal_->set("Retry-After", "1");
    return false;
  }
  if (!wants_websocket(head)) refusal_ = refuse_early(worker_, head);
  if (refusal_) return false;
  if (parser_->is_done()) return true;
  enter(Phase::body);
  if (boost::beast::iequals(head.header(http::field::expect), "100-continue")) {
    output_ += "HTTP/1.1 100 Continue\r\n\r\n";
  }
  return true;
}

void HttpSession::refuse_broken_request(ErrorCode error) {
  const ServerOptions& options = worker_.site.options;
  unsigned status = 400;
  Error said{StatusCode::invalid_argument, "this is no HTTP request: " + error.message(), 0, {}};
  if (error == http::error::header_limit) {
    worker_.metrics.limit_hit(Limit::header_size_max);
    status = 431;
    said = {StatusCode::resource_exhausted,
            "the request's head is larger than " + std::to_string(options.header_size_max) +
                " bytes (header_size_max)", 0, {}};
  } else if (error == http::error::body_limit) {
    worker_.metrics.limit_hit(Limit::body_size_max);
    status = 413;
    said = {StatusCode::resource_exhausted,
            "the body is larger than " + std::to_string(options.body_size_max) +
                " bytes (body_size_max)", 0, {}};
  }
  refusal_ = refusal(request(), status, said);
}

HttpSession::Awaitable<bool> HttpSession::read_more() {
  const std::size_t wanted = phase_ == Phase::body ? read_size_body : read_size_head;
  const std::size_t size = std::min(wanted, input_.max_size() - input_.size());
  const auto [error, read] =
      co_await socket_.async_read_some(input_.prepare(size), use_tuple);
  worker_.metrics.http_bytes_received += read;
  input_.commit(read);
  if (timed_out_ && !stopped_) {
    const bool in_body = phase_ == Phase::body;
    refusal_ = refusal(request(), 408,
                       {StatusCode::deadline_exceeded,
                        in_body ? "the body did not come in time (body_timeout_ms)"
                                : "the request's head did not come in time (header_timeout_ms)", 0, {}});
    co_return false;
  }
  co_return !error;
}

// --- answering -----------------------------------------------------------------------------------

/// True: the next request may come.
HttpSession::Awaitable<bool> HttpSession::answer() {
  enter(Phase::busy);
  const Request asked = request();
  Routed routed = route(worker_, asked, [this] { timer_.cancel(); });
  if (auto* const exchange = std::get_if<std::unique_ptr<Exchange>>(&routed)) {
    if (!(*exchange)->done()) {
      const bool done = co_await wait_for(**exchange);
      if (!done) co_return false;
    }
    Response made = (*exchange)->take();
    routed = std::move(made);
  }
  Response response = std::get<Response>(std::move(routed));
  finish_response(worker_, asked, response);
  const bool sent = co_await send(std::move(response));
  co_return sent;
}

/// False: the client is gone.
HttpSession::Awaitable<bool> HttpSession::wait_for(Exchange& exchange) {
  const bool flushed = co_await flush();
  if (!flushed) co_return false;
  while (!exchange.done() && !stopped_) {
    const std::uint64_t deadline_ms = exchange.next_deadline_ms();
    timer_.expires_at(deadline_ms == Exchange::no_deadline ? net::Clock::time_point::max()
                                                           : net::time_point(deadline_ms));
    if (input_.size() < input_.max_size()) {
      const auto room = input_.prepare(std::min(read_size_head, input_.max_size() - input_.size()));
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

HttpSession::Awaitable<bool> HttpSession::send(Response response) {
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

HttpSession::Awaitable<bool> HttpSession::send_file(const FileRange& range) {
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

HttpSession::Awaitable<bool> HttpSession::flush() {
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

// --- the end -------------------------------------------------------------------------------------

HttpSession::Awaitable<void> HttpSession::upgrade() {
  std::expected<std::string, Response> accepted =
      accept_websocket(worker_.site.origins, request());
  if (!accepted || worker_.draining) {
    Response refused = accepted ? refusal(request(), 503, {StatusCode::unavailable,
                                                           "the server stops", 0, {}})
                                : std::move(accepted.error());
    refused.close = true;
    const bool sent = co_await send(std::move(refused));
    if (sent) co_await linger();
    co_return;
  }
  worker_.metrics.http_answered(101);
  output_ += *accepted;
  const bool flushed = co_await flush();
  if (!flushed) co_return;
  const auto rest = input_.data();
  WebSocketSession::start(worker_, std::move(socket_), client_address_,
                          {static_cast<const std::byte*>(rest.data()), rest.size()});
}

HttpSession::Awaitable<void> HttpSession::linger() {
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
