// SPDX-License-Identifier: Apache-2.0
// Cap'n Proto messages to and from the bytes of a frame, without Cap'n Proto's own streams. For
// the sources of this room, and for carriers of items.
#pragma once

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <cstddef>
#include <span>

namespace cortado {

/// What a reader may do with a message from a stranger.
[[nodiscard]] capnp::ReaderOptions reader_options();

using Segments = kj::ArrayPtr<const kj::ArrayPtr<const capnp::word>>;

/// Words of a message from another end, in memory of their own.
class MessageWords {
 public:
  /// Copies; reuses the memory it has. Throws kj::Exception when `bytes` are no whole words.
  void assign(std::span<const std::byte> bytes);
  /// The same of a message that is in segments.
  void assign(Segments segments);
  [[nodiscard]] kj::ArrayPtr<const capnp::word> words() const {
    return kj::arrayPtr(memory_.begin(), size_);
  }
  /// Gives back more memory than a spare should hold.
  void trim(std::size_t words_max);
  /// Bytes of the memory it has.
  [[nodiscard]] std::size_t capacity() const { return memory_.size() * sizeof(capnp::word); }

 private:
  /// Room for so many words, of which the old ones are gone.
  void resize(std::size_t size);

  kj::Array<capnp::word> memory_;
  std::size_t size_ = 0;  // in words
};

/// Throws kj::Exception when something follows the message in its words.
void require_whole(const capnp::FlatArrayMessageReader& reader,
                   kj::ArrayPtr<const capnp::word> words);

/// Bytes of a message in the standard stream framing.
[[nodiscard]] std::size_t message_size(Segments segments);

/// Writes it; `out` is as large as message_size() says.
void write_message(Segments segments, std::span<std::byte> out);

}  // namespace cortado
