// SPDX-License-Identifier: Apache-2.0
// The life of a connection, its time limits, and how requests are read. How they are answered:
// http_socket_answer.cpp.
#include "server/http_socket.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <utility>

#include "server/router.hpp"
#include "server/websocket_upgrade.hpp"

namespace cortado::server {
namespace {

namespace asio = boost::asio;
using net::ErrorCode;

// Small requests arrive in one read; a body comes in larger pieces.
constexpr std::size_t read_size_head = 4 * 1024;
constexpr std::size_t read_size_body = 64 * 1024;
// How long a client gets to read an answer that came before the end of its request.
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

void HttpSocket::start(Worker& worker, net::Socket socket, bool full) {
  const auto served = std::make_shared<HttpSocket>(worker, std::move(socket), full);
  served->place_ = worker.sockets.add(served);
  if (worker.site.log.takes(LogLevel::debug)) {
    worker.site.log.write(LogLevel::debug, "connected", {{"client", served->client_address_}});
  }
  asio::co_spawn(worker.executor, served->run(), [served](const std::exception_ptr& failure) {
    served->worker_.sockets.remove(served->place_);
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      served->worker_.site.log.write(LogLevel::error, "socket_failed", {{"what", error.what()}});
    }
  });
}

HttpSocket::HttpSocket(Worker& worker, net::Socket socket, bool full)
    : worker_(worker),
      socket_(std::move(socket)),
      full_(full),
      timer_(worker.executor),
      client_address_(address_of(socket_)),
      phase_since_ms_(net::now_ms()),
      input_(std::max(worker.site.options.header_size_max, read_size_body)) {
  ++worker_.metrics.http_connections;
}

HttpSocket::~HttpSocket() { --worker_.metrics.http_connections; }

// --- from outside --------------------------------------------------------------------------------

void HttpSocket::tick(std::uint64_t now_ms) {
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
    case Phase::fresh:
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

void HttpSocket::drain(std::uint32_t) {
  if (phase_ == Phase::fresh || phase_ == Phase::between || phase_ == Phase::lingering) shut();
}

/// Ends every operation under way, and with it the coroutine.
void HttpSocket::shut() {
  stopped_ = true;
  ErrorCode ignored;
  socket_.shutdown(net::Socket::shutdown_both, ignored);
  socket_.close(ignored);
  timer_.cancel();
}

void HttpSocket::enter(Phase phase) {
  phase_ = phase;
  phase_since_ms_ = net::now_ms();
}

// --- the connection ------------------------------------------------------------------------------

HttpSocket::Awaitable<void> HttpSocket::run() {
  ErrorCode error;
  socket_.set_option(net::Tcp::no_delay(true), error);
  if (!error) socket_.non_blocking(true, error);
  if (!error) co_await serve();
  if (!stopped_ && socket_.is_open()) shut();
}

HttpSocket::Awaitable<void> HttpSocket::serve() {
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

Request HttpSocket::request() const {
  const auto& message = parser_->get();
  return {message.method(), split_target(std::string_view(message.target())), message,
          message.body(), client_address_};
}

bool HttpSocket::keep_alive() const {
  return parser_->is_done() && parser_->keep_alive() && !worker_.draining && !full_;
}

// --- reading -------------------------------------------------------------------------------------

/// True: parser_ holds a whole request. False: the connection ends, with refusal_ if there is one.
HttpSocket::Awaitable<bool> HttpSocket::read_request() {
  parser_.emplace();
  parser_->eager(true);
  parser_->header_limit(static_cast<std::uint32_t>(worker_.site.options.header_size_max));
  parser_->body_limit(worker_.site.options.body_size_max);
  head_checked_ = false;
  while (true) {
    if (input_.size() > 0) {
      if (phase_ == Phase::between || phase_ == Phase::fresh) enter(Phase::head);
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
bool HttpSocket::parse() {
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
bool HttpSocket::check_head() {
  head_checked_ = true;
  const Request head = request();
  if (full_) {
    worker_.metrics.limit_hit(Limit::connections_max);
    refusal_ = refusal(head, 503,
                       {StatusCode::unavailable,
                        "the server has as many connections as it takes (connections_max)",
                        1'000,
                        {}});
    refusal_->set("Retry-After", "1");
    return false;
  }
  if (parser_->get().version() == 11 && head.fields.count(http::field::host) != 1) {
    refusal_ = refusal(head, 400,
                       {StatusCode::invalid_argument, "a request of HTTP/1.1 names its host once"});
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

void HttpSocket::refuse_broken_request(ErrorCode error) {
  const ServerOptions& options = worker_.site.options;
  unsigned status = 400;
  Error said{StatusCode::invalid_argument, "this is no HTTP request: " + error.message()};
  if (error == http::error::header_limit) {
    worker_.metrics.limit_hit(Limit::header_size_max);
    status = 431;
    said = {StatusCode::resource_exhausted, "the request's head is larger than " +
                                                std::to_string(options.header_size_max) +
                                                " bytes (header_size_max)"};
  } else if (error == http::error::body_limit) {
    worker_.metrics.limit_hit(Limit::body_size_max);
    status = 413;
    said = {StatusCode::resource_exhausted, "the body is larger than " +
                                                std::to_string(options.body_size_max) +
                                                " bytes (body_size_max)"};
  }
  refusal_ = refusal(request(), status, said);
}

HttpSocket::Awaitable<bool> HttpSocket::read_more() {
  const std::size_t wanted = phase_ == Phase::body ? read_size_body : read_size_head;
  const std::size_t size = std::min(wanted, input_.max_size() - input_.size());
  const auto [error, read] = co_await socket_.async_read_some(input_.prepare(size), use_tuple);
  worker_.metrics.http_bytes_received += read;
  input_.commit(read);
  if (timed_out_ && !stopped_) {
    const bool in_body = phase_ == Phase::body;
    refusal_ = refusal(request(), 408,
                       {StatusCode::deadline_exceeded,
                        in_body ? "the body did not come in time (body_timeout_ms)"
                                : "the request's head did not come in time (header_timeout_ms)"});
    co_return false;
  }
  co_return !error;
}

}  // namespace cortado::server
