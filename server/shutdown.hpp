// SPDX-License-Identifier: Apache-2.0
// The end of a server in three steps: tell everybody and take nothing new; when the grace is over,
// close what is still open; when that is not answered either, drop it.
#pragma once

#include <cstdint>
#include <functional>

#include "server/listener.hpp"
#include "server/worker.hpp"

namespace cortado::server {

class Shutdown {
 public:
  /// `on_done` is called once, when no socket is left.
  Shutdown(Worker& worker, Listener& listener, std::function<void()> on_done);

  /// Again: the grace is over now.
  void begin(std::uint32_t grace_ms);

 private:
  void end_grace();
  void finish();

  Worker& worker_;
  Listener& listener_;
  std::function<void()> on_done_;
  net::Timer timer_;
  bool begun_ = false;
  bool done_ = false;
};

}  // namespace cortado::server
