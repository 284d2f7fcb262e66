// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <utility>

#include "client-native/client_state.hpp"
#include "client-native/event_loop.hpp"
#include "client-native/open_socket.hpp"

namespace cortado {

Task<Result<Client>> connect(net::Executor executor, std::string url, ConnectOptions options) {
  auto parsed = client::parse_websocket_url(url);
  if (!parsed) {
    co_return std::unexpected(Error{StatusCode::invalid_argument, parsed.error(), 0, {}});
  }
  Result<client::OpenSocket> open =
      co_await client::open_socket(executor, *parsed, options.timeout_ms);
  if (!open) co_return std::unexpected(std::move(open.error()));
  auto state = std::make_shared<Client::State>(executor, std::move(*parsed), options);
  state->begin(std::move(*open));
  co_return Client(std::move(state));
}

}  // namespace cortado
