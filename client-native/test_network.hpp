// SPDX-License-Identifier: Apache-2.0
// A network between a client and a server that a test can cut, and lead elsewhere: forwards TCP
// connections on a thread of its own.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace cortado::testing {

namespace asio = boost::asio;

class Network {
 public:
  /// To the server at this port.
  explicit Network(std::uint16_t server_port)
      : server_port_(server_port),
        acceptor_(context_, {asio::ip::make_address("127.0.0.1"), 0}),
        port_(acceptor_.local_endpoint().port()) {
    asio::co_spawn(context_, accept(), asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Network() {
    on_thread([this] {
      acceptor_.close();
      drop_all();
    });
    thread_.join();
  }
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  [[nodiscard]] std::string url() const {
    return "ws://127.0.0.1:" + std::to_string(port_) + "/rpc";
  }

  /// All connections are lost, in whatever they were doing.
  void cut() {
    on_thread([this] { drop_all(); });
  }
  /// Connections stay, but nothing of what the server sends on them arrives.
  void lose_answers() {
    on_thread([this] {
      for (const auto& pair : pairs_) pair->loses_answers = true;
    });
  }
  /// All are lost, and later connections lead to another server; 0: they are lost at once.
  void lead_to(std::uint16_t server_port) {
    on_thread([this, server_port] {
      server_port_ = server_port;
      drop_all();
    });
  }
  /// Only later connections do.
  void lead_later_to(std::uint16_t server_port) {
    on_thread([this, server_port] { server_port_ = server_port; });
  }

 private:
  using Tcp = asio::ip::tcp;
  struct Pair {
    Tcp::socket client;
    Tcp::socket server;
    bool loses_answers = false;
  };
  static constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);

  asio::awaitable<void> accept() {
    while (true) {
      auto [error, client] = co_await acceptor_.async_accept(use_tuple);
      if (error) co_return;
      if (server_port_ == 0) continue;
      const auto pair = std::make_shared<Pair>(Pair{std::move(client), Tcp::socket(context_)});
      boost::system::error_code refused;
      pair->server.connect({asio::ip::make_address("127.0.0.1"), server_port_}, refused);
      if (refused) continue;
      pairs_.push_back(pair);
      asio::co_spawn(context_, forward(pair, pair->client, pair->server), asio::detached);
      asio::co_spawn(context_, forward(pair, pair->server, pair->client), asio::detached);
    }
  }

  asio::awaitable<void> forward(std::shared_ptr<Pair> pair, Tcp::socket& from, Tcp::socket& to) {
    std::array<char, 16384> bytes{};
    while (true) {
      const auto [read_error, size] = co_await from.async_read_some(asio::buffer(bytes), use_tuple);
      if (read_error) break;
      if (pair->loses_answers && &from == &pair->server) continue;
      const auto [write_error, written] =
          co_await asio::async_write(to, asio::buffer(bytes, size), use_tuple);
      if (write_error) break;
    }
    close(*pair);
    std::erase(pairs_, pair);
  }

  static void close(Pair& pair) {
    boost::system::error_code ignored;
    pair.client.close(ignored);
    pair.server.close(ignored);
  }
  void drop_all() {
    for (const auto& pair : pairs_) close(*pair);
  }

  template <class Do>
  void on_thread(Do what) {
    std::promise<void> done;
    asio::post(context_, [&] {
      what();
      done.set_value();
    });
    done.get_future().wait();
  }

  asio::io_context context_;
  std::uint16_t server_port_;
  Tcp::acceptor acceptor_;
  const std::uint16_t port_;
  std::vector<std::shared_ptr<Pair>> pairs_;
  std::thread thread_;
};

}  // namespace cortado::testing
