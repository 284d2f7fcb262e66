// SPDX-License-Identifier: Apache-2.0
// One of the connections that a WebSocket carries (docs/protocol.md, "Lanes"): it carries the session
// that its first message names, until one of the three ends. A WebSocket without lanes is lane 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "wire/protocol.hpp"

namespace cortado::server {

class ClientSession;
class FrameSocket;
class Worker;

class Lane {
 public:
  /// `socket` outlives it.
  Lane(FrameSocket& socket, std::uint32_t number);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] ClientSession* session() const { return session_.get(); }

  // --- for its WebSocket -----------------------------------------------------------------------

  /// Of whole frames, 8-byte aligned. The lane may have ended when it returns.
  void receive(std::span<const std::byte> message);
  /// The other end took some of what was sent: nothing was said, but somebody is there.
  void progress();
  [[nodiscard]] std::span<const std::byte> output();
  void clear_output();
  /// The lane, or all of its WebSocket, is gone. `is_done`: the client said that it will not come back.
  void detach(bool is_done);

  // --- for its session -------------------------------------------------------------------------

  void output_ready();
  /// The session is no longer carried here: ends the lane.
  void leave_session(wire::CloseReason reason, std::string_view words);
  /// The server is draining: is there nothing more to wait for?
  void close_when_drained();

  /// For FrameSocket: it is among those that may have something to send.
  bool is_queued = false;

 private:
  /// The first message: false when it opens no session.
  [[nodiscard]] bool open_session(std::span<const std::byte> message);

  FrameSocket& socket_;
  const std::uint32_t number_;
  std::shared_ptr<ClientSession> session_;  // none before the first message, and at the end
};

}  // namespace cortado::server
