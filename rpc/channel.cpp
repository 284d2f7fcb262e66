// SPDX-License-Identifier: Apache-2.0
// A received message and the limits it is read within.
#include "rpc/channel.hpp"

#include "rpc/message_bytes.hpp"

namespace cortado {

struct ReceivedMessage::Owned {
  explicit Owned(std::span<const std::byte> bytes)
      : words(copy_of(bytes)), reader(words.words(), reader_options()) {
    require_whole(reader, words.words());
  }

  static MessageWords copy_of(std::span<const std::byte> bytes) {
    MessageWords words;
    words.assign(bytes);
    return words;
  }

  MessageWords words;
  capnp::FlatArrayMessageReader reader;
};

ReceivedMessage::ReceivedMessage(std::span<const std::byte> bytes)
    : owned_(std::make_unique<Owned>(bytes)) {}
ReceivedMessage::ReceivedMessage(ReceivedMessage&&) noexcept = default;
ReceivedMessage& ReceivedMessage::operator=(ReceivedMessage&&) noexcept = default;
ReceivedMessage::~ReceivedMessage() = default;

capnp::AnyPointer::Reader ReceivedMessage::root() const {
  return owned_->reader.getRoot<capnp::AnyPointer>();
}

Error invalid_results() {
  return {StatusCode::internal, "the results are no valid message", 0, {}};
}

}  // namespace cortado
