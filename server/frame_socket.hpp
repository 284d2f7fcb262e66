// SPDX-License-Identifier: Apache-2.0
// One WebSocket of frames, and the connections it carries: one, or as many lanes as the other end
// asks for (docs/protocol.md, "Lanes"). Lanes send in turns, a message at a time; while the other end
// does not take what is sent, none of them is read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/websocket_link.hpp"
#include "server/lane.hpp"
#include "server/served_socket.hpp"
#include "server/worker.hpp"
#include "wire/lane.hpp"
#include "wire/protocol.hpp"

namespace cortado::server {

class FrameSocket final : public net::WebSocketLink, public ServedSocket {
 public:
  /// Serves a socket whose handshake is done; `received` came behind it. `has_lanes`: the handshake
  /// agreed on them.
  static void start(Worker& worker, net::Socket socket, std::string client_address, bool has_lanes,
                    std::span<const std::byte> received);

  FrameSocket(Worker& worker, net::Socket socket, std::string client_address, bool has_lanes);
  ~FrameSocket() override;

  void tick(std::uint64_t now_ms) override;
  void drain(std::uint32_t grace_ms) override;
  void stop() override;
  void abandon() override;

  // --- for its lanes ---------------------------------------------------------------------------

  [[nodiscard]] Worker& worker() { return worker_; }
  [[nodiscard]] const std::string& client_address() const { return client_address_; }
  /// It has output, or may have.
  void lane_ready(Lane& lane);
  /// Tells the other end that the lane, which has no session any more, is over, and forgets it. Without
  /// lanes the WebSocket closes.
  void end_lane(Lane& lane, wire::CloseReason reason, std::string_view words);
  /// The server is draining: is there nothing more to wait for?
  void close_when_drained();

 private:
  // net::WebSocketLink
  void on_message(std::span<const std::byte> message) override;
  std::span<const std::byte> output() override;
  std::span<const std::byte> output_head() override;
  void clear_output() override;
  void on_pong(std::span<const std::byte> payload) override;
  void on_progress() override;
  void on_closing(const net::LinkEnd& end) override;
  void on_end(const net::LinkEnd& end) override;

  /// The lane a message is for, opened when it is its first. Null: there is none, and the message
  /// means nothing, or its lane was refused.
  [[nodiscard]] std::shared_ptr<Lane> lane_of(const wire::LaneMessage& message);
  [[nodiscard]] std::shared_ptr<Lane> open_lane(std::uint32_t number);
  /// Forgets it.
  void remove(std::uint32_t number);
  void tell_end(std::uint32_t number, const wire::LaneEnd& end);

  /// `visit` may end the lane it is given, and no other.
  template <class Visit>
  void for_each_lane(Visit visit) {
    for (auto at = lanes_.begin(); at != lanes_.end();) {
      const std::shared_ptr<Lane> lane = (at++)->second;
      visit(*lane);
    }
  }

  Worker& worker_;
  const std::string client_address_;
  const bool has_lanes_;
  std::optional<ServedSockets::Place> place_;  // none once it has ended
  bool drained_ = false;  // all that was sent before our GOAWAY arrived has come

  std::map<std::uint32_t, std::shared_ptr<Lane>> lanes_;
  std::uint64_t next_lane_ = 0;              // those below have been used
  std::uint64_t unused_ms_ = net::now_ms();  // since when there is no lane, while there is none
  // Few; and a std::deque takes half a kilobyte when it is empty.
  std::vector<std::shared_ptr<Lane>> queue_;  // those that may have something to send
  std::vector<wire::Buffer> ends_;            // whole messages that end lanes
  std::shared_ptr<Lane> sending_;             // whose message output() gave last
  std::array<std::byte, wire::lane_header_size> sending_head_{};
};

}  // namespace cortado::server
