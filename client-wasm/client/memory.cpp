// SPDX-License-Identifier: Apache-2.0
// The module's allocator, in a sixth of the bytes of Emscripten's smallest one.
//
// Sizes are rounded up to a power of two, and each power has a list of what was freed. Nothing is
// merged, so memory of one size never serves another: that costs at most the sum, over the sizes,
// of what was once in use at one time. A page's core has few sizes: buffers that double and stay,
// and one run of bytes for each message while it is read.
//
// When memory runs out it traps, as nobody here could go on: JavaScript gets a
// WebAssembly.RuntimeError. The C library's abort() would bring signals, timers and exit codes.
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

extern "C" {
/// Where the linker's own data and the stack end.
extern std::byte __heap_base;
}

namespace {

/// Before each run of bytes; keeps what follows aligned for everything.
struct alignas(16) Header {
  Header* next_free;  // while free
  std::uint32_t power;
};

constexpr std::uint32_t power_min = 4;
constexpr std::uint32_t powers = 31;
constexpr std::size_t size_max = std::size_t{1} << (powers - 1);

constinit Header* free_lists[powers]{};
constinit std::byte* unused = &__heap_base;

constexpr std::size_t page_size = 65536;

/// Sees to it that the memory reaches to `end`.
void require(std::uintptr_t end) {
  const std::size_t pages = __builtin_wasm_memory_size(0);
  if (end <= pages * page_size) return;
  // A quarter more than there is, so that growing stays rare: each time JavaScript's views of the
  // memory are void.
  const std::size_t needed = (end + page_size - 1) / page_size - pages;
  const std::size_t comfortable = pages / 4 < needed ? needed : pages / 4;
  if (__builtin_wasm_memory_grow(0, comfortable) == static_cast<std::size_t>(-1) &&
      __builtin_wasm_memory_grow(0, needed) == static_cast<std::size_t>(-1)) {
    __builtin_trap();
  }
}

Header* take_unused(std::size_t size) {
  const auto begin = (reinterpret_cast<std::uintptr_t>(unused) + 15) / 16 * 16;
  const std::uintptr_t end = begin + sizeof(Header) + size;
  require(end);
  unused = reinterpret_cast<std::byte*>(end);
  return reinterpret_cast<Header*>(begin);
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  if (size > size_max) __builtin_trap();
  const std::uint32_t power =
      size <= 1U << power_min ? power_min : static_cast<std::uint32_t>(std::bit_width(size - 1));
  Header* header = free_lists[power];
  if (header != nullptr) {
    free_lists[power] = header->next_free;
  } else {
    header = take_unused(std::size_t{1} << power);
    header->power = power;
  }
  return header + 1;
}

void* calloc(std::size_t count, std::size_t size) {
  if (size != 0 && count > size_max / size) __builtin_trap();
  return std::memset(malloc(count * size), 0, count * size);
}

void free(void* bytes) {
  if (bytes == nullptr) return;
  Header* const header = static_cast<Header*>(bytes) - 1;
  header->next_free = free_lists[header->power];
  free_lists[header->power] = header;
}

void abort() { __builtin_trap(); }

#ifndef NDEBUG
/// The C library's prints, by functions of WASI that a page does not have. The trap's stack trace,
/// with the names that such a build has, tells where it was.
void __assert_fail(const char* /*expression*/, const char* /*file*/, int /*line*/,
                   const char* /*function*/) {
  __builtin_trap();
}
#endif

}  // extern "C"

void* operator new(std::size_t size) { return malloc(size); }
void operator delete(void* bytes) noexcept { free(bytes); }
void operator delete(void* bytes, std::size_t) noexcept { free(bytes); }
