// SPDX-License-Identifier: Apache-2.0
// The client's end of a WebSocket that carries several connections, and sessions on its lanes.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/session_test_support.hpp"
#include "wire/lane.hpp"

namespace cortado::testing {

inline const std::string lanes_offered = "cortado.v1.lanes, cortado.v1";

class LaneSession;

class LanedSocket {
 public:
  explicit LanedSocket(const TestServer& server)
      : socket(server, lanes_offered, wire::subprotocol_of_lanes) {}

  /// `frames` as a message of a lane.
  void send(std::uint32_t lane, std::string_view frames) {
    std::string message;
    if (lane != 0) {
      std::array<std::byte, wire::lane_header_size> header{};
      wire::write_lane(header, lane);
      message.assign(reinterpret_cast<const char*>(header.data()), header.size());
    }
    socket.send(message + std::string(frames));
  }
  void end(std::uint32_t lane, std::uint16_t code) {
    wire::Buffer message;
    wire::write_lane_end(message, lane, {code, "the test"});
    socket.send(std::as_const(message).content());
  }

  /// Hands messages to the sessions on their lanes.
  template <class Done>
  void receive_until(Done is_done) {
    while (!is_done()) {
      const auto received = socket.receive();
      REQUIRE(received.has_value());
      REQUIRE(received->opcode != net::Opcode::close);
      if (received->opcode == net::Opcode::binary) receive(received->payload);
      if (received->opcode == net::Opcode::ping) {
        socket.send(received->payload, net::Opcode::pong);
      }
    }
  }
  /// The code with which the server ended, or ends, a lane.
  unsigned end_code(std::uint32_t lane) {
    receive_until([&] { return ended.contains(lane); });
    return ended[lane];
  }

  RawWebSocket socket;
  std::map<std::uint32_t, LaneSession*> sessions;
  std::map<std::uint32_t, unsigned> ended;
  /// Whose the messages were that arrived, in order.
  std::vector<std::uint32_t> lanes;

 private:
  inline void receive(std::string_view message);
};

/// On one lane after the other, of any WebSockets.
class LaneSession final : public TestSessionEnd {
 public:
  explicit LaneSession(const TestServer& server) : TestSessionEnd(server, {}) {}

  /// Goes on over a lane that was not used before, and waits for the WELCOME.
  void connect(LanedSocket& socket, std::uint32_t lane) {
    open(socket, lane);
    socket.receive_until([this] { return session_.is_introduced(); });
  }
  void open(LanedSocket& socket, std::uint32_t lane) {
    session_.detach(0);
    socket_ = &socket;
    lane_ = lane;
    socket.sessions[lane] = this;
    session_.attach(0);
    flush();
  }
  void receive_outcomes(std::size_t count) {
    socket_->receive_until([&] { return outcomes.size() >= count; });
  }
  void take(std::uint32_t lane, std::string_view message) {
    if (lane == lane_) receive(message);
  }

 private:
  void flush() override {
    while (!session_.output().empty()) {
      const auto output = session_.output();
      socket_->send(lane_, {reinterpret_cast<const char*>(output.data()), output.size()});
      session_.clear_output();
    }
  }

  LanedSocket* socket_ = nullptr;
  std::uint32_t lane_ = 0;
};

inline void LanedSocket::receive(std::string_view message) {
  const auto read = wire::read_lane(std::as_bytes(std::span(message)));
  REQUIRE(read.has_value());
  lanes.push_back(read->lane);
  if (read->end) {
    CHECK(!ended.contains(read->lane));
    ended[read->lane] = read->end->code;
    return;
  }
  CHECK(!ended.contains(read->lane));
  const auto found = sessions.find(read->lane);
  REQUIRE(found != sessions.end());
  if (found->second == nullptr) return;  // the test wants it mute
  found->second->take(read->lane,
                      {reinterpret_cast<const char*>(read->rest.data()), read->rest.size()});
}

}  // namespace cortado::testing
