// SPDX-License-Identifier: Apache-2.0
// One call made with JSON: params into a Cap'n Proto message, through the same dispatch as a
// frame's, results back into JSON text.
#pragma once

#include <boost/json/value.hpp>
#include <capnp/message.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "rpc/answer_memory.hpp"
#include "rpc/call.hpp"
#include "rpc/task.hpp"
#include "server/method_table.hpp"
#include "server/worker.hpp"

namespace cortado::server {

class JsonCall {
 public:
  /// What waits for calls that did not finish at once.
  class Owner {
   public:
    virtual ~Owner() = default;
    /// Called on the call's own stack: it must not be destroyed yet.
    virtual void call_finished() = 0;
  };

  /// All must outlive the call. `stream`: of the items, for a method that streams.
  JsonCall(Worker& worker, Owner& owner, const Method& method, const wire::RequestHeader& header,
           const CallerInfo& caller, StreamCall* stream = nullptr);
  ~JsonCall();
  JsonCall(const JsonCall&) = delete;
  JsonCall& operator=(const JsonCall&) = delete;

  /// Runs it up to its first suspension; `params` is not needed afterwards. True when it has
  /// finished already, else the owner is told later. `key`: of idempotency; empty: none. Where the
  /// answer to it is remembered, or another call of it runs, that is the answer.
  [[nodiscard]] bool start(const boost::json::value& params, std::span<const std::byte> key = {});

  [[nodiscard]] bool finished() const { return finished_; }
  /// Stops it where it stands and makes `error` its outcome.
  void stop(Error error);

  /// When its time is over, in net::now_ms(); no_deadline: never.
  [[nodiscard]] std::uint64_t deadline_ms() const { return deadline_ms_; }
  static constexpr std::uint64_t no_deadline = ~std::uint64_t{0};

  /// Once finished: how it failed, if it did.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  /// Once finished without error: appends the results.
  void append_results(std::string& out);

 private:
  /// Words of the first segment of each message: most params and results need no more.
  static constexpr std::size_t scratch_words = 64;
  using Scratch = std::array<capnp::word, scratch_words>;

  /// False: there is nothing to run.
  [[nodiscard]] bool ask(std::span<const std::byte> key);
  Task<void> run();
  Task<void> dispatch();
  void take(const Answer& answer);
  void finish();

  Worker& worker_;
  Owner& owner_;
  const Method& method_;
  const std::uint64_t deadline_ms_;
  Call call_;
  const net::Clock::time_point started_ = net::Clock::now();
  // Cap'n Proto wants zeros, and leaves zeros behind.
  Scratch params_scratch_{};
  Scratch results_scratch_{};
  capnp::MallocMessageBuilder params_;
  capnp::MallocMessageBuilder results_;
  std::optional<Error> error_;
  bool waiting_ = false;  // start() has returned false
  bool finished_ = false;
  KeyedCall keyed_;
  Task<void> task_;  // reads the messages: destroyed before them
};

}  // namespace cortado::server
