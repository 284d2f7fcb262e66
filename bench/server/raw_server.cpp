// SPDX-License-Identifier: Apache-2.0
#include "bench/server/raw_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <cstddef>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#ifdef __GLIBC__  // by the headers above
#include <malloc.h>
#endif

#include "bench/server/raw_json.hpp"
#include "bench/server/raw_websocket.hpp"

namespace cortado::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

std::string_view content_type(const std::filesystem::path& file) {
  if (file.extension() == ".html") return "text/html; charset=utf-8";
  if (file.extension() == ".js") return "text/javascript; charset=utf-8";
  if (file.extension() == ".wasm") return "application/wasm";
  return "application/octet-stream";
}

Response answer_page(const Request& request, const std::filesystem::path& pages) {
  Response response{http::status::ok, request.version()};
  // Made by the harness, which asks for nothing outside of the folder.
  const std::filesystem::path file = pages / std::string(request.target().substr(1));
  std::ifstream in(file, std::ios::binary);
  if (!in || !std::filesystem::is_regular_file(file)) {
    response.result(http::status::not_found);
    return response;
  }
  response.body().assign(std::istreambuf_iterator<char>(in), {});
  response.set(http::field::content_type, content_type(file));
  // Isolated pages have a finer clock: 5 µs instead of 100.
  response.set("Cross-Origin-Opener-Policy", "same-origin");
  response.set("Cross-Origin-Embedder-Policy", "require-corp");
  response.set("Cross-Origin-Resource-Policy", "same-origin");
  return response;
}

/// Of all threads; 0 where the C library does not say.
std::size_t allocated_size() {
#ifdef __GLIBC__
#if __GLIBC_PREREQ(2, 33)
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
#endif
#endif
  return 0;
}

Response answer_memory(const Request& request) {
  Response response{http::status::ok, request.version()};
  response.set(http::field::content_type, "application/json");
  response.body() = R"({"heap":)" + std::to_string(allocated_size()) + '}';
  return response;
}

Response answer(const Request& request, const std::filesystem::path& pages) {
  if (request.target() == "/memory") return answer_memory(request);
  if (request.method() != http::verb::post) return answer_page(request, pages);
  Response response{http::status::ok, request.version()};
  response.set(http::field::content_type, "application/json");
  answer_json_batch(request.body(), response.body());
  return response;
}

asio::awaitable<void> serve(tcp::socket socket, const std::filesystem::path& pages) {
  socket.set_option(tcp::no_delay(true));
  beast::flat_buffer received;
  for (;;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(64 << 20);
    co_await http::async_read(socket, received, parser, asio::use_awaitable);
    const Request& request = parser.get();
    if (beast::websocket::is_upgrade(request)) {
      co_await serve_websocket(std::move(socket), request);
      co_return;
    }
    Response response = answer(request, pages);
    response.keep_alive(request.keep_alive());
    response.prepare_payload();
    co_await http::async_write(socket, response, asio::use_awaitable);
  }
}

/// A browser closes its connections whenever and however it likes.
bool is_ordinary_end(const boost::system::error_code& error) {
  return error == http::error::end_of_stream || error == beast::websocket::error::closed ||
         error == asio::error::eof || error == asio::error::connection_reset ||
         error == asio::error::not_connected;
}

void report(const std::exception_ptr& failure) {
  try {
    if (failure) std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    if (!is_ordinary_end(error.code())) std::cerr << "raw server: " << error.what() << '\n';
  }
}

asio::awaitable<void> accept_all(tcp::acceptor& acceptor, const std::filesystem::path& pages) {
  for (;;) {
    tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), pages), report);
  }
}

}  // namespace

struct RawServer::State {
  explicit State(std::filesystem::path folder)
      : pages(std::move(folder)), acceptor(context, {asio::ip::address_v4::loopback(), 0}) {
    asio::co_spawn(context, accept_all(acceptor, pages), asio::detached);
    thread = std::jthread([this] { context.run(); });
  }
  ~State() { context.stop(); }

  std::filesystem::path pages;
  asio::io_context context{1};
  tcp::acceptor acceptor;
  std::jthread thread;
};

RawServer::RawServer(std::filesystem::path pages)
    : state_(std::make_unique<State>(std::move(pages))) {}
RawServer::~RawServer() = default;

std::uint16_t RawServer::port() const { return state_->acceptor.local_endpoint().port(); }

}  // namespace cortado::bench
