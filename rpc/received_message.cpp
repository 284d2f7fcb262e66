// SPDX-License-Identifier: Apache-2.0
// A received message and the limits it is read within.
#include "rpc/received_message.hpp"

#include <kj/debug.h>

#include <cstring>
#include <new>

#include "rpc/message_bytes.hpp"

namespace cortado {

struct ReceivedMessage::Owned {
  explicit Owned(kj::ArrayPtr<const capnp::word> words) : reader(words, reader_options()) {
    require_whole(reader, words);
  }

  capnp::FlatArrayMessageReader reader;
  // The words follow.
};

ReceivedMessage::ReceivedMessage(std::span<const std::byte> bytes) {
  static_assert(sizeof(Owned) % alignof(capnp::word) == 0);
  KJ_REQUIRE(bytes.size() % sizeof(capnp::word) == 0, "a message is whole words");
  std::unique_ptr<void, void (*)(void*)> memory(::operator new(sizeof(Owned) + bytes.size()),
                                                [](void* p) { ::operator delete(p); });
  std::byte* const copy = static_cast<std::byte*>(memory.get()) + sizeof(Owned);
  if (!bytes.empty()) std::memcpy(copy, bytes.data(), bytes.size());
  const void* const words = copy;
  auto* const owned = new (memory.get()) Owned(
      kj::arrayPtr(static_cast<const capnp::word*>(words), bytes.size() / sizeof(capnp::word)));
  static_cast<void>(memory.release());
  owned_.reset(owned);
}

void ReceivedMessage::Free::operator()(Owned* owned) const {
  owned->~Owned();
  ::operator delete(owned);
}

capnp::AnyPointer::Reader ReceivedMessage::root() const {
  return owned_->reader.getRoot<capnp::AnyPointer>();
}

Error invalid_results() {
  return {StatusCode::internal, "the results are no valid message", 0, {}};
}

}  // namespace cortado
