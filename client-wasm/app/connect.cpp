// SPDX-License-Identifier: Apache-2.0
// cortado::connect() in a page.
#include <cortado/client.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "client-wasm/app/page.hpp"
#include "client-wasm/app/page_host.hpp"
#include "client-wasm/app/socket_url.hpp"
#include "rpc/client_state.hpp"

namespace cortado {

// The loop is not looked at: a page's main() returns, and its loop with it, while tasks live on.
Task<Result<Client>> connect(EventLoop&, std::string url, ConnectOptions options) {
  std::optional<std::string> address =
      browser::socket_url(url.starts_with('/') ? browser::page_origin() + url : url);
  if (!address) {
    co_return std::unexpected(
        Error{StatusCode::invalid_argument, "no address of a server: \"" + url + "\"", 0, {}});
  }
  auto host = std::make_unique<browser::PageHost>(std::move(*address), options.timeout_ms);
  co_return co_await Client::State::connect(
      std::make_shared<Client::State>(std::move(host), options));
}

}  // namespace cortado
