// SPDX-License-Identifier: Apache-2.0
// What a test says to its fake-page.js. Test code only.
#pragma once

#include <emscripten/em_js.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// JavaScript: clang-format would break it.
// clang-format off
extern "C" {
EM_JS(int, fake_socket_count, (), { return fakePage.sockets.length; })
EM_JS(void, fake_open, (int socket), {
  fakePage.sockets[socket].readyState = 1;
  fakePage.sockets[socket].onopen({});
})
EM_JS(void, fake_deliver, (int socket, const void* bytes, int size), {
  const data = HEAPU8.slice(bytes, bytes + size).buffer;
  fakePage.sockets[socket].onmessage?.({data});
})
EM_JS(void, fake_deliver_text, (int socket), {
  fakePage.sockets[socket].onmessage?.({data : "text"});
})
EM_JS(void, fake_end, (int socket, int code), {
  fakePage.sockets[socket].readyState = 3;
  fakePage.sockets[socket].onclose?.({code, reason : "", wasClean : code !== 1006});
})
EM_JS(int, fake_closed_with, (int socket), { return fakePage.sockets[socket].closedWith; })
EM_JS(int, fake_sent_count, (int socket), { return fakePage.sockets[socket].sent.length; })
EM_JS(int, fake_sent_size, (int socket, int message), {
  return fakePage.sockets[socket].sent[message].length;
})
EM_JS(void, fake_sent, (int socket, int message, void* bytes), {
  HEAPU8.set(fakePage.sockets[socket].sent[message], bytes);
})
EM_JS(int, fake_url_is, (int socket, const char* url), {
  return fakePage.sockets[socket].url === UTF8ToString(url) ? 1 : 0;
})
EM_JS(void, fake_set_buffered, (int socket, int size), {
  fakePage.sockets[socket].bufferedAmount = size;
})
EM_JS(void, fake_page_event, (const char* type, int persisted), {
  const listeners = fakePage.listeners.get(UTF8ToString(type)) ?? [];
  for (const listen of listeners) listen({ persisted : persisted !== 0 });
  fakePage.runMicrotasks();
})
EM_JS(int, fake_timer_count, (), { return fakePage.timers.size; })
EM_JS(void, fake_run_microtasks, (), { fakePage.runMicrotasks(); })
EM_JS(void, fake_advance, (double ms), { fakePage.advance(ms); })
}
EM_JS_DEPS(fake_page, "$UTF8ToString")
// clang-format on

namespace cortado::test {

/// Takes what a page sent on a socket, message by message.
class SentMessages {
 public:
  explicit SentMessages(int socket) : socket_(socket) {}

  std::optional<std::vector<std::byte>> next() {
    if (taken_ == fake_sent_count(socket_)) return std::nullopt;
    std::vector<std::byte> bytes(static_cast<std::size_t>(fake_sent_size(socket_, taken_)));
    fake_sent(socket_, taken_++, bytes.data());
    return bytes;
  }

 private:
  int socket_;
  int taken_ = 0;
};

}  // namespace cortado::test
