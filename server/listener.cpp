// SPDX-License-Identifier: Apache-2.0
#include "server/listener.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/system/errc.hpp>

#include <chrono>
#include <utility>

#include "server/http_socket.hpp"

namespace cortado::server {
namespace {

namespace asio = boost::asio;

// When the system gives no descriptors, asking again at once would only burn time.
constexpr std::chrono::milliseconds accept_pause{100};
// Beyond connections_max so many are told so; more are closed without a word.
constexpr std::size_t refusals_max = 64;

StartError listen_error(net::ErrorCode error, const std::string& address, std::uint16_t port) {
  const std::string port_text = std::to_string(port);
  if (error == asio::error::address_in_use) {
    return {StartError::Kind::port_in_use, "port " + port_text + " is in use: choose another"};
  }
  std::string message =
      "cannot listen at " + address + " port " + port_text + ": " + error.message();
  if (error == asio::error::access_denied) message += " (ports below 1024 need privileges)";
  if (error == boost::system::errc::address_not_available) {
    message += " (this machine has no such address)";
  }
  return {StartError::Kind::cannot_listen, std::move(message)};
}

}  // namespace

std::expected<void, StartError> Listener::open(const std::string& address, std::uint16_t port) {
  net::ErrorCode error;
  const asio::ip::address parsed =
      asio::ip::make_address(address == "localhost" ? "127.0.0.1" : address, error);
  if (error) {
    return std::unexpected(StartError{StartError::Kind::bad_options,
                                      "'" + address +
                                          "' is no IP address: use 127.0.0.1 for this "
                                          "machine only, 0.0.0.0 or :: for all networks"});
  }
  const net::Tcp::endpoint wanted(parsed, port);
  acceptor_.open(wanted.protocol(), error);
  // A server that is started anew need not wait for the connections of the old one to be forgotten.
  if (!error) acceptor_.set_option(net::Acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(wanted, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) endpoint_ = acceptor_.local_endpoint(error);
  if (error) return std::unexpected(listen_error(error, address, port));
  return {};
}

void Listener::close() {
  net::ErrorCode ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

void Listener::accept() {
  acceptor_.async_accept(
      [this](net::ErrorCode error, net::Socket socket) { on_accept(error, std::move(socket)); });
}

void Listener::on_accept(net::ErrorCode error, net::Socket socket) {
  if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
  if (error) {
    worker_.site.log.write(LogLevel::warning, "accept_failed", {{"what", error.message()}});
    pause_.expires_after(accept_pause);
    pause_.async_wait([this](net::ErrorCode stopped) {
      if (!stopped) accept();
    });
    return;
  }
  ++worker_.metrics.connections_accepted;
  const std::size_t connections = worker_.sockets.size();
  const std::size_t connections_max = worker_.site.options.connections_max;
  if (connections < connections_max + refusals_max) {
    HttpSocket::start(worker_, std::move(socket), connections >= connections_max);
  } else {
    worker_.metrics.limit_hit(Limit::connections_max);
  }
  accept();
}

}  // namespace cortado::server
