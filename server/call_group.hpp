// SPDX-License-Identifier: Apache-2.0
// The calls of one HTTP request: they run side by side, each with its deadline, and end with it.
#pragma once

#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <span>

#include "server/call_context.hpp"
#include "server/json_call.hpp"

namespace cortado::server {

class CallGroup final : private JsonCall::Owner {
 public:
  /// `on_done` is called when the last call that waited has finished, on that call's stack.
  CallGroup(Worker& worker, CallContext context, std::function<void()> on_done);

  /// A call that has finished already, or one that waits; it belongs to the group. The reference
  /// to a finished call is valid until the next call of start(). `key`: JsonCall::start().
  JsonCall& start(const Method& method, const boost::json::value& params,
                  std::span<const std::byte> key = {});

  [[nodiscard]] bool done() const { return waiting_count_ == 0; }

  /// When advance() has something to do; JsonCall::no_deadline: never.
  [[nodiscard]] std::uint64_t next_deadline_ms() const;
  /// Stops the calls whose time is over.
  void advance(std::uint64_t now_ms);

 private:
  void call_finished() override;

  Worker& worker_;
  const CallContext context_;
  const CallerInfo caller_;  // borrows from context_
  std::function<void()> on_done_;
  // A call stays where it was made. The last one, if it finished at once, makes room for the next.
  std::list<std::optional<JsonCall>> calls_;
  bool last_is_free_ = false;
  std::size_t waiting_count_ = 0;
};

}  // namespace cortado::server
