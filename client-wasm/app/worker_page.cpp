// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/app/worker_page.hpp"

#include <emscripten/em_js.h>

#include <cstdlib>
#include <memory>
#include <utility>

// JavaScript: clang-format would break it. Names in brackets are another module's, which a minifier
// of this one must not change.
// clang-format off
EM_JS_DEPS(cortado_worker_page, "$dynCall")
EM_JS(int, cortado_page_connect, (void* opened, void* room, void* received, void* left,
                                  void* is_serving, void* self), {
  const copyOf = (bytes) => {
    const copy = dynCall("pp", room, [bytes.length]);
    if (!copy) throw Error("the module has no memory for a message: " + bytes.length);
    HEAPU8.set(bytes, copy);
    return copy;
  };
  const listener = {};
  listener["opened"] = () => dynCall("vp", opened, [self]);
  listener["received"] = (message) => {
    if (ABORT) throw Error("the module was aborted");
    dynCall("vppp", received, [copyOf(message), message.length, self]);
  };
  listener["left"] = (reason) => {
    dynCall("vppp", left, [copyOf(reason), reason.length, self]);
  };
  listener["isServing"] = () => dynCall("ip", is_serving, [self]) !== 0;
  return Module["cortadoPage"]?.["connect"](listener) ? 1 : 0;
})
EM_JS(void, cortado_page_send, (const void* message, size_t size), {
  Module["cortadoPage"]["send"](HEAPU8.subarray(message, message + size));
})
EM_JS(size_t, cortado_page_buffered, (), {
  return Module["cortadoPage"]["bufferedAmount"];
})
EM_JS(void, cortado_page_close, (), {
  Module["cortadoPage"]["close"]();
})
// clang-format on

namespace cortado::browser {
namespace {

using Freed = std::unique_ptr<void, decltype(&std::free)>;

WorkerPage& page_of(void* self) { return *static_cast<WorkerPage*>(self); }

}  // namespace

bool WorkerPage::open() {
  open_ = cortado_page_connect(reinterpret_cast<void*>(opened), reinterpret_cast<void*>(room),
                               reinterpret_cast<void*>(received), reinterpret_cast<void*>(left),
                               reinterpret_cast<void*>(is_serving), this) != 0;
  return open_;
}

void WorkerPage::send(std::span<const std::byte> message) {
  cortado_page_send(message.data(), message.size());
}

std::size_t WorkerPage::buffered_size() const { return cortado_page_buffered(); }

void WorkerPage::close() {
  ready_ = false;
  if (std::exchange(open_, false)) cortado_page_close();
}

// --- called by JavaScript ------------------------------------------------------------------------

void WorkerPage::opened(void* self) {
  page_of(self).ready_ = true;
  page_of(self).listener_.on_page_open();
}

/// Null where there is none: an exception would tear through JavaScript.
void* WorkerPage::room(std::size_t size) { return std::malloc(size); }

void WorkerPage::received(void* message, std::size_t size, void* self) {
  const Freed owned(message, std::free);
  page_of(self).listener_.on_page_message({static_cast<const std::byte*>(message), size});
}

void WorkerPage::left(void* reason, std::size_t size, void* self) {
  const Freed owned(reason, std::free);
  page_of(self).close();
  page_of(self).listener_.on_page_left({static_cast<const char*>(reason), size});
}

int WorkerPage::is_serving(void* self) { return page_of(self).listener_.is_serving() ? 1 : 0; }

}  // namespace cortado::browser
