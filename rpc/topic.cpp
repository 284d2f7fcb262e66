// SPDX-License-Identifier: Apache-2.0
#include "rpc/topic.hpp"

#include <cassert>
#include <vector>

#include "wire/protocol.hpp"

namespace cortado {

wire::Buffer topic_frame(std::string_view topic, Segments message) {
  assert(!topic.empty() && topic.size() <= wire::topic_size_max);
  std::vector<std::byte> bytes(message_size(message));
  write_message(message, bytes);
  wire::Buffer frame;
  wire::encode_notify(frame, {topic, bytes});
  return frame;
}

}  // namespace cortado
