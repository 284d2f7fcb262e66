// SPDX-License-Identifier: Apache-2.0
// Counters of one thread, written without locks by its sockets and shown as Prometheus text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rpc/service.hpp"
#include "wire/protocol.hpp"

namespace cortado::server {

/// What a limit is called here is what it is called in ServerOptions.
enum class Limit : std::uint8_t {
  header_size_max,
  header_timeout_ms,
  body_size_max,
  body_timeout_ms,
  payload_size_max,
  message_size_max,
  calls_in_flight_max,
  connections_max,
  idle_timeout_ms,
  ping_timeout_ms,
  session_grace_ms,
  session_retained_size_max,
  sessions_away_max,
  sessions_away_size_max,
  backlog_size_max,
  subscriptions_max,
  answers_remembered_size_max,
  lanes_max,
};
inline constexpr std::size_t limit_count = 18;
[[nodiscard]] std::string_view name(Limit limit);

class LatencyHistogram {
 public:
  void add(std::uint64_t duration_us);
  /// Appends the lines of a Prometheus histogram in seconds; `labels` as in {service="…"}.
  void render(std::string& out, std::string_view metric, const std::string& labels) const;

 private:
  // 50 µs to 10 s in steps of about two.
  static constexpr std::array<std::uint64_t, 17> bounds_us{
      50,     100,     250,     500,     1'000,     2'500,     5'000,     10'000,    25'000,
      50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};
  std::array<std::uint64_t, bounds_us.size() + 1> counts_{};
  std::uint64_t sum_us_ = 0;
};

class Metrics {
 public:
  Metrics();

  /// A service's methods get their lines. Before the first call.
  void add(const ServiceInfo& service);

  /// `service` and `method` are the very views of a ServiceInfo, or empty for what does not exist:
  /// names that peers invent make no lines.
  void call_finished(std::string_view service, std::string_view method, wire::StatusCode code,
                     std::uint64_t duration_us);
  void limit_hit(Limit limit) { ++limits_[static_cast<std::size_t>(limit)]; }
  void http_answered(unsigned status) { ++http_by_status_[status]; }

  // Gauges and counters that sockets change.
  std::uint64_t http_connections = 0;
  std::uint64_t websocket_connections = 0;
  std::uint64_t lanes = 0;
  std::uint64_t connections_accepted = 0;
  std::uint64_t json_calls_in_flight = 0;
  std::uint64_t http_bytes_received = 0;
  std::uint64_t http_bytes_sent = 0;
  std::uint64_t sessions_opened = 0;
  std::uint64_t sessions_resumed = 0;
  std::uint64_t topic_messages_sent = 0;
  std::uint64_t topic_messages_replaced = 0;

  /// What is known elsewhere at the time of a scrape.
  struct Snapshot {
    std::uint64_t websocket_bytes_received = 0;
    std::uint64_t websocket_bytes_sent = 0;
    std::uint64_t websocket_calls_in_flight = 0;
    std::uint64_t sessions_connected = 0;
    std::uint64_t sessions_away = 0;
    std::uint64_t backlog_size = 0;
    std::uint64_t answers_given = 0;
    std::uint64_t answers_size = 0;
    double uptime_s = 0;
  };
  [[nodiscard]] std::string render(const Snapshot& snapshot) const;

 private:
  static constexpr std::size_t code_count = 17;
  struct Method {
    std::string service;
    std::string name;
    std::array<std::uint64_t, code_count> by_code{};
    LatencyHistogram latency;
  };
  /// The addresses of the names: schema strings, so no text is compared in a call.
  struct Key {
    const char* service;
    const char* method;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept;
  };

  Method& find(std::string_view service, std::string_view method);
  void render_calls(std::string& out) const;
  void render_http(std::string& out) const;
  void render_sessions(std::string& out, const Snapshot& snapshot) const;

  std::vector<std::unique_ptr<Method>> methods_;  // the first: what does not exist
  std::unordered_map<Key, Method*, KeyHash> by_name_;
  Key last_key_{};  // most calls are to the same method as the one before
  Method* last_ = nullptr;
  std::array<std::uint64_t, limit_count> limits_{};
  std::map<unsigned, std::uint64_t> http_by_status_;
};

}  // namespace cortado::server
