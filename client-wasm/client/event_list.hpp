// SPDX-License-Identifier: Apache-2.0
// What happened while one message was read, laid out so that JavaScript reads it from memory
// without a call. The numbers' meaning: client/abi.capnp. Knows no peer and no JavaScript.
#pragma once

#include <array>
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

  /// Two numbers in the place of bytes.
  void add_numbers(EventKind kind, std::uint32_t number, std::uint32_t first, std::uint32_t second);

  /// Everything since the last call, in order. Valid until the next call, whatever is added.
  [[nodiscard]] std::span<const Event> take();

  [[nodiscard]] bool empty() const { return lists_[0].events.empty(); }

 private:
  struct List {
    wire::Buffer events;  // of Event; where bytes were copied, `address` is an offset in copies
    wire::Buffer copies;
  };

  Event& append();

  std::array<List, 2> lists_;  // what is collected, and what was taken last
};

[[nodiscard]] inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

}  // namespace cortado::client
