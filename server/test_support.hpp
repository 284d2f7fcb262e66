// SPDX-License-Identifier: Apache-2.0
// What the tests of server/ and client-native/ share: a server on a free port with the services of
// test_services.hpp, and a plain HTTP client that can also misbehave.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cortado/server.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/test_services.hpp"

namespace cortado::testing {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;

/// A server with all services, listening.
class TestServer {
 public:
  explicit TestServer(ServerOptions options = {})
      : server(with_test_settings(std::move(options))),
        probe(server.executor(), events),
        flow(server.executor(), events) {
    server.add(arithmetic);
    server.add(probe);
    server.add(flow);
    const auto started = server.start();
    REQUIRE_MESSAGE(started.has_value(), (started ? "" : started.error().message));
  }
  ~TestServer() { server.stop(); }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] std::string websocket_url() const {
    return "ws://127.0.0.1:" + std::to_string(server.port()) + "/rpc";
  }
  /// All log lines so far.
  [[nodiscard]] std::string log() {
    const std::lock_guard lock(log_mutex_);
    return log_;
  }

  Events events;

 private:
  ServerOptions with_test_settings(ServerOptions options) {
    options.port = 0;
    options.log = [this](LogLevel, std::string_view line) {
      const std::lock_guard lock(log_mutex_);
      (log_ += line) += '\n';
    };
    return options;
  }
  std::mutex log_mutex_;
  std::string log_;

 public:
  ArithmeticHandlers arithmetic{events};
  Server server;
  ProbeHandlers probe;
  FlowHandlers flow;
};

using Answer = http::response<http::string_body>;
using Headers = std::vector<std::pair<std::string, std::string>>;

/// A blocking HTTP client on one connection.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : socket_(context_) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
  }
  explicit HttpClient(const TestServer& server) : HttpClient(server.server.port()) {}

  void send(std::string_view bytes) { asio::write(socket_, asio::buffer(bytes)); }

  /// Sends what the server may refuse before it has all: it need not take the rest.
  void send_as_far_as_taken(std::string_view bytes) {
    boost::system::error_code refused;
    asio::write(socket_, asio::buffer(bytes), refused);
  }

  /// The next answer. `head_only`: it has no body, being for a HEAD.
  Answer receive(bool head_only = false) {
    http::response_parser<http::string_body> parser;
    parser.body_limit(std::uint64_t{1} << 32);
    parser.skip(head_only);
    http::read(socket_, buffer_, parser);
    return parser.release();
  }

  Answer ask(std::string_view method, std::string_view target, const Headers& headers = {},
             std::string_view body = {}) {
    send(request_text(method, target, headers, body));
    return receive(method == "HEAD");
  }

  Answer post(std::string_view body, Headers headers = {}) {
    headers.emplace_back("Content-Type", "application/json");
    return ask("POST", "/rpc", headers, body);
  }

  /// The answer's body as JSON text in Boost.JSON's form.
  std::string call(std::string_view body, Headers headers = {}) {
    const Answer answer = post(body, std::move(headers));
    CHECK(answer.result_int() == 200);
    return json::serialize(json::parse(answer.body()));
  }

  static std::string request_text(std::string_view method, std::string_view target,
                                  const Headers& headers, std::string_view body) {
    std::string text = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\n";
    bool has_host = false;
    for (const auto& [name, value] : headers) {
      text += name + ": " + value + "\r\n";
      has_host = has_host || name == "Host";
    }
    if (!has_host) text += "Host: localhost\r\n";
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + std::string(body);
  }

  /// True once the server has closed the connection; what it still sent is dropped.
  bool closed_by_server() {
    boost::system::error_code error;
    std::array<char, 4096> piece{};
    while (!error) socket_.read_some(asio::buffer(piece), error);
    return error == asio::error::eof || error == asio::error::connection_reset;
  }

  /// What was received behind the last answer.
  std::string take_rest() {
    const auto rest = buffer_.data();
    std::string text(static_cast<const char*>(rest.data()), rest.size());
    buffer_.clear();
    return text;
  }

  void close() { socket_.close(); }
  asio::ip::tcp::socket& socket() { return socket_; }

 private:
  asio::io_context context_;
  asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
};

/// {"jsonrpc":"2.0","method":…,"params":…,"id":…}; what is empty is left out.
inline std::string json_request(std::string_view method, std::string_view params = "{}",
                                std::string_view id = "1") {
  std::string text = R"({"jsonrpc":"2.0","method":")" + std::string(method) + "\"";
  if (!params.empty()) text += ",\"params\":" + std::string(params);
  if (!id.empty()) text += ",\"id\":" + std::string(id);
  return text + "}";
}

/// A line of /metrics, named with its labels; -1: there is none.
inline double metric(const TestServer& server, const std::string& name) {
  const std::string text = HttpClient(server).ask("GET", "/metrics").body();
  const std::size_t at = text.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

/// Whether two JSON texts mean the same.
inline bool same_json(std::string_view a, std::string_view b) {
  return json::parse(a) == json::parse(b);
}

}  // namespace cortado::testing
