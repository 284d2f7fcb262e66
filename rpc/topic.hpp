// SPDX-License-Identifier: Apache-2.0
// A push on a topic: encoded once, sent to as many connections as listen.
//
//   const wire::Buffer frame = topic_frame<Quote>("quotes/ACME", [](auto quote) { ... });
//   for (Connection* connection : listeners) connection->notify(frame.content());
//
// Which topics there are, and who listens, is the application's business.
#pragma once

#include <capnp/message.h>

#include <cstddef>
#include <span>
#include <string_view>

#include "rpc/message_bytes.hpp"
#include "rpc/received_message.hpp"
#include "wire/peer.hpp"

namespace cortado {

/// `message` in the standard framing; a topic is not empty and at most wire::topic_size_max bytes.
[[nodiscard]] wire::Buffer topic_frame(std::string_view topic, Segments message);

/// `fill` gets the builder of the message.
template <class T, class Fill>
[[nodiscard]] wire::Buffer topic_frame(std::string_view topic, Fill fill) {
  capnp::MallocMessageBuilder message;
  fill(message.initRoot<T>());
  return topic_frame(topic, message.getSegmentsForOutput());
}

/// What ConnectionHost::notified() got. Throws kj::Exception when it is no message of this type.
template <class T>
[[nodiscard]] Response<T> read_topic(const wire::NotifyView& notify) {
  return Response<T>(ReceivedMessage(notify.message));
}

}  // namespace cortado
