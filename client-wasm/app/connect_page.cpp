// SPDX-License-Identifier: Apache-2.0
#include <cortado/worker.hpp>

#include <memory>
#include <utility>

#include "client-wasm/app/worker_host.hpp"
#include "rpc/client_state.hpp"

namespace cortado {

// The loop is not looked at: it is the browser's.
Client connect_page(EventLoop&, const PageOptions& options) {
  auto state = std::make_shared<Client::State>(
      std::make_unique<browser::WorkerHost>(),
      ConnectOptions{.services = options.services, .backlog_size_max = options.backlog_size_max});
  state->open();
  return Client(std::move(state));
}

}  // namespace cortado
