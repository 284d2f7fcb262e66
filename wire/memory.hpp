// SPDX-License-Identifier: Apache-2.0
// Growing a run of malloc's memory; ends the program when there is none, as no exception can tell.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace cortado::wire {

/// `bytes` (from malloc, or null) with room for `size`, its first `used` bytes kept. Frees the old.
[[nodiscard]] inline void* resize_memory(void* bytes, std::size_t used, std::size_t size) {
#if defined(__EMSCRIPTEN__)
  // realloc is 700 bytes of a module that has no other use for it.
  void* const resized = std::malloc(size);
  if (resized == nullptr) std::abort();
  if (used != 0) std::memcpy(resized, bytes, used);
  std::free(bytes);
#else
  (void)used;
  void* const resized = std::realloc(bytes, size);
  if (resized == nullptr) std::abort();
#endif
  return resized;
}

}  // namespace cortado::wire
