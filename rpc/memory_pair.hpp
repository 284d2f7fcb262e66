// SPDX-License-Identifier: Apache-2.0
// Two connections joined in memory, with a clock that is set by hand: for tests of services and of
// whatever stands on a Channel, without a socket. Nothing moves until deliver() or advance_to().
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rpc/connection.hpp"

namespace cortado {

/// One end's host: notes what it is told.
class MemoryHost final : public ConnectionHost {
 public:
  [[nodiscard]] std::uint64_t now_ms() const override { return time_ms; }
  void output_ready() override { has_output = true; }
  void wake_at(std::uint64_t deadline_ms) override { wake_ms = deadline_ms; }
  void handler_failed(std::string_view service, std::string_view method,
                      std::string_view what) override {
    failures.push_back(std::string(service) + "." + std::string(method) + ": " + std::string(what));
  }
  void call_finished(std::string_view service, std::string_view method, StatusCode code,
                     std::uint64_t duration_us) override {
    finished.push_back(std::string(service) + "." + std::string(method) + " " +
                       std::string(wire::name(code)));
    last_duration_us = duration_us;
  }
  void introduced(const wire::HelloView& hello, bool resumed) override {
    other_payload_size_max = hello.payload_size_max;
    introductions.push_back(resumed);
  }
  void goaway(const wire::GoawayView& goaway) override { farewell = goaway.message; }
  void notified(const wire::NotifyView& notify) override {
    topics.emplace_back(notify.topic);
    if (on_topic) on_topic(notify);
  }
  void notify_writable() override { ++notify_writable_count; }
  void silent() override { is_silent = true; }
  void expired() override { is_expired = true; }

  std::uint64_t time_ms = 1000;
  bool has_output = false;
  std::uint64_t wake_ms = wire::Peer::no_deadline;
  std::vector<std::string> failures;  // "Echo.fail: what was thrown"
  std::vector<std::string> finished;  // "Echo.echo ok"
  std::uint64_t last_duration_us = 0;
  std::uint32_t other_payload_size_max = 0;  // once the other end has introduced itself
  std::optional<std::string> farewell;
  std::vector<bool> introductions;  // whether each resumed a session
  std::vector<std::string> topics;  // of the pushes received
  std::function<void(const wire::NotifyView&)> on_topic;
  int notify_writable_count = 0;
  bool is_silent = false;
  bool is_expired = false;
};

class MemoryPair {
 public:
  /// `connector` and `acceptor` hold what each end serves, and outlive the pair.
  MemoryPair(const ServiceRegistry& connector_services, const ServiceRegistry& acceptor_services,
             wire::PeerOptions connector_options = {}, wire::PeerOptions acceptor_options = {})
      : connector(with_role(connector_options, wire::Role::connector), connector_services,
                  connector_host, {"", "memory"}),
        acceptor(with_role(acceptor_options, wire::Role::acceptor), acceptor_services,
                 acceptor_host, {"", "memory"}) {
    connector.introduce();
    acceptor.introduce();
  }

  /// Carries messages to and fro until nobody has any. Gives the reason for which an end closes.
  std::expected<void, wire::CloseReason> deliver() {
    while (connector_host.has_output || acceptor_host.has_output) {
      if (auto moved = move(connector, connector_host, acceptor); !moved) return moved;
      if (auto moved = move(acceptor, acceptor_host, connector); !moved) return moved;
    }
    return {};
  }

  /// Sets both clocks, lets both ends end what has run out of time, and delivers.
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

  MemoryHost connector_host;
  MemoryHost acceptor_host;
  Connection connector;
  Connection acceptor;

 private:
  static wire::PeerOptions with_role(wire::PeerOptions options, wire::Role role) {
    options.role = role;
    return options;
  }

  static std::expected<void, wire::CloseReason> move(Connection& from, MemoryHost& from_host,
                                                     Connection& to) {
    if (!std::exchange(from_host.has_output, false)) return {};
    const wire::Buffer message = from.take_output({});
    return to.receive(message.content());
  }
};

}  // namespace cortado
