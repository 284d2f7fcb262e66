// SPDX-License-Identifier: Apache-2.0
// What a connection is made of; shared by connection.cpp (what the host asks of it),
// connection_calls.cpp (own calls) and connection_serving.cpp (calls of the other end). Nobody else
// includes it.
#pragma once

#include <coroutine>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "rpc/connection.hpp"
#include "rpc/served_call.hpp"

namespace cortado {

class Connection::State final : public wire::PeerHandler, public ServedCall::Owner {
 public:
  State(const wire::PeerOptions& options, const ServiceRegistry& services, ConnectionHost& host,
        const CallerInfo& caller);

  /// Who waits for an own call; lives in the frame of a coroutine.
  class Waiter;
  /// Spans what a host or a coroutine asks of the connection. At the end of the outermost one the
  /// host is told what came of it, so that the frames of a turn are announced once.
  class Turn;
  /// Spans code that is run from here and may be a handler's. A handler that is dropped meanwhile
  /// may be the one that runs, so it is destroyed at the end of the outermost one.
  class Running;

  // --- wire::PeerHandler: connection_serving.cpp, connection_calls.cpp -------------------------
  void on_request(wire::CallId id, const wire::RequestView& request) override;
  void on_request_dropped(wire::CallId id, StatusCode reason) override;
  void on_response(wire::CallSlot slot, const wire::ResponseView& response) override;
  void on_error(wire::CallSlot slot, const wire::ErrorView& error) override;
  void on_introduced(const wire::HelloView& hello) override { host.introduced(hello); }
  void on_goaway(const wire::GoawayView& goaway) override { host.goaway(goaway); }
  void on_pong(std::uint64_t) override {}

  // --- ServedCall::Owner -----------------------------------------------------------------------
  void handler_finished(ServedCall& call) override;

  /// Says what the host has to know at the end of a turn.
  void tell_host();

  ConnectionHost& host;
  wire::Peer peer;

 private:
  /// Ids come from a stranger: where one falls depends on a number it does not know.
  struct IdHash {
    std::uint64_t factor;
    std::size_t operator()(wire::CallId id) const {
      const std::uint64_t product = id * factor;
      return static_cast<std::size_t>(product ^ (product >> 32));
    }
  };
  using ServedCalls = std::unordered_map<wire::CallId, std::unique_ptr<ServedCall>, IdHash>;

  /// A handler on its way to its first suspension, in on_request().
  struct Starting {
    ServedCall& call;
    Starting* outer;
  };

  [[nodiscard]] std::unique_ptr<ServedCall> new_call();
  void recycle(std::unique_ptr<ServedCall> call);
  void refuse(const ServedCall::Request& request, StatusCode code, std::string_view message);
  void answer(ServedCall& call);
  /// False when the other end does not take so much.
  [[nodiscard]] bool send_results(ServedCall& call);
  void note_finished(const ServedCall::Request& request, StatusCode code);
  [[nodiscard]] Waiter* take_waiter(wire::CallSlot slot);

  const ServiceRegistry& services_;
  const CallerInfo caller_;

  std::vector<Waiter*> waiters_;  // by slot; null where nobody waits

  ServedCalls served_;                 // whose handlers are suspended
  Starting* starting_ = nullptr;       // innermost first
  std::unique_ptr<ServedCall> spare_;  // most handlers finish at once, and one will do for them
  std::vector<std::unique_ptr<ServedCall>> dropped_;  // to be destroyed when nothing runs

  std::uint32_t turns_ = 0;    // nested
  std::uint32_t running_ = 0;  // nested
  bool output_announced_ = false;
  std::uint64_t wake_ms_ = wire::Peer::no_deadline;  // told the host
  std::uint64_t clock_us_ = 0;  // when the current message, or the last call in it, was done with

  friend class Connection;
  friend class Turn;
  friend class Running;
  friend class Waiter;
};

}  // namespace cortado
