// SPDX-License-Identifier: Apache-2.0
// The client's end of a session, over blocking WebSockets that the test opens and loses as it likes.
#pragma once

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rpc/topic.hpp"
#include "server/websocket_test_support.hpp"
#include "wire/session.hpp"

namespace cortado::testing {

/// A client's session, and what arrives in it; how frames travel is its derived class's.
class TestSessionEnd : private wire::PeerHandler, private wire::SessionHandler {
 public:
  /// `key`: of idempotency.
  void call(std::uint16_t method, std::string_view params, std::string_view key = {}) {
    const wire::RequestHeader header{.interface_id = interface_id(server_),
                                     .method = method,
                                     .idempotency_key = std::as_bytes(std::span(key))};
    if (!params.empty()) {
      std::memcpy(peer_.prepare_params(params.size(), header).data(), params.data(), params.size());
    }
    REQUIRE(peer_.call(header, params.size(), 0).has_value());
    flush();
  }
  /// Makes an empty call, and what follows has happened after it.
  void call_forever() {
    call(2, params_bytes<Probe::ForeverParams>([](auto) {}));
  }
  void hold(const char* text, std::string_view key = {}) {
    call(10, params_bytes<Probe::HoldParams>([&](auto params) { params.setText(text); }), key);
  }
  void fail(StatusCode code, std::string_view key) {
    const auto number = static_cast<std::uint16_t>(code);
    call(4, params_bytes<Probe::FailParams>([number](auto params) { params.setCode(number); }),
         key);
  }
  void follow(const char* topic) {
    call(11, params_bytes<Probe::FollowParams>([&](auto params) { params.setTopic(topic); }));
  }
  void unfollow(const char* topic) {
    call(12, params_bytes<Probe::UnfollowParams>([&](auto params) { params.setTopic(topic); }));
  }

  /// Lets the server send what it may not yet.
  void consume_all() {
    peer_.consumed(0, unconsumed_);
    unconsumed_ = {};
    flush();
  }

  [[nodiscard]] std::string token() const {
    return {reinterpret_cast<const char*>(session_.token().data()), session_.token().size()};
  }

  /// "ok", or a status, in the order of arrival.
  std::vector<std::string> outcomes;
  /// "topic=price", in the order of arrival.
  std::vector<std::string> notifications;
  bool consumes = true;
  std::optional<bool> resumed;  // of the last WELCOME
  bool going_away = false;

 protected:
  TestSessionEnd(const TestServer& server, const wire::PeerOptions& options)
      : server_(server), peer_(options, *this), session_({.grace_ms = 1u << 30}, peer_, *this) {}

  /// Sends all output of session_.
  virtual void flush() = 0;
  void receive(std::string_view message) {
    wire::Buffer aligned;
    std::memcpy(aligned.prepare(message.size()).data(), message.data(), message.size());
    aligned.commit(message.size());
    const auto taken = session_.receive(aligned.content(), 0);
    CAPTURE(std::string(taken ? "" : wire::name(taken.error())));
    REQUIRE(taken.has_value());
    flush();
  }

  const TestServer& server_;
  wire::Peer peer_;
  wire::Session session_;

 private:
  void on_request(wire::CallId, const wire::RequestView&) override {}
  void on_request_dropped(wire::CallId, StatusCode) override {}
  void on_response(wire::CallSlot, const wire::ResponseView&) override {
    outcomes.emplace_back("ok");
  }
  void on_error(wire::CallSlot, const wire::ErrorView& error) override {
    outcomes.emplace_back(wire::name(error.code));
  }
  bool on_notify(const wire::NotifyView& notify) override {
    auto price = read_topic<Probe::PriceResults>(notify);
    notifications.push_back(std::string(notify.topic) + "=" +
                            std::to_string(static_cast<int>(price->getPrice())));
    if (consumes) return true;
    unconsumed_.items += 1;
    unconsumed_.bytes += static_cast<std::int32_t>(wire::notify_payload_size(notify));
    return false;
  }
  void on_introduced(const wire::HelloView&) override {}
  void on_introduced(const wire::HelloView&, bool is_resumed) override { resumed = is_resumed; }
  void on_goaway(const wire::GoawayView&) override { going_away = true; }
  void on_pong(std::uint64_t) override {}
  void on_silent() override {}
  void on_expired() override {}

  wire::Credit unconsumed_;
};

class TestSession final : public TestSessionEnd {
 public:
  explicit TestSession(const TestServer& server, const wire::PeerOptions& options = {})
      : TestSessionEnd(server, options) {
    connect();
  }

  /// Over a new WebSocket; what became of an old one is not looked at.
  void connect() {
    open();
    receive_until([this] { return session_.is_introduced(); });
  }
  /// The same without waiting for the WELCOME.
  void open() {
    last_ = std::move(socket_);
    socket_ = std::make_unique<RawWebSocket>(server_);
    session_.attach(0);
    flush();
  }
  /// Its WebSocket is gone, without a word.
  void vanish() {
    socket_->vanish();
    session_.detach(0);
  }
  /// Says farewell; without a code when it is 0.
  void close(unsigned code) {
    std::string payload;
    if (code != 0) {
      payload += static_cast<char>(code >> 8);
      payload += static_cast<char>(code);
    }
    socket_->send(payload, net::Opcode::close);
    while (socket_->receive()) {
    }
    session_.detach(0);
  }

  template <class Done>
  void receive_until(Done is_done) {
    while (!is_done()) {
      const auto received = socket_->receive();
      REQUIRE(received.has_value());
      REQUIRE(received->opcode != net::Opcode::close);
      if (received->opcode == net::Opcode::binary) receive(received->payload);
      if (received->opcode == net::Opcode::ping) {
        socket_->send(received->payload, net::Opcode::pong);
      }
    }
  }
  void receive_outcomes(std::size_t count) {
    receive_until([&] { return outcomes.size() >= count; });
  }

  RawWebSocket& socket() { return *socket_; }
  /// The one before.
  RawWebSocket& last_socket() { return *last_; }

 private:
  void flush() override {
    while (!session_.output().empty()) {
      socket_->send(session_.output());
      session_.clear_output();
    }
  }

  std::unique_ptr<RawWebSocket> socket_;
  std::unique_ptr<RawWebSocket> last_;
};

inline void publish_price(TestServer& server, std::string_view topic, int price) {
  server.server.publish<Probe::PriceResults>(topic, [price](auto item) { item.setPrice(price); });
}

}  // namespace cortado::testing
