// SPDX-License-Identifier: Apache-2.0
// What Emscripten's headers do not offer of a page.
#pragma once

#include <emscripten/websocket.h>

#include <cstdint>
#include <string>

namespace cortado::browser {

/// "https://example.com:8443", of the page.
[[nodiscard]] std::string page_origin();

/// What becomes of a page and its network.
enum class PageEvent : std::uint8_t {
  /// It is left for good.
  left,
  /// It is left, and kept for the way back.
  kept,
  /// It is there again, or looked at again.
  shown,
  offline,
  online,
};

/// Tells of page events for as long as it lives.
class PageWatch {
 public:
  using Function = void (*)(PageEvent event, void* context);

  PageWatch(Function function, void* context);
  PageWatch(const PageWatch&) = delete;
  PageWatch& operator=(const PageWatch&) = delete;
  ~PageWatch();

 private:
  static void told(int event, void* watch);

  Function function_;
  void* context_;
};

/// emscripten_websocket_new(), but 0 where the browser's constructor throws.
[[nodiscard]] EMSCRIPTEN_WEBSOCKET_T new_socket(EmscriptenWebSocketCreateAttributes* attributes);

}  // namespace cortado::browser
