// SPDX-License-Identifier: Apache-2.0
// What happened while one message was read, laid out so that JavaScript reads it from memory
// without a call. The numbers' meaning: client/abi.capnp. Knows no peer and no JavaScript.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "client-wasm/client/abi.hpp"
#include "wire/buffer.hpp"

namespace cortado::client {

/// Four words in WebAssembly, where a pointer is one.
struct Event {
  std::uintptr_t head;  // kind | detail << 8
  std::uintptr_t number;
  std::uintptr_t address;
  std::uintptr_t size;
};

class EventList {
 public:
  /// `bytes` is borrowed until take() has been read.
  void add(EventKind kind, std::uint32_t detail, std::uint32_t number,
           std::span<const std::byte> bytes = {});

  /// Keeps a copy of `bytes`, for those that do not live as long.
  void add_copy(EventKind kind, std::uint32_t detail, std::uint32_t number,
                std::span<const std::byte> bytes);

  /// Everything since the last call, in order. Valid until something is added.
  [[nodiscard]] std::span<const Event> take();

  [[nodiscard]] bool empty() const { return events_.empty() || taken_; }

 private:
  Event& append();

  wire::Buffer events_;  // of Event; where bytes were copied, `address` is an offset in copies_
  wire::Buffer copies_;
  bool taken_ = false;
};

[[nodiscard]] inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

}  // namespace cortado::client
