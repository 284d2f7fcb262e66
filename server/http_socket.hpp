// SPDX-License-Identifier: Apache-2.0
// One HTTP/1.1 connection: requests in, answers out, one after the other. Knows time limits, files
// and broken peers, and no route.
//
// It is a coroutine of Asio's, ended by closing the socket. While calls of a request are under way
// it goes on reading, so that a client that leaves is noticed and its handlers are stopped.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "server/exchange.hpp"
#include "server/growing_body.hpp"
#include "server/http_message.hpp"
#include "server/served_socket.hpp"
#include "server/worker.hpp"

namespace cortado::server {

class HttpSocket final : public ServedSocket, public std::enable_shared_from_this<HttpSocket> {
 public:
  /// Serves a connection until it ends. `full`: there are too many, answer 503 whatever is asked.
  static void start(Worker& worker, net::Socket socket, bool full);

  HttpSocket(Worker& worker, net::Socket socket, bool full);
  ~HttpSocket() override;

  void tick(std::uint64_t now_ms) override;
  void drain(std::uint32_t grace_ms) override;
  void stop() override { shut(); }
  void abandon() override { shut(); }

 private:
  template <class T>
  using Awaitable = boost::asio::awaitable<T, net::Executor>;
  static constexpr auto use_tuple =
      boost::asio::as_tuple(boost::asio::use_awaitable_t<net::Executor>{});
  using Parser = boost::beast::http::request_parser<GrowingBody>;

  /// What is waited for, and so which limit holds.
  enum class Phase : std::uint8_t {
    fresh,    // the first byte
    between,  // the first byte of another request
    head,
    body,
    busy,
    writing,
    lingering,
  };

  Awaitable<void> run();
  Awaitable<void> serve();
  Awaitable<bool> read_request();
  Awaitable<bool> read_more();
  [[nodiscard]] bool parse();
  [[nodiscard]] bool check_head();
  void refuse_broken_request(net::ErrorCode error);

  Awaitable<bool> answer();
  Awaitable<bool> wait_for(Exchange& exchange);
  Awaitable<bool> send(Response response);
  Awaitable<bool> send_stream(Exchange& exchange, Response head);
  Awaitable<bool> send_file(const FileRange& range);
  Awaitable<bool> flush();
  Awaitable<void> upgrade();
  Awaitable<void> linger();

  [[nodiscard]] Request request() const;
  [[nodiscard]] bool keep_alive() const;
  void enter(Phase phase);
  void shut();

  Worker& worker_;
  net::Socket socket_;
  const bool full_;
  ServedSockets::Place place_;
  net::Timer timer_;  // wakes wait_for()
  std::string client_address_;

  Phase phase_ = Phase::fresh;
  std::uint64_t phase_since_ms_;
  bool timed_out_ = false;  // tick() ended the read under way
  bool stopped_ = false;

  boost::beast::flat_buffer input_;
  std::optional<Parser> parser_;
  bool head_checked_ = false;
  std::optional<Response> refusal_;  // found while reading: the answer, and the end
  std::string output_;               // what waits to leave
};

}  // namespace cortado::server
