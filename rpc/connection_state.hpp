// SPDX-License-Identifier: Apache-2.0
// What a connection is made of; shared by connection.cpp (what the host asks of it),
// connection_calls.cpp (own calls), connection_serving.cpp (calls of the other end) and
// connection_streams.cpp (items of both). Nobody else includes it.
#pragma once

#include <array>
#include <coroutine>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "rpc/answer_memory.hpp"
#include "rpc/connection.hpp"
#include "rpc/served_call.hpp"

namespace cortado {

class Connection::State final : public wire::PeerHandler,
                                public wire::SessionHandler,
                                public ServedCall::Owner,
                                public StreamCarrier {
 public:
  State(const ConnectionOptions& options, const ServiceRegistry& services, ConnectionHost& host,
        const CallerInfo& caller);

  /// An own call in flight: what becomes of it.
  class OwnCall;
  /// Who waits for a call without streams; lives in the frame of a coroutine.
  class Waiter;
  /// The caller's end of one with streams.
  class OwnStream;
  /// Spans what a host or a coroutine asks of the connection. At the end of the outermost one the
  /// host is told what came of it, so that the frames of a turn are announced once.
  class Turn;
  /// Spans code that is run from here and may be a handler's. A handler that is dropped meanwhile
  /// may be the one that runs, so it is destroyed at the end of the outermost one.
  class Running;

  // --- wire::PeerHandler -----------------------------------------------------------------------
  void on_request(wire::CallId id, const wire::RequestView& request) override;
  void on_request_dropped(wire::CallId id, StatusCode reason) override;
  void on_response(wire::CallSlot slot, const wire::ResponseView& response) override;
  void on_error(wire::CallSlot slot, const wire::ErrorView& error) override;
  void on_lost(wire::CallSlot slot, bool may_have_run) override;
  bool on_item(wire::CallId id, std::span<const std::byte> item) override;
  void on_end(wire::CallId id, const wire::ErrorView& status) override;
  void on_writable(wire::CallId id) override;
  bool on_notify(const wire::NotifyView& notify) override;
  void on_introduced(const wire::HelloView& hello) override { host.introduced(hello, false); }
  void on_pong(std::uint64_t) override {}

  // --- both it and wire::SessionHandler --------------------------------------------------------
  void on_goaway(const wire::GoawayView& goaway) override { host.goaway(goaway); }

  // --- wire::SessionHandler --------------------------------------------------------------------
  void on_introduced(const wire::HelloView& hello, bool resumed) override {
    host.introduced(hello, resumed);
  }
  void on_silent() override { host.silent(); }
  void on_expired() override { host.expired(); }

  // --- ServedCall::Owner -----------------------------------------------------------------------
  void handler_finished(ServedCall& call) override;
  void turn_came(ServedCall& call) override;

  // --- StreamCarrier ---------------------------------------------------------------------------
  bool writable(wire::CallId id) override { return peer.writable(id); }
  Sent send_item(wire::CallId id, Segments item) override;
  Sent send_item(wire::CallId id, std::span<const std::byte> item) override;
  void end_items(wire::CallId id) override;
  void consumed(wire::CallId id, std::size_t item_size) override;
  void break_off(wire::CallId id, const Error& error) override;
  ItemScratch& scratch() override { return scratch_; }

  /// Says what the host has to know at the end of a turn.
  void tell_host();

  ConnectionHost& host;
  wire::Peer peer;
  std::optional<wire::Session> session;

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

  /// Room for an idempotency key: the seed, and a number for each call.
  using CallKey = std::array<std::byte, call_key_seed_max + sizeof(std::uint64_t)>;

  // --- connection.cpp
  [[nodiscard]] bool has_output() const;
  void settle_broken();

  // --- connection_calls.cpp
  /// Has `header`, which is the method's, wait no longer than the call on whose behalf it is made.
  /// False: that one's time is over.
  [[nodiscard]] bool nest(wire::RequestHeader& header, const Call& parent) const;
  /// The key of this number; none of 0.
  [[nodiscard]] std::span<const std::byte> write_key(CallKey& key, std::uint64_t number) const;
  /// Sends a call; `params` may be null.
  [[nodiscard]] std::expected<wire::CallSlot, StatusCode> send_call(
      const wire::RequestHeader& header, capnp::MessageBuilder* params);
  void enter(wire::CallSlot slot, OwnCall& call);
  [[nodiscard]] OwnCall& take_own(wire::CallSlot slot);
  /// Gives an own call up, from code of the call's own.
  void cancel(wire::CallSlot slot);

  // --- connection_answers.cpp
  /// Whether a call that carries a key is to be started; otherwise it has been answered.
  [[nodiscard]] bool ask(ServedCall& call, const ServedCall::Request& request,
                         const wire::RequestView& view);
  void answer_again(const ServedCall::Request& request, Answer& answer);
  /// The call, which carries a key, was answered: with its results, unless there is an error.
  void remember(ServedCall& call, const std::optional<Error>& error);
  /// The answer to this call was written last.
  void note_sent(Answer& answer, wire::CallId id);
  void forget_acknowledged();
  void take_turns();

  // --- connection_serving.cpp
  [[nodiscard]] std::unique_ptr<ServedCall> new_call();
  void recycle(std::unique_ptr<ServedCall> call);
  void refuse(const ServedCall::Request& request, StatusCode code, std::string_view message);
  void answer(ServedCall& call);
  /// False when the other end does not take so much.
  [[nodiscard]] bool send_results(ServedCall& call);
  void note_finished(const ServedCall::Request& request, StatusCode code);
  /// Answers a call that waited in served_, and whose handler and items are done.
  void finish(ServedCalls::iterator call);

  // --- connection_streams.cpp
  /// Null when there is none.
  [[nodiscard]] StreamCall* find_stream(wire::CallId id);

  const ServiceRegistry& services_;
  const CallerInfo caller_;
  AnswerMemory* const answers_;
  SentAnswers sent_answers_;

  std::vector<OwnCall*> own_;  // by slot; null where there is none
  std::array<std::byte, call_key_seed_max> key_seed_{};
  std::size_t key_seed_size_ = 0;
  std::uint64_t keys_ = 0;  // given so far

  ServedCalls served_;                 // whose handlers are suspended, or whose items have not left
  Starting* starting_ = nullptr;       // innermost first
  std::unique_ptr<ServedCall> spare_;  // most handlers finish at once, and one will do for them
  std::vector<std::unique_ptr<ServedCall>> dropped_;  // to be destroyed when nothing runs

  // What code of a call's own has brought about, and would not survive. advance() goes on with it.
  std::vector<std::unique_ptr<ServedCall>> broken_served_;  // to be destroyed
  std::vector<OwnStream*> broken_own_;                      // to be told
  std::vector<wire::CallId> writable_;                      // to be told
  std::vector<wire::CallId> turns_come_;                    // to be run

  ItemScratch scratch_;
  std::uint32_t turns_ = 0;       // nested
  std::uint32_t running_ = 0;     // nested
  std::uint32_t cancelling_ = 0;  // nested: a stream that may write hears of it later
  bool output_announced_ = false;
  bool is_closed_ = false;
  std::uint64_t wake_ms_ = wire::Peer::no_deadline;  // told the host
  std::uint64_t clock_us_ = 0;  // when the current message, or the last call in it, was done with

  friend class Connection;
  friend class Turn;
  friend class Running;
  friend class Waiter;
  friend class OwnStream;
};

// --- connection_serving.cpp

inline constexpr std::string_view results_too_large = "the results are too large";

// --- connection_calls.cpp

[[nodiscard]] wire::RequestHeader header_of(const MethodId& method, const CallOptions& options);
/// What a caller is told whose call could not be sent.
[[nodiscard]] Error why_not_sent(StatusCode code);

class Connection::State::OwnCall {
 public:
  // In each of them the call is over; its slot is free.
  virtual void on_response(const wire::ResponseView& response) = 0;
  virtual void on_error(const wire::ErrorView& error) = 0;
  /// The session was lost. True: it was called again, and is not over.
  [[nodiscard]] virtual bool call_again(bool /*may_have_run*/) { return false; }
  /// Null: a call without streams.
  [[nodiscard]] virtual StreamCall* stream() { return nullptr; }

 protected:
  ~OwnCall() = default;
};

}  // namespace cortado
