// SPDX-License-Identifier: Apache-2.0
#include "server/topics.hpp"

#include <utility>

#include "wire/protocol.hpp"

namespace cortado::server {

void Topics::publish(std::string_view topic, const TopicMessage& message) {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return;
  for (Subscription* const reader : found->second->readers) reader->owner.push(*reader, message);
}

Result<void> Subscriptions::subscribe(std::string_view topic) {
  if (topic.empty() || topic.size() > wire::topic_size_max) {
    return std::unexpected(
        Error{StatusCode::invalid_argument,
              "a topic is 1 to " + std::to_string(wire::topic_size_max) + " bytes long",
              0,
              {}});
  }
  if (by_topic_.contains(topic)) return {};
  if (by_topic_.size() >= count_max_) {
    metrics_.limit_hit(Limit::subscriptions_max);
    return std::unexpected(
        Error{StatusCode::resource_exhausted, "too many subscriptions (subscriptions_max)", 0, {}});
  }
  auto found = topics_.topics_.find(topic);
  if (found == topics_.topics_.end()) {
    auto made = std::make_unique<Topics::Topic>(Topics::Topic{std::string(topic), {}});
    const std::string_view name = made->name;
    found = topics_.topics_.emplace(name, std::move(made)).first;
  }
  Topics::Topic& joined = *found->second;
  auto subscription =
      std::make_unique<Subscription>(Subscription{joined, *this, joined.readers.size(), nullptr});
  joined.readers.push_back(subscription.get());
  by_topic_.emplace(joined.name, std::move(subscription));
  return {};
}

void Subscriptions::unsubscribe(std::string_view topic) {
  const auto found = by_topic_.find(topic);
  if (found == by_topic_.end()) return;
  const std::unique_ptr<Subscription> left = std::move(found->second);
  by_topic_.erase(found);  // its key is the topic's name
  leave(*left);
}

void Subscriptions::clear() {
  for (const auto& [topic, subscription] : std::exchange(by_topic_, {})) leave(*subscription);
}

void Subscriptions::leave(Subscription& subscription) {
  Topics::Topic& topic = subscription.topic;
  Subscription* const last = topic.readers.back();
  topic.readers[subscription.place] = last;
  last->place = subscription.place;
  topic.readers.pop_back();
  if (topic.readers.empty()) topics_.topics_.erase(topics_.topics_.find(topic.name));
}

void Subscriptions::push(Subscription& subscription, const TopicMessage& message) {
  if (!blocked_ && reader_.can_notify() && send(*message)) return;
  if (subscription.waiting) ++metrics_.topic_messages_replaced;
  subscription.waiting = message;
}

bool Subscriptions::send(const wire::Buffer& message) {
  switch (reader_.notify(message.content())) {
    case wire::Sent::yes: ++metrics_.topic_messages_sent; return true;
    case wire::Sent::blocked: blocked_ = true; return false;
    // It will never be: larger than this client takes, or the session is over.
    case wire::Sent::too_large:
    case wire::Sent::over: return true;
  }
  std::unreachable();
}

void Subscriptions::send_waiting() {
  blocked_ = false;
  if (!reader_.can_notify()) return;
  for (const auto& [topic, subscription] : by_topic_) {
    if (!subscription->waiting) continue;
    if (!send(*subscription->waiting)) return;
    subscription->waiting = nullptr;
  }
}

}  // namespace cortado::server
