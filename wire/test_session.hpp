// SPDX-License-Identifier: Apache-2.0
// What the tests of sessions talk in: an end with a session that notes what it is told, and two of
// them with a network between that delivers, loses and breaks when told to. Test code only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "wire/session.hpp"
#include "wire/test_support.hpp"

namespace cortado::wire::test {

class SessionEnd final : public SessionHandler {
 public:
  SessionEnd(const PeerOptions& peer_options, const SessionOptions& options,
             std::string_view token = {})
      : end(peer_options), session(options, end.peer, *this, bytes_of(token)) {}

  void on_introduced(const HelloView&, bool resumed) override {
    note(resumed ? "resumed" : "new session");
    if (on_introduced_do) on_introduced_do();
  }
  void on_goaway(const GoawayView& goaway) override {
    note("goaway " + std::string(goaway.message));
  }
  void on_silent() override { note("silent"); }
  void on_expired() override { note("expired"); }

  /// One message, or nothing.
  Bytes take_message() {
    const std::span<const std::byte> output = session.output();
    Bytes message(output.begin(), output.end());
    if (!message.empty()) session.clear_output();
    return message;
  }

  /// Everything that waits, as one message.
  Bytes take_all() {
    Bytes all;
    for (Bytes message = take_message(); !message.empty(); message = take_message()) {
      all = std::move(all) + message;
    }
    return all;
  }

  std::expected<void, CloseReason> receive(const Bytes& message) {
    const Bytes copy(message.begin(), message.end());
    return session.receive(copy, end.now_ms);
  }

  void advance_to(std::uint64_t now_ms) {
    end.now_ms = now_ms;
    session.advance(now_ms);
  }

  /// What session and peer told since the last time, joined by "; ".
  std::string events() {
    const std::string of_peer = end.events();
    std::string all = std::exchange(events_, {});
    if (!all.empty() && !of_peer.empty()) all += "; ";
    return all + of_peer;
  }

  End end;
  Session session;
  std::function<void()> on_introduced_do;

 private:
  void note(const std::string& event) {
    if (!events_.empty()) events_ += "; ";
    events_ += event;
  }
  std::string events_;
};

class SessionPair {
 public:
  explicit SessionPair(const SessionOptions& connector_options = {},
                       const SessionOptions& acceptor_options = {},
                       PeerOptions connector_limits = {}, PeerOptions acceptor_limits = {})
      : acceptor_options_(acceptor_options), acceptor_limits_(acceptor_limits) {
    acceptor_limits_.role = Role::acceptor;
    connector_limits.role = Role::connector;
    connector = std::make_unique<SessionEnd>(connector_limits, connector_options);
    make_acceptor("token 1");
  }

  void make_acceptor(std::string_view token) {
    acceptor = std::make_unique<SessionEnd>(acceptor_limits_, acceptor_options_, token);
  }

  /// Opens a connection between both.
  void attach() {
    connector->session.attach(connector->end.now_ms);
    acceptor->session.attach(acceptor->end.now_ms);
  }
  /// Opens one and lets both introduce themselves.
  void connect() {
    attach();
    REQUIRE(deliver());
  }
  void cut() {
    connector->session.detach(connector->end.now_ms);
    acceptor->session.detach(acceptor->end.now_ms);
  }
  void reconnect() {
    cut();
    connect();
  }

  /// Carries messages to and fro until nobody has any; false when one broke the protocol.
  bool deliver() {
    for (;;) {
      const Bytes there = connector->take_message();
      if (!there.empty() && !acceptor->receive(there)) return false;
      const Bytes back = acceptor->take_message();
      if (!back.empty() && !connector->receive(back)) return false;
      if (there.empty() && back.empty()) return true;
    }
  }

  void set_time(std::uint64_t now_ms) { connector->end.now_ms = acceptor->end.now_ms = now_ms; }

  std::unique_ptr<SessionEnd> connector;
  std::unique_ptr<SessionEnd> acceptor;

 private:
  SessionOptions acceptor_options_;
  PeerOptions acceptor_limits_;
};

}  // namespace cortado::wire::test
