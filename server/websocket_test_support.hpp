// SPDX-License-Identifier: Apache-2.0
// A blocking WebSocket client of the tests' own, that can send what no client should, and the
// frames of `cortado.v1` made by a peer without a socket.
#pragma once

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "net/websocket_frame.hpp"
#include "net/websocket_key.hpp"
#include "server/test_support.hpp"
#include "wire/close_code.hpp"
#include "wire/peer.hpp"

namespace cortado::testing {

/// Headers of a right handshake; `changes` replace or add, an empty value leaves one out.
inline Headers handshake_headers(const Headers& changes = {}) {
  Headers headers{{"Host", "localhost"},
                  {"Upgrade", "websocket"},
                  {"Connection", "keep-alive, Upgrade"},
                  {"Sec-WebSocket-Version", "13"},
                  {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                  {"Sec-WebSocket-Protocol", "chat, cortado.v1"}};
  for (const auto& [name, value] : changes) {
    std::erase_if(headers, [&name](const auto& header) { return header.first == name; });
    if (!value.empty()) headers.emplace_back(name, value);
  }
  return headers;
}

class RawWebSocket {
 public:
  explicit RawWebSocket(const TestServer& server, const std::string& offered = "chat, cortado.v1",
                        std::string_view chosen = "cortado.v1")
      : http_(server) {
    const Answer answer =
        http_.ask("GET", "/rpc", handshake_headers({{"Sec-WebSocket-Protocol", offered}}));
    REQUIRE(answer.result_int() == 101);
    CHECK(answer["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    CHECK(answer["Sec-WebSocket-Protocol"] == chosen);
    input_ = http_.take_rest();
  }

  void send(std::string_view payload, net::Opcode opcode = net::Opcode::binary, bool final = true,
            bool masked = true) {
    http_.send_as_far_as_taken(encode(payload, opcode, final, masked));
  }
  void send(std::span<const std::byte> payload) {
    send({reinterpret_cast<const char*>(payload.data()), payload.size()});
  }
  void send_bytes(std::string_view bytes) { http_.send_as_far_as_taken(bytes); }

  static std::string encode(std::string_view payload, net::Opcode opcode = net::Opcode::binary,
                            bool final = true, bool masked = true) {
    net::FrameHeader header{.final = final, .opcode = opcode};
    header.payload_size = payload.size();
    if (masked) header.mask = net::MaskKey{std::byte{9}, std::byte{8}, std::byte{7}, std::byte{6}};
    std::array<std::byte, net::websocket_header_size_max> bytes{};
    const std::size_t size = net::write_header(bytes, header);
    std::string text(reinterpret_cast<const char*>(bytes.data()), size);
    text.resize(size + payload.size());
    net::mask_into(reinterpret_cast<std::byte*>(text.data() + size),
                   std::as_bytes(std::span(payload)), header.mask.value_or(net::MaskKey{}), 0);
    return text;
  }

  struct Received {
    net::Opcode opcode;
    std::string payload;
  };
  /// Of a close frame that has one.
  static unsigned code_of(const Received& close) {
    return static_cast<unsigned>(static_cast<unsigned char>(close.payload[0])) << 8 |
           static_cast<unsigned char>(close.payload[1]);
  }
  /// The next frame; nullopt at the end of the stream.
  std::optional<Received> receive() {
    while (true) {
      const auto read = net::read_header(std::as_bytes(std::span(input_)));
      REQUIRE(read.has_value());
      if (*read && input_.size() >= (*read)->size + (*read)->header.payload_size) {
        Received received{(*read)->header.opcode,
                          input_.substr((*read)->size, (*read)->header.payload_size)};
        CHECK(!(*read)->header.mask.has_value());
        input_.erase(0, (*read)->size + received.payload.size());
        return received;
      }
      std::array<char, 4096> piece{};
      boost::system::error_code error;
      const std::size_t size = http_.socket().read_some(asio::buffer(piece), error);
      if (error) return std::nullopt;
      input_.append(piece.data(), size);
    }
  }

  /// Skips messages until the server closes; the code of its close frame, 0 without one.
  unsigned close_code() {
    while (const std::optional<Received> received = receive()) {
      if (received->opcode != net::Opcode::close) continue;
      if (received->payload.size() < 2) return 1005;
      close_reason = received->payload.substr(2);
      return code_of(*received);
    }
    return 0;
  }
  std::string close_reason;

  void vanish() { http_.close(); }
  bool closed_by_server() { return http_.closed_by_server(); }

 private:
  HttpClient http_;
  std::string input_;
};

inline unsigned code_of(const RawWebSocket::Received& close) {
  return RawWebSocket::code_of(close);
}

/// Whether a message begins with a PING.
inline bool is_ping(const RawWebSocket::Received& message) {
  return message.opcode == net::Opcode::binary && message.payload.size() > 3 &&
         message.payload[3] == static_cast<char>(wire::FrameType::ping);
}

inline std::uint64_t interface_id(const TestServer& server) {
  return server.probe.info().interface_id;
}

/// The client's peer, without a socket: makes frames, and reads what comes back.
class TestPeer final : private wire::PeerHandler {
 public:
  TestPeer() : peer_({.role = wire::Role::connector}, *this) { peer_.introduce(); }

  /// A call with these params; its answer comes to outcomes.
  void call(std::uint64_t interface_id, std::uint16_t method, std::string_view params,
            std::uint32_t timeout_ms = 0) {
    wire::RequestHeader header;
    header.interface_id = interface_id;
    header.method = method;
    header.timeout_ms = timeout_ms;
    const std::span<std::byte> room = peer_.prepare_params(params.size(), header);
    std::memcpy(room.data(), params.data(), params.size());
    REQUIRE(peer_.call(header, params.size(), 0).has_value());
  }

  /// What waits to be sent, as one message.
  std::string take() {
    const std::span<const std::byte> output = peer_.output();
    std::string text(reinterpret_cast<const char*>(output.data()), output.size());
    peer_.clear_output();
    return text;
  }

  void receive(std::string_view message) {
    wire::Buffer aligned;
    const std::span<std::byte> room = aligned.prepare(message.size());
    std::memcpy(room.data(), message.data(), message.size());
    aligned.commit(message.size());
    const auto taken = peer_.receive(aligned.content(), 0);
    CAPTURE(std::string(taken ? "" : wire::name(taken.error())));
    REQUIRE(taken.has_value());
  }

  /// "ok", or "not_found: message", in the order of arrival.
  std::vector<std::string> outcomes;
  bool going_away = false;
  std::optional<std::uint32_t> calls_in_flight_max;

 private:
  void on_request(wire::CallId, const wire::RequestView&) override {}
  void on_request_dropped(wire::CallId, StatusCode) override {}
  void on_response(wire::CallSlot, const wire::ResponseView&) override {
    outcomes.emplace_back("ok");
  }
  void on_error(wire::CallSlot, const wire::ErrorView& error) override {
    outcomes.push_back(std::string(wire::name(error.code)) + ": " + std::string(error.message));
  }
  void on_introduced(const wire::HelloView& hello) override {
    calls_in_flight_max = hello.calls_in_flight_max;
  }
  void on_goaway(const wire::GoawayView&) override { going_away = true; }
  void on_pong(std::uint64_t) override {}

  wire::Peer peer_;
};

/// A params message as bytes.
template <class Params, class Fill>
std::string params_bytes(Fill fill) {
  capnp::MallocMessageBuilder message;
  fill(message.initRoot<Params>());
  const auto words = capnp::messageToFlatArray(message);
  const auto bytes = words.asBytes();
  return {reinterpret_cast<const char*>(bytes.begin()), bytes.size()};
}

}  // namespace cortado::testing
