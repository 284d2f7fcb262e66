// SPDX-License-Identifier: Apache-2.0
// A page for tests of app/ in Node: sockets, timers, microtasks, chance and the clock do what the
// test says, when it says so. Put before Emscripten's code (--pre-js); driven by fake_page.hpp.
globalThis.fakePage = {
  sockets: [],
  microtasks: [],
  timers: new Map(),
  timerCount: 0,
  listeners: new Map(),
  nowMs: 1000,

  runMicrotasks() {
    while (this.microtasks.length > 0) this.microtasks.shift()();
  },

  advance(ms) {
    const endMs = this.nowMs + ms;
    for (;;) {
      const due = [...this.timers].filter(([, timer]) => timer.atMs <= endMs);
      if (due.length === 0) break;
      due.sort(([, left], [, right]) => left.atMs - right.atMs);
      const [id, timer] = due[0];
      this.timers.delete(id);
      this.nowMs = Math.max(this.nowMs, timer.atMs);
      timer.run();
      this.runMicrotasks();
    }
    this.nowMs = endMs;
  },
};

globalThis.WebSocket = class {
  constructor(url, protocols) {
    if (url.includes("refused")) throw new Error("the browser refuses");
    this.url = url;
    this.protocols = protocols;
    this.readyState = 0;
    this.bufferedAmount = 0;
    this.sent = [];
    this.closedWith = 0;
    fakePage.sockets.push(this);
  }
  send(bytes) {
    this.sent.push(bytes.slice());
  }
  close(code) {
    this.closedWith = code;
    this.readyState = 3;
  }
};
globalThis.addEventListener = (type, listen) => {
  const { listeners } = fakePage;
  listeners.set(type, [...(listeners.get(type) ?? []), listen]);
};
globalThis.removeEventListener = (type, listen) => {
  const { listeners } = fakePage;
  listeners.set(
    type,
    listeners.get(type).filter((other) => other !== listen),
  );
};
globalThis.queueMicrotask = (task) => void fakePage.microtasks.push(task);
globalThis.setTimeout = (run, ms) => {
  fakePage.timerCount += 1;
  fakePage.timers.set(fakePage.timerCount, { run, atMs: fakePage.nowMs + ms });
  return fakePage.timerCount;
};
globalThis.clearTimeout = (id) => void fakePage.timers.delete(id);
// Chance is the longest wait there may be.
Object.defineProperty(globalThis, "crypto", {
  value: { getRandomValues: (bytes) => bytes.fill(255) },
});
globalThis.location = { origin: "https://page:8443" };
globalThis.performance = { now: () => fakePage.nowMs };
