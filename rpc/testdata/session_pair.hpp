// SPDX-License-Identifier: Apache-2.0
// Two connections with sessions, joined by a network in memory that can be cut. Test code only.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <expected>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "rpc/memory_pair.hpp"

namespace cortado::test {

struct SessionPairOptions {
  wire::PeerOptions peer{};
  wire::SessionOptions session{.grace_ms = 10'000};
  /// Of the connector.
  std::span<const std::byte> call_key_seed{};
};

class SessionPair {
 public:
  SessionPair(const ServiceRegistry& connector_services, const ServiceRegistry& acceptor_services,
              const SessionPairOptions& options = {})
      : options_(options),
        acceptor_services_(acceptor_services),
        connector(with(wire::Role::connector, {}), connector_services, connector_host,
                  {"", "memory"}),
        acceptor_storage_(std::in_place, with(wire::Role::acceptor, token_of(sessions)),
                          acceptor_services, acceptor_host, CallerInfo{"", "memory"}) {
    connect();
  }

  /// Opens a connection, in place of the one there is.
  void connect() {
    cut();
    connector.attach();
    is_connected = true;
    awaits_hello_ = true;
  }

  /// The connection is gone, with all that was on its way.
  void cut() {
    is_connected = false;
    to_acceptor.clear();
    to_connector.clear();
    connector.detach();
    acceptor.detach();
  }

  /// The acceptor's process starts again and has forgotten everything.
  void restart_acceptor() {
    cut();
    make_acceptor();
  }

  /// Puts what both ends have to send on its way.
  void send() {
    send(connector, connector_host, to_acceptor);
    send(acceptor, acceptor_host, to_connector);
  }

  /// Lets the first message on the way to an end arrive.
  std::expected<void, wire::CloseReason> arrive(bool at_acceptor) {
    auto& messages = at_acceptor ? to_acceptor : to_connector;
    if (messages.empty()) return {};
    const Message message = std::move(messages.front());
    messages.pop_front();
    const auto bytes = std::as_bytes(std::span(message.words)).first(message.size);
    const auto received = at_acceptor ? accept(bytes) : connector.receive(bytes);
    if (!received) cut();
    return received;
  }

  /// Until nobody has anything to send. The first reason for which a connection was closed.
  std::expected<void, wire::CloseReason> deliver() {
    for (send(); !to_acceptor.empty() || !to_connector.empty(); send()) {
      if (auto moved = arrive(true); !moved) return moved;
      if (auto moved = arrive(false); !moved) return moved;
    }
    return {};
  }

  std::expected<void, wire::CloseReason> advance_to(std::uint64_t time_ms) {
    connector_host.time_ms = acceptor_host.time_ms = time_ms;
    for (auto [host, connection] :
         {std::pair{&connector_host, &connector}, std::pair{&acceptor_host, &acceptor}}) {
      if (host->wake_ms > time_ms) continue;
      host->wake_ms = wire::Peer::no_deadline;
      connection->advance();
    }
    return deliver();
  }

  struct Message {
    std::vector<std::uint64_t> words;
    std::size_t size;
  };
  std::deque<Message> to_acceptor;
  std::deque<Message> to_connector;
  bool is_connected = false;
  int sessions = 1;  // that the acceptor made

 private:
  ConnectionOptions with(wire::Role role, std::span<const std::byte> token) const {
    ConnectionOptions options{
        .peer = options_.peer, .session = options_.session, .token = token, .call_key_seed = {}};
    options.peer.role = role;
    if (role == wire::Role::connector) options.call_key_seed = options_.call_key_seed;
    return options;
  }

  static std::array<std::byte, 3> token_of(int session) {
    return {std::byte{7}, static_cast<std::byte>(session), static_cast<std::byte>(session >> 8)};
  }

  void make_acceptor() {
    acceptor_host.wake_ms = wire::Peer::no_deadline;
    acceptor_storage_.emplace(with(wire::Role::acceptor, token_of(++sessions)), acceptor_services_,
                              acceptor_host, CallerInfo{"", "memory"});
  }

  std::expected<void, wire::CloseReason> accept(std::span<const std::byte> message) {
    if (std::exchange(awaits_hello_, false)) {
      const auto hello = wire::Session::read_hello_of(message);
      if (!hello) return std::unexpected(hello.error());
      const bool is_new = hello->session_token.empty() && acceptor_host.introductions.empty();
      switch (is_new ? wire::Resumption::possible : acceptor.session()->judge(*hello)) {
        case wire::Resumption::possible: break;
        case wire::Resumption::superseded: return std::unexpected(wire::CloseReason::superseded);
        case wire::Resumption::impossible: make_acceptor(); break;
      }
      acceptor.attach();
    }
    return acceptor.receive(message);
  }

  void send(Connection& from, MemoryHost& host, std::deque<Message>& to) {
    if (!is_connected || !std::exchange(host.has_output, false)) return;
    for (auto output = from.output(); !output.empty(); output = from.output()) {
      Message message{std::vector<std::uint64_t>((output.size() + 7) / 8), output.size()};
      std::memcpy(message.words.data(), output.data(), output.size());
      to.push_back(std::move(message));
      from.clear_output();
    }
  }

  const SessionPairOptions options_;
  const ServiceRegistry& acceptor_services_;
  bool awaits_hello_ = false;

 public:
  MemoryHost connector_host;
  MemoryHost acceptor_host;
  Connection connector;

 private:
  std::optional<Connection> acceptor_storage_;  // made anew in its place

 public:
  Connection& acceptor = *acceptor_storage_;
};

}  // namespace cortado::test
