// SPDX-License-Identifier: Apache-2.0
#include "server/client_session.hpp"

#include <boost/asio/post.hpp>

#include <utility>

#include "server/lane.hpp"

namespace cortado::server {
namespace {

ConnectionOptions connection_options(Worker& worker, const SessionToken& token,
                                     std::uint64_t seed) {
  const ServerOptions& options = worker.site.options;
  ConnectionOptions connection;
  connection.answers = worker.answers_if_any();
  connection.peer.role = wire::Role::acceptor;
  connection.peer.payload_size_max = options.payload_size_max;
  connection.peer.calls_in_flight_max = options.calls_in_flight_max;
  connection.peer.seed = seed;
  wire::SessionOptions& session = connection.session.emplace();
  const bool keeps = options.session_grace_ms != 0;
  session.retained_size_max = keeps ? options.session_retained_size_max : 0;
  session.grace_ms = options.session_grace_ms;
  session.ping_interval_ms = options.ping_interval_ms;
  session.ping_timeout_ms = options.ping_timeout_ms;
  connection.token = token;
  return connection;
}

}  // namespace

ClientSession::ClientSession(Worker& worker, std::string client_address, const SessionToken& token,
                             std::uint64_t seed)
    : worker_(worker),
      client_address_(std::move(client_address)),
      token_(token),
      timer_(worker.executor),
      subscriptions_(worker.topics, *this, worker.metrics, worker.site.options.subscriptions_max),
      connection_(connection_options(worker, token_, seed), worker.site.services, *this,
                  CallerInfo{client_address_, "websocket", &subscriptions_}) {}

// --- lanes ---------------------------------------------------------------------------------------

void ClientSession::attach(Lane& lane) {
  Lane* const old = std::exchange(lane_, &lane);
  ++lane_count_;
  if (old != nullptr) old->leave_session(wire::CloseReason::superseded, "superseded");
  worker_.sessions.came_back(*this);
  connection_.attach();
}

void ClientSession::detach(bool is_done) {
  lane_ = nullptr;
  if (is_done) connection_.forget_answers();
  if (is_done || worker_.draining || !connection_.session()->is_resumable()) {
    return end({StatusCode::unavailable, "the connection is closed", 0, {}},
               wire::CloseReason::going_away);
  }
  away_ms_ = net::now_ms();
  connection_.detach();
  worker_.sessions.went_away(*this);
}

void ClientSession::receive(std::span<const std::byte> message) {
  const auto received = connection_.receive(message);
  if (received) return;
  const wire::CloseReason reason = received.error();
  if (reason == wire::CloseReason::payload_too_large) {
    worker_.metrics.limit_hit(Limit::payload_size_max);
  }
  end({StatusCode::unavailable,
       "the client broke the protocol: " + std::string(wire::name(reason)),
       0,
       {}},
      reason);
}

void ClientSession::output_ready() {
  if (lane_ != nullptr) lane_->output_ready();
}

void ClientSession::introduced(const wire::HelloView&, bool resumed) {
  if (!resumed) return;
  ++worker_.metrics.sessions_resumed;
  if (worker_.site.log.takes(LogLevel::debug)) {
    worker_.site.log.write(LogLevel::debug, "session_resumed", {{"client", client_address_}});
  }
  send_topics_later();
}

void ClientSession::silent() {
  // From inside the connection: the lane must not go yet.
  boost::asio::post(worker_.executor, [self = shared_from_this(), count = lane_count_] {
    if (self->lane_ == nullptr || self->lane_count_ != count) return;
    self->worker_.metrics.limit_hit(Limit::ping_timeout_ms);
    self->lane_->leave_session(wire::CloseReason::idle, "nothing was heard for ping_timeout_ms");
    self->detach(false);
  });
}

// --- the end -------------------------------------------------------------------------------------

void ClientSession::expired() {
  const bool in_time = net::now_ms() - away_ms_ < worker_.site.options.session_grace_ms;
  worker_.metrics.limit_hit(in_time ? Limit::session_retained_size_max : Limit::session_grace_ms);
  boost::asio::post(worker_.executor, [self = shared_from_this()] {
    self->end({StatusCode::unavailable, "the client did not come back", 0, {}},
              wire::CloseReason::session_lost);
  });
}

void ClientSession::drain(std::uint32_t grace_ms) {
  connection_.goaway(wire::CloseReason::going_away, grace_ms, "the server stops");
}

void ClientSession::end(const Error& error, wire::CloseReason reason) {
  if (std::exchange(ended_, true)) return;
  const auto self = shared_from_this();
  if (Lane* const lane = std::exchange(lane_, nullptr)) {
    lane->leave_session(reason, wire::name(reason));
  }
  timer_.cancel();
  subscriptions_.clear();
  connection_.close(error);
  worker_.sessions.remove(*this);
}

void ClientSession::tick() {
  if (lane_ == nullptr || !has_too_much_waiting()) return;
  worker_.metrics.limit_hit(Limit::backlog_size_max);
  end({StatusCode::unavailable, "too much waits for the client (backlog_size_max)", 0, {}},
      wire::CloseReason::session_lost);
}

bool ClientSession::has_too_much_waiting() const {
  return backlog_size() > worker_.site.options.backlog_size_max;
}

// --- topics --------------------------------------------------------------------------------------

void ClientSession::send_topics_later() {
  // From inside the connection, which must not be asked to send there.
  boost::asio::post(worker_.executor,
                    [self = shared_from_this()] { self->subscriptions_.send_waiting(); });
}

// --- time ----------------------------------------------------------------------------------------

void ClientSession::wake_at(std::uint64_t deadline_ms) {
  timer_.wake_at(weak_from_this(), deadline_ms);
}

void ClientSession::on_wake() {
  if (ended_) return;
  connection_.advance();
  if (worker_.draining && lane_ != nullptr) lane_->close_when_drained();
}

// --- calls ---------------------------------------------------------------------------------------

void ClientSession::handler_failed(std::string_view service, std::string_view method,
                                   std::string_view what) {
  worker_.site.log.write(LogLevel::error, "handler_failed",
                         {{"service", std::string(service)},
                          {"method", std::string(method)},
                          {"what", std::string(what)}});
}

void ClientSession::call_finished(std::string_view service, std::string_view method,
                                  StatusCode code, std::uint64_t duration_us) {
  worker_.metrics.call_finished(service, method, code, duration_us);
  if (lane_ == nullptr || ended_) return;
  if (!worker_.draining && !has_too_much_waiting()) return;
  // Not from inside the connection, where the call that reports itself is still in flight.
  boost::asio::post(worker_.executor, [self = shared_from_this()] {
    self->tick();
    if (self->worker_.draining && self->lane_ != nullptr) self->lane_->close_when_drained();
  });
}

}  // namespace cortado::server
