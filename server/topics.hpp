// SPDX-License-Identifier: Apache-2.0
// Pushes on topics, from one publisher to every session that subscribed. A message is encoded once,
// and its bytes are shared by all who cannot take it yet.
//
// A client that reads too slowly, or is away, gets of each topic the newest message once it can: what
// was published on the topic meanwhile is replaced, and counted. So what one client makes wait is
// bounded by its subscriptions, and nobody waits for it. Who must not miss anything streams.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rpc/call.hpp"
#include "server/metrics.hpp"
#include "wire/buffer.hpp"

namespace cortado::server {

/// A NOTIFY frame (topic_frame() in rpc/topic.hpp).
using TopicMessage = std::shared_ptr<const wire::Buffer>;

class Subscriptions;

/// The topics of one thread.
class Topics {
 public:
  Topics() = default;
  Topics(const Topics&) = delete;
  Topics& operator=(const Topics&) = delete;

  /// Not from inside a ConnectionHost's functions.
  void publish(std::string_view topic, const TopicMessage& message);

 private:
  friend class Subscriptions;
  struct Subscription;
  struct Topic {
    std::string name;
    std::vector<Subscription*> readers;
  };
  struct Subscription {
    Topic& topic;
    Subscriptions& owner;
    std::size_t place;     // among the topic's readers
    TopicMessage waiting;  // the newest that could not be sent
  };

  // By name, which the topic holds. A topic is here while somebody is subscribed to it.
  std::unordered_map<std::string_view, std::unique_ptr<Topic>> topics_;
};

/// What Subscriptions need of the session they belong to.
class TopicReader {
 public:
  /// Whether a connection is there to be sent to.
  [[nodiscard]] virtual bool can_notify() const = 0;
  /// As Connection::notify().
  [[nodiscard]] virtual wire::Sent notify(std::span<const std::byte> frame) = 0;

 protected:
  ~TopicReader() = default;
};

/// What one session is subscribed to.
class Subscriptions final : public TopicSubscriber {
 public:
  /// All must outlive it. `count_max`: ServerOptions::subscriptions_max.
  Subscriptions(Topics& topics, TopicReader& reader, Metrics& metrics, std::size_t count_max)
      : topics_(topics), reader_(reader), metrics_(metrics), count_max_(count_max) {}
  ~Subscriptions() { clear(); }
  Subscriptions(const Subscriptions&) = delete;
  Subscriptions& operator=(const Subscriptions&) = delete;

  [[nodiscard]] Result<void> subscribe(std::string_view topic) override;
  void unsubscribe(std::string_view topic) override;
  void clear();

  /// Sends what waits, as far as there is room; when the reader has some again.
  void send_waiting();

 private:
  friend class Topics;
  using Subscription = Topics::Subscription;

  void push(Subscription& subscription, const TopicMessage& message);
  /// False: no more can be sent now.
  [[nodiscard]] bool send(const wire::Buffer& message);
  void leave(Subscription& subscription);

  Topics& topics_;
  TopicReader& reader_;
  Metrics& metrics_;
  const std::size_t count_max_;
  bool blocked_ = false;  // the reader has said so, and not yet that it has room again
  std::unordered_map<std::string_view, std::unique_ptr<Subscription>> by_topic_;
};

}  // namespace cortado::server
