// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/app/browser_host.hpp"

#include <emscripten/console.h>
#include <emscripten/emscripten.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>

#include "client-wasm/app/turn.hpp"

namespace cortado::browser {

std::uint64_t BrowserHost::now_ms() const {
  return static_cast<std::uint64_t>(emscripten_get_now());
}

std::uint64_t BrowserHost::now_us() const {
  return static_cast<std::uint64_t>(emscripten_get_now() * 1000);
}

void BrowserHost::fill_with_random(std::span<std::byte> bytes) {
  // Of the browser's own; it fails for more than 256 bytes only.
  if (getentropy(bytes.data(), bytes.size()) != 0) std::abort();
}

void BrowserHost::post(std::function<void()> task) {
  using Posted = std::function<void()>;
  at_end_of_turn(
      [](void* context) {
        const std::unique_ptr<Posted> posted(static_cast<Posted*>(context));
        (*posted)();
      },
      std::make_unique<Posted>(std::move(task)).release());
}

void BrowserHost::handler_failed(std::string_view service, std::string_view method,
                                 std::string_view what) {
  const std::string line =
      std::string(service) + "." + std::string(method) + " failed: " + std::string(what);
  emscripten_console_error(line.c_str());
}

}  // namespace cortado::browser
