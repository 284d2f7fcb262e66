// SPDX-License-Identifier: Apache-2.0
// What a test says to its fake-worker.js. Test code only.
#pragma once

#include <emscripten/em_js.h>

#include <cstddef>

// JavaScript: clang-format would break it.
// clang-format off
extern "C" {
EM_JS(void, fake_worker_begin, (), { fakeWorker.begin(Module); })
EM_JS(void, fake_worker_without_page, (), { Module.cortadoPage = undefined; })
EM_JS(void, fake_page_open, (), { fakeWorker.page.listener.opened(); })
EM_JS(void, fake_page_deliver, (const void* bytes, int size), {
  fakeWorker.page.listener?.received(HEAPU8.slice(bytes, bytes + size));
})
EM_JS(void, fake_page_left, (), {
  const { listener } = fakeWorker.page;
  fakeWorker.page.close();
  listener.left(Uint8Array.from("the page has left", (letter) => letter.charCodeAt(0)));
})
EM_JS(int, fake_page_is_serving, (), { return fakeWorker.page.listener.isServing() ? 1 : 0; })
EM_JS(int, fake_page_is_closed, (), { return fakeWorker.page.isClosed ? 1 : 0; })
EM_JS(int, fake_page_connections, (), { return fakeWorker.page.connections; })
EM_JS(int, fake_page_sent_count, (), { return fakeWorker.page.sent.length; })
EM_JS(int, fake_page_sent_size, (int message), { return fakeWorker.page.sent[message].length; })
EM_JS(void, fake_page_sent, (int message, void* bytes), {
  HEAPU8.set(fakeWorker.page.sent[message], bytes);
})
EM_JS(void, fake_page_set_buffered, (int size), { fakeWorker.page.bufferedAmount = size; })
}
// clang-format on
