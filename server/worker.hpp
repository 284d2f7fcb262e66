// SPDX-License-Identifier: Apache-2.0
// What sockets stand on. `Site` is the same for all threads and does not change while the server
// runs; `Worker` belongs to one thread. Today a server has one worker.
#pragma once

#include <string>

#include "net/asio.hpp"
#include "net/random.hpp"
#include "net/websocket_link.hpp"
#include "rpc/answer_memory.hpp"
#include "rpc/connection.hpp"
#include "server/json_parser.hpp"
#include "server/log.hpp"
#include "server/method_table.hpp"
#include "server/metrics.hpp"
#include "server/options.hpp"
#include "server/origin.hpp"
#include "server/served_socket.hpp"
#include "server/session_table.hpp"
#include "server/static_files.hpp"
#include "server/topics.hpp"

namespace cortado::server {

struct Site {
  const ServerOptions& options;
  const ServiceRegistry& services;
  const MethodTable& methods;
  const OriginPolicy& origins;
  const StaticFiles& files;
  const std::string& openrpc;
  Log& log;
};

class Worker {
 public:
  Worker(const Site& shared, net::Executor thread)
      : site(shared),
        executor(thread),
        answers({.remembered_ms = shared.options.answers_remembered_ms,
                 .size_max = shared.options.answers_remembered_size_max,
                 .seed = net::random_number(),
                 .on_full = [this] { metrics.limit_hit(Limit::answers_remembered_size_max); }}),
        json(shared.options.json_depth_max),
        sessions(*this) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  const Site& site;
  net::Executor executor;
  Metrics metrics;
  ServedSockets sockets;
  net::LinkPool links;
  AnswerMemory answers;
  JsonParser json;
  Topics topics;
  /// Null: nothing is to be remembered.
  [[nodiscard]] AnswerMemory* answers_if_any() {
    return site.options.answers_remembered_ms != 0 ? &answers : nullptr;
  }
  /// The server is stopping.
  bool draining = false;
  const net::Clock::time_point started = net::Clock::now();
  SessionTable sessions;  // its sessions see the others: destroyed first
};

}  // namespace cortado::server
