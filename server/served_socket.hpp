// SPDX-License-Identifier: Apache-2.0
// What the server does with its connections as a whole: looks at their timeouts, ends them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <utility>

namespace cortado::server {

/// A connection of whatever protocol. What outlives it is a ClientSession.
class ServedSocket {
 public:
  virtual ~ServedSocket() = default;
  /// Looks at the timeouts.
  virtual void tick(std::uint64_t now_ms) = 0;
  /// The server stops in `grace_ms`: finish what is under way, take nothing new.
  virtual void drain(std::uint32_t grace_ms) = 0;
  /// The grace is over: close, with the courtesy the protocol knows.
  virtual void stop() = 0;
  /// Ends at once.
  virtual void abandon() = 0;
};

/// The sockets of one thread. One is in it from its start to its end.
class ServedSockets {
 public:
  using Place = std::list<std::weak_ptr<ServedSocket>>::iterator;

  Place add(std::weak_ptr<ServedSocket> socket) {
    return sockets_.insert(sockets_.end(), std::move(socket));
  }
  void remove(Place place) {
    sockets_.erase(place);
    if (sockets_.empty() && on_empty_) on_empty_();
  }
  /// Called whenever the last socket has left.
  void on_empty(std::function<void()> on_empty) { on_empty_ = std::move(on_empty); }
  [[nodiscard]] std::size_t size() const { return sockets_.size(); }

  /// `visit` may end the socket it is given, and no other.
  template <class Visit>
  void for_each(Visit visit) {
    for (auto place = sockets_.begin(); place != sockets_.end();) {
      const auto current = place++;
      if (const std::shared_ptr<ServedSocket> socket = current->lock()) visit(*socket);
    }
  }

 private:
  std::list<std::weak_ptr<ServedSocket>> sockets_;
  std::function<void()> on_empty_;
};

}  // namespace cortado::server
