// SPDX-License-Identifier: Apache-2.0
// The native event loop is an io_context, run while a task runs.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cortado/client.hpp>

#include "net/asio.hpp"

namespace cortado {

class EventLoop::State {
 public:
  boost::asio::io_context context{1};
};

/// For I/O objects of a program that awaits them with cortado::use_task.
[[nodiscard]] net::Executor executor_of(EventLoop& loop);

/// As connect() of <cortado/client.hpp>, for programs that run an io_context of their own, as
/// servers do: server.executor().
[[nodiscard]] Task<Result<Client>> connect(net::Executor executor, std::string url,
                                           ConnectOptions options = {});

}  // namespace cortado
