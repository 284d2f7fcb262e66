// SPDX-License-Identifier: Apache-2.0
// What the server keeps of a client while its connections come and go: a Connection (rpc/) with its calls
// and streams, and its subscriptions. docs/sessions.md says what is promised.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/wake_timer.hpp"
#include "rpc/connection.hpp"
#include "server/session_token.hpp"
#include "server/topics.hpp"
#include "server/worker.hpp"

namespace cortado::server {

class Lane;

class ClientSession final : public std::enable_shared_from_this<ClientSession>,
                            private ConnectionHost,
                            private TopicReader {
 public:
  /// Of a client that is seen first at `client_address`. `seed`: see wire::PeerOptions.
  ClientSession(Worker& worker, std::string client_address, const SessionToken& token,
                std::uint64_t seed);
  ~ClientSession() override = default;

  // --- lanes: one after the other ---------------------------------------------------------------

  [[nodiscard]] wire::Resumption judge(const wire::HelloView& hello) const {
    return connection_.session()->judge(hello);
  }
  /// Goes on over `lane`, and leaves another it may still have, which ends as superseded.
  void attach(Lane& lane);
  /// Its lane is gone. `is_done`: the client said that it will not come back.
  void detach(bool is_done);

  /// A message of its lane. What breaks the protocol ends the session, and the lane with it.
  void receive(std::span<const std::byte> message);
  [[nodiscard]] std::span<const std::byte> output() { return connection_.output(); }
  void clear_output() { connection_.clear_output(); }

  // --- the whole -------------------------------------------------------------------------------

  /// Looks at the bounds.
  void tick();
  /// Something is due.
  void on_wake();
  /// The server stops: no new calls.
  void drain(std::uint32_t grace_ms);
  /// It is over for good, for the reason that `error` gives those who still call its client. The
  /// lane, if there is one, ends with `reason`. Not from inside a handler of its own.
  void end(const Error& error, wire::CloseReason reason);

  [[nodiscard]] const SessionToken& token() const { return token_; }
  [[nodiscard]] std::size_t calls_in_flight() const { return connection_.served_calls_in_flight(); }
  [[nodiscard]] std::size_t backlog_size() const { return connection_.session()->backlog_size(); }

  /// For SessionTable: where it is among those that are away.
  std::optional<std::list<ClientSession*>::iterator> away_place;

 private:
  // ConnectionHost
  [[nodiscard]] std::uint64_t now_ms() const override { return net::now_ms(); }
  [[nodiscard]] std::uint64_t now_us() const override { return net::now_us(); }
  void output_ready() override;
  void wake_at(std::uint64_t deadline_ms) override;
  void handler_failed(std::string_view service, std::string_view method,
                      std::string_view what) override;
  void call_finished(std::string_view service, std::string_view method, StatusCode code,
                     std::uint64_t duration_us) override;
  void introduced(const wire::HelloView& hello, bool resumed) override;
  void goaway(const wire::GoawayView&) override {}
  void notify_writable() override { send_topics_later(); }
  void silent() override;
  void expired() override;

  // TopicReader
  [[nodiscard]] bool can_notify() const override { return connection_.session()->is_introduced(); }
  [[nodiscard]] wire::Sent notify(std::span<const std::byte> frame) override {
    return connection_.notify(frame);
  }

  [[nodiscard]] bool has_too_much_waiting() const;
  void send_topics_later();

  Worker& worker_;
  const std::string client_address_;
  const SessionToken token_;
  Lane* lane_ = nullptr;
  std::uint32_t lane_count_ = 0;  // so far: tells one from the next
  bool ended_ = false;
  net::WakeTimer timer_;
  std::uint64_t away_ms_ = 0;  // since when, while it is
  Subscriptions subscriptions_;
  Connection connection_;  // its handlers see the others: destroyed first
};

}  // namespace cortado::server
