// SPDX-License-Identifier: Apache-2.0
// Prometheus text format 0.0.4. Names follow its conventions: base units, `_total` on counters.
#include "server/metrics.hpp"

#include <algorithm>
#include <charconv>

namespace cortado::server {
namespace {

void append_value(std::string& out, double value) {
  std::array<char, 64> digits{};
  // Not in the form of 5e-05, which is valid, but nobody reads it easily.
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                          std::chars_format::fixed)
                                .ptr);
}

void append_value(std::string& out, std::uint64_t value) {
  std::array<char, 24> digits{};
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

template <class Value>
void append_line(std::string& out, std::string_view metric, std::string_view labels, Value value) {
  out += metric;
  if (!labels.empty()) ((out += '{') += labels) += '}';
  out += ' ';
  append_value(out, value);
  out += '\n';
}

void append_type(std::string& out, std::string_view metric, std::string_view type,
                 std::string_view help) {
  ((((out += "# HELP ") += metric) += ' ') += help) += '\n';
  ((((out += "# TYPE ") += metric) += ' ') += type) += '\n';
}

}  // namespace

std::string_view name(Limit limit) {
  switch (limit) {
    case Limit::header_size_max: return "header_size_max";
    case Limit::header_timeout_ms: return "header_timeout_ms";
    case Limit::body_size_max: return "body_size_max";
    case Limit::body_timeout_ms: return "body_timeout_ms";
    case Limit::payload_size_max: return "payload_size_max";
    case Limit::message_size_max: return "message_size_max";
    case Limit::calls_in_flight_max: return "calls_in_flight_max";
    case Limit::connections_max: return "connections_max";
    case Limit::idle_timeout_ms: return "idle_timeout_ms";
    case Limit::ping_timeout_ms: return "ping_timeout_ms";
    case Limit::session_grace_ms: return "session_grace_ms";
    case Limit::session_retained_size_max: return "session_retained_size_max";
    case Limit::sessions_away_max: return "sessions_away_max";
    case Limit::sessions_away_size_max: return "sessions_away_size_max";
    case Limit::backlog_size_max: return "backlog_size_max";
    case Limit::subscriptions_max: return "subscriptions_max";
    case Limit::answers_remembered_size_max: return "answers_remembered_size_max";
    case Limit::lanes_max: return "lanes_max";
  }
  return "";
}

void LatencyHistogram::add(std::uint64_t duration_us) {
  std::size_t bucket = 0;
  while (bucket < bounds_us.size() && duration_us > bounds_us[bucket]) ++bucket;
  ++counts_[bucket];
  sum_us_ += duration_us;
}

void LatencyHistogram::render(std::string& out, std::string_view metric,
                              const std::string& labels) const {
  const std::string bucket_metric = std::string(metric) + "_bucket";
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    count += counts_[i];
    std::string bound = "+Inf";
    if (i < bounds_us.size()) {
      bound.clear();
      append_value(bound, static_cast<double>(bounds_us[i]) / 1e6);
    }
    append_line(out, bucket_metric, labels + ",le=\"" + bound + "\"", count);
  }
  append_line(out, std::string(metric) + "_sum", labels, static_cast<double>(sum_us_) / 1e6);
  append_line(out, std::string(metric) + "_count", labels, count);
}

Metrics::Metrics() {
  methods_.push_back(std::make_unique<Method>());
  methods_.front()->service = "unknown";
  methods_.front()->name = "unknown";
}

void Metrics::add(const ServiceInfo& service) {
  for (const MethodInfo& method : service.methods) {
    methods_.push_back(std::make_unique<Method>());
    methods_.back()->service = service.name;
    methods_.back()->name = method.name;
    by_name_[Key{service.name.data(), method.name.data()}] = methods_.back().get();
  }
}

std::size_t Metrics::KeyHash::operator()(const Key& key) const noexcept {
  const std::hash<const char*> hash;
  return hash(key.service) * 31 + hash(key.method);
}

Metrics::Method& Metrics::find(std::string_view service, std::string_view method) {
  const Key key{service.data(), method.data()};
  if (last_ == nullptr || !(key == last_key_)) {
    const auto found = by_name_.find(key);
    last_key_ = key;
    last_ = found == by_name_.end() ? methods_.front().get() : found->second;
  }
  return *last_;
}

void Metrics::call_finished(std::string_view service, std::string_view method,
                            wire::StatusCode code, std::uint64_t duration_us) {
  Method& counted = find(service, method);
  const auto index = static_cast<std::size_t>(code);
  ++counted
        .by_code[index < code_count ? index : static_cast<std::size_t>(wire::StatusCode::unknown)];
  counted.latency.add(duration_us);
}

void Metrics::render_calls(std::string& out) const {
  append_type(out, "cortado_calls_total", "counter", "Calls that ended, by status code.");
  for (const auto& method : methods_) {
    for (std::size_t code = 0; code < code_count; ++code) {
      if (method->by_code[code] == 0) continue;
      const std::string labels =
          "service=\"" + method->service + "\",method=\"" + method->name + "\",code=\"" +
          std::string(wire::name(static_cast<wire::StatusCode>(code))) + "\"";
      append_line(out, "cortado_calls_total", labels, method->by_code[code]);
    }
  }
  append_type(out, "cortado_call_duration_seconds", "histogram",
              "From the arrival of a call to its answer.");
  for (const auto& method : methods_) {
    if (std::ranges::count(method->by_code, 0U) == code_count) continue;
    method->latency.render(out, "cortado_call_duration_seconds",
                           "service=\"" + method->service + "\",method=\"" + method->name + "\"");
  }
}

void Metrics::render_http(std::string& out) const {
  append_type(out, "cortado_http_responses_total", "counter", "HTTP answers by status.");
  for (const auto& [status, count] : http_by_status_) {
    append_line(out, "cortado_http_responses_total", "status=\"" + std::to_string(status) + "\"",
                count);
  }
}

void Metrics::render_sessions(std::string& out, const Snapshot& snapshot) const {
  append_type(out, "cortado_sessions", "gauge", "Sessions of clients that are connected or away.");
  append_line(out, "cortado_sessions", "client=\"connected\"", snapshot.sessions_connected);
  append_line(out, "cortado_sessions", "client=\"away\"", snapshot.sessions_away);
  append_type(out, "cortado_sessions_opened_total", "counter", "Sessions since the start.");
  append_line(out, "cortado_sessions_opened_total", "", sessions_opened);
  append_type(out, "cortado_sessions_resumed_total", "counter",
              "How often a session went on over another connection.");
  append_line(out, "cortado_sessions_resumed_total", "", sessions_resumed);
  append_type(out, "cortado_backlog_bytes", "gauge",
              "What sessions keep to be sent, or sent again.");
  append_line(out, "cortado_backlog_bytes", "", snapshot.backlog_size);
  append_type(out, "cortado_answers_repeated_total", "counter",
              "Calls that came again by their idempotency key and got the answer without running.");
  append_line(out, "cortado_answers_repeated_total", "", snapshot.answers_given);
  append_type(out, "cortado_answers_remembered_bytes", "gauge",
              "What is remembered of calls with an idempotency key.");
  append_line(out, "cortado_answers_remembered_bytes", "", snapshot.answers_size);
  append_type(
      out, "cortado_topic_messages_total", "counter",
      "Messages published, by subscribed session: sent, or replaced by a newer one of their "
      "topic before a slow client had room.");
  append_line(out, "cortado_topic_messages_total", "outcome=\"sent\"", topic_messages_sent);
  append_line(out, "cortado_topic_messages_total", "outcome=\"replaced\"", topic_messages_replaced);
}

std::string Metrics::render(const Snapshot& snapshot) const {
  std::string out;
  render_calls(out);
  append_type(out, "cortado_calls_in_flight", "gauge", "Calls being served.");
  append_line(out, "cortado_calls_in_flight", "carrier=\"http\"", json_calls_in_flight);
  append_line(out, "cortado_calls_in_flight", "carrier=\"websocket\"",
              snapshot.websocket_calls_in_flight);
  append_type(out, "cortado_connections", "gauge", "Open connections.");
  append_line(out, "cortado_connections", "carrier=\"http\"", http_connections);
  append_line(out, "cortado_connections", "carrier=\"websocket\"", websocket_connections);
  append_type(out, "cortado_lanes", "gauge",
              "Connections of tabs that share a WebSocket, on all of those.");
  append_line(out, "cortado_lanes", "", lanes);
  append_type(out, "cortado_connections_accepted_total", "counter", "Connections since the start.");
  append_line(out, "cortado_connections_accepted_total", "", connections_accepted);
  render_http(out);
  render_sessions(out, snapshot);
  append_type(out, "cortado_received_bytes_total", "counter", "Bytes read from sockets.");
  append_line(out, "cortado_received_bytes_total", "carrier=\"http\"", http_bytes_received);
  append_line(out, "cortado_received_bytes_total", "carrier=\"websocket\"",
              snapshot.websocket_bytes_received);
  append_type(out, "cortado_sent_bytes_total", "counter", "Bytes written to sockets.");
  append_line(out, "cortado_sent_bytes_total", "carrier=\"http\"", http_bytes_sent);
  append_line(out, "cortado_sent_bytes_total", "carrier=\"websocket\"",
              snapshot.websocket_bytes_sent);
  append_type(out, "cortado_limit_hits_total", "counter",
              "How often a limit of the server was hit.");
  for (std::size_t i = 0; i < limit_count; ++i) {
    append_line(out, "cortado_limit_hits_total",
                "limit=\"" + std::string(name(static_cast<Limit>(i))) + "\"", limits_[i]);
  }
  append_type(out, "cortado_uptime_seconds", "gauge", "Since the server started.");
  append_line(out, "cortado_uptime_seconds", "", snapshot.uptime_s);
  return out;
}

}  // namespace cortado::server
