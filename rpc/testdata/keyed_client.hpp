// SPDX-License-Identifier: Apache-2.0
// A client that chooses its idempotency keys, over a session with an acceptor of Echo that shares a
// memory with others. Test code only.
#pragma once

#include <capnp/message.h>

#include <array>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/answer_memory.hpp"
#include "rpc/memory_pair.hpp"
#include "rpc/message_bytes.hpp"
#include "rpc/received_message.hpp"
#include "rpc/testdata/echo_service.hpp"
#include "wire/session.hpp"

namespace cortado::test {

class KeyedClient final : private wire::PeerHandler, private wire::SessionHandler {
 public:
  /// `ack_frames`: after so many the client acknowledges.
  KeyedClient(const ServiceRegistry& services, AnswerMemory& memory,
              std::uint32_t ack_frames = wire::ack_frames_max)
      : acceptor({.peer = {.role = wire::Role::acceptor},
                  .session = wire::SessionOptions{},
                  .token = token,
                  .answers = &memory},
                 services, host, {"", "memory"}),
        session_({.ack_frames = ack_frames}, peer_, *this) {
    session_.attach(0);
    acceptor.attach();
    deliver();
  }

  void echo(std::string_view key, std::string_view text, unsigned padding = 0,
            std::uint32_t timeout_ms = 0) {
    call<Echo::EchoParams>(0, key, timeout_ms, [&](Echo::EchoParams::Builder params) {
      params.setText(std::string(text));
      params.initPadding(padding);
    });
  }
  /// The slot of the call.
  wire::CallSlot later(std::string_view key, std::string_view text, std::uint32_t timeout_ms = 0) {
    return call<Echo::LaterParams>(1, key, timeout_ms, [&](Echo::LaterParams::Builder params) {
      params.setText(std::string(text));
    });
  }
  void fail(std::string_view key, std::string_view how) {
    call<Echo::FailParams>(
        4, key, 0, [&](Echo::FailParams::Builder params) { params.setHow(std::string(how)); });
  }
  void cancel(wire::CallSlot slot) {
    peer_.cancel(slot);
    deliver();
  }

  /// Until neither end has anything to send.
  void deliver() {
    bool is_moving = true;
    while (is_moving) {
      is_moving = move(session_, [this](auto message) { return acceptor.receive(message); });
      const auto at_client = [this](auto message) { return session_.receive(message, 0); };
      is_moving = move(acceptor, at_client) || is_moving;
    }
  }
  /// Lets the acceptor do what it asked to be woken for.
  void wake() {
    host.wake_ms = wire::Peer::no_deadline;
    acceptor.advance();
    deliver();
  }
  /// Requests arrive, and answers do not.
  void lose_answers() { loses_ = true; }
  /// The session ends at the acceptor.
  void end() { acceptor.close({StatusCode::unavailable, "the session is over", 0, {}}); }

  std::vector<std::string> outcomes;  // texts of results, or errors
  std::array<std::byte, 1> token{std::byte{1}};
  MemoryHost host;
  Connection acceptor;

 private:
  template <class Params, class Fill>
  wire::CallSlot call(std::uint16_t method, std::string_view key, std::uint32_t timeout_ms,
                      Fill fill) {
    capnp::MallocMessageBuilder message;
    fill(message.initRoot<Params>());
    const Segments segments = message.getSegmentsForOutput();
    const std::size_t size = message_size(segments);
    const wire::RequestHeader header{.interface_id = echo_id,
                                     .method = method,
                                     .timeout_ms = timeout_ms,
                                     .idempotency_key = std::as_bytes(std::span(key))};
    write_message(segments, peer_.prepare_params(size, header).first(size));
    const auto slot = peer_.call(header, size, 0);
    methods_[*slot] = method;
    deliver();
    return *slot;
  }

  template <class From, class Receive>
  bool move(From& from, Receive receive) {
    bool has_moved = false;
    for (auto output = from.output(); !output.empty(); output = from.output()) {
      wire::Buffer message;
      std::memcpy(message.prepare(output.size()).data(), output.data(), output.size());
      message.commit(output.size());
      from.clear_output();
      has_moved = true;
      if constexpr (std::is_same_v<From, Connection>) {
        if (loses_) continue;
      }
      if (!receive(message.content())) outcomes.emplace_back("closed");
    }
    return has_moved;
  }

  void on_request(wire::CallId, const wire::RequestView&) override {}
  void on_request_dropped(wire::CallId, StatusCode) override {}
  void on_response(wire::CallSlot slot, const wire::ResponseView& response) override {
    const ReceivedMessage message(response.results);
    switch (methods_[slot]) {
      case 0:
        outcomes.emplace_back(message.root().getAs<Echo::EchoResults>().getText().cStr());
        break;
      case 1:
        outcomes.emplace_back(message.root().getAs<Echo::LaterResults>().getText().cStr());
        break;
      default: outcomes.emplace_back("ok");
    }
  }
  void on_error(wire::CallSlot, const wire::ErrorView& error) override {
    outcomes.push_back(to_string(Error::from(error)));
  }
  void on_introduced(const wire::HelloView&) override {}
  void on_introduced(const wire::HelloView&, bool) override {}
  void on_goaway(const wire::GoawayView&) override {}
  void on_pong(std::uint64_t) override {}
  void on_silent() override {}
  void on_expired() override {}

  std::map<wire::CallSlot, std::uint16_t> methods_;
  bool loses_ = false;
  wire::Peer peer_{{.role = wire::Role::connector}, *this};
  wire::Session session_;
};

}  // namespace cortado::test
