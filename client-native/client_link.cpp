// SPDX-License-Identifier: Apache-2.0
#include "client-native/client_link.hpp"

#include <chrono>
#include <utility>

#include "rpc/client_connection.hpp"

namespace cortado::client {
namespace {

net::LinkOptions link_options() {
  net::LinkOptions link;
  link.server = false;
  link.message_size_max = std::size_t{2} * wire::payload_size_max;
  return link;
}

}  // namespace

ClientLink::ClientLink(net::Socket socket, std::shared_ptr<net::LinkPool> pool,
                       std::weak_ptr<ClientConnection> connection)
    : WebSocketLink(std::move(socket), *pool, link_options()),
      pool_(std::move(pool)),
      connection_(std::move(connection)),
      closing_timer_(executor()) {}

void ClientLink::leave(std::uint16_t code, std::string_view reason) {
  connection_.reset();
  close(code, reason);
}

void ClientLink::on_message(std::span<const std::byte> message) {
  if (const auto connection = connection_.lock()) connection->receive(message);
}

std::span<const std::byte> ClientLink::output() {
  const auto connection = connection_.lock();
  return connection ? connection->output() : std::span<const std::byte>{};
}

void ClientLink::clear_output() {
  if (const auto connection = connection_.lock()) connection->clear_output();
}

void ClientLink::on_closing(const net::LinkEnd&) {
  closing_timer_.expires_after(std::chrono::milliseconds(net::LinkOptions{}.closing_timeout_ms));
  closing_timer_.async_wait([self = shared_from_this()](net::ErrorCode stopped) {
    if (!stopped) self->tick(net::now_ms());
  });
}

void ClientLink::on_end(const net::LinkEnd& end) {
  closing_timer_.cancel();
  const auto connection = std::exchange(connection_, {}).lock();
  if (connection) connection->lost({end.code, end.reason, end.by_other_end});
}

}  // namespace cortado::client
