// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <utility>

#include "client-native/client_host.hpp"
#include "client-native/event_loop.hpp"
#include "rpc/client_state.hpp"

namespace cortado {

Task<Result<Client>> connect(net::Executor executor, std::string url, ConnectOptions options) {
  auto parsed = client::parse_websocket_url(url);
  if (!parsed) {
    co_return std::unexpected(Error{StatusCode::invalid_argument, parsed.error(), 0, {}});
  }
  auto host =
      std::make_unique<client::NativeHost>(executor, std::move(*parsed), options.timeout_ms);
  co_return co_await Client::State::connect(
      std::make_shared<Client::State>(std::move(host), options));
}

}  // namespace cortado
