// SPDX-License-Identifier: Apache-2.0
// The standard stream framing: a table of segment sizes, then the segments.
#include "rpc/message_bytes.hpp"

#include <kj/debug.h>

#include <cstdint>
#include <cstring>
#include <span>

#include "wire/protocol.hpp"

namespace cortado {

capnp::ReaderOptions reader_options() {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = wire::reader_traversal_words_max;
  options.nestingLimit = static_cast<int>(wire::reader_nesting_max);
  return options;
}

void MessageWords::assign(std::span<const std::byte> bytes) {
  KJ_REQUIRE(bytes.size() % sizeof(capnp::word) == 0, "a message is whole words");
  resize(bytes.size() / sizeof(capnp::word));
  if (size_ != 0) std::memcpy(memory_.begin(), bytes.data(), bytes.size());
}

void MessageWords::assign(Segments segments) {
  resize(message_size(segments) / sizeof(capnp::word));
  write_message(segments, std::as_writable_bytes(std::span(memory_.begin(), size_)));
}

void MessageWords::resize(std::size_t size) {
  size_ = size;
  if (memory_.size() < size_) memory_ = kj::heapArray<capnp::word>(size_);
}

void MessageWords::trim(std::size_t words_max) {
  size_ = 0;
  if (memory_.size() > words_max) memory_ = nullptr;
}

void require_whole(const capnp::FlatArrayMessageReader& reader,
                   kj::ArrayPtr<const capnp::word> words) {
  KJ_REQUIRE(reader.getEnd() == words.end(), "something follows the message");
}

std::size_t message_size(Segments segments) {
  std::size_t words = segments.size() / 2 + 1;
  for (const auto& segment : segments) words += segment.size();
  return words * sizeof(capnp::word);
}

void write_message(Segments segments, std::span<std::byte> out) {
  std::byte* at = out.data();
  const auto put = [&at](const void* from, std::size_t size) {
    std::memcpy(at, from, size);
    at += size;
  };
  const auto last_segment = static_cast<std::uint32_t>(segments.size() - 1);
  put(&last_segment, sizeof last_segment);
  for (const auto& segment : segments) {
    const auto words = static_cast<std::uint32_t>(segment.size());
    put(&words, sizeof words);
  }
  if (segments.size() % 2 == 0) {
    const std::uint32_t padding = 0;
    put(&padding, sizeof padding);
  }
  for (const auto& segment : segments) put(segment.begin(), segment.size() * sizeof(capnp::word));
}

}  // namespace cortado
