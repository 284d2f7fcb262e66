// SPDX-License-Identifier: Apache-2.0
// A received Cap'n Proto message that owns its bytes, and the results read from one. Cap'n Proto
// checks pointers as they are followed: a getter throws kj::Exception where the other end sent
// nonsense.
#pragma once

#include <capnp/any.h>

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "rpc/error.hpp"

namespace cortado {

/// Read within the protocol's limits. One allocation, of the bytes and their reader.
class ReceivedMessage {
 public:
  /// Copies `bytes`. Throws kj::Exception when they are no message.
  explicit ReceivedMessage(std::span<const std::byte> bytes);
  ReceivedMessage(ReceivedMessage&&) noexcept = default;
  ReceivedMessage& operator=(ReceivedMessage&&) noexcept = default;
  ~ReceivedMessage() = default;

  [[nodiscard]] capnp::AnyPointer::Reader root() const;

 private:
  struct Owned;
  struct Free {
    void operator()(Owned* owned) const;
  };
  std::unique_ptr<Owned, Free> owned_;
};

/// The results of a call: `response->getPrice()`. What it reads from is freed with it.
template <class T>
class Response {
 public:
  /// Throws kj::Exception when the root is no struct.
  explicit Response(ReceivedMessage message)
      : message_(std::move(message)), reader_(message_.root().template getAs<T>()) {}

  typename T::Reader* operator->() { return &reader_; }
  const typename T::Reader* operator->() const { return &reader_; }
  typename T::Reader operator*() const { return reader_; }

 private:
  ReceivedMessage message_;
  typename T::Reader reader_;
};

/// The error of a call whose results cannot be read.
[[nodiscard]] Error invalid_results();

}  // namespace cortado
