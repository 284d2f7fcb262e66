// SPDX-License-Identifier: Apache-2.0
// What a worker's script gives its program, as js-glue/src/workers/page-socket.ts does it: here the
// test is the page. Put before Emscripten's code, behind fake-page.js; driven by fake_worker.hpp.
globalThis.fakeWorker = {
  /** Each program's own socket; the last one is the module's. */
  pages: [],

  /** A worker begins. */
  begin(Module) {
    const page = {
      listener: undefined,
      sent: [],
      bufferedAmount: 0,
      connections: 0,
      isClosed: false,
      connect(listener) {
        page.connections += 1;
        if (page.connections > 1) return false;
        page.listener = listener;
        return true;
      },
      send(message) {
        page.sent.push(message.slice());
      },
      close() {
        page.isClosed = true;
        page.listener = undefined;
      },
    };
    fakeWorker.pages.push(page);
    Module.cortadoPage = page;
  },

  get page() {
    return fakeWorker.pages.at(-1);
  },
};
