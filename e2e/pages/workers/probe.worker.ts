// SPDX-License-Identifier: Apache-2.0
// The worker of the tests: it serves what the server of the tests does, and does harm when it is told
// to. Its address says how it begins; what it does later it is told by messages of its own (Order),
// beside those of the link.
import { type ItemStream, RpcError, type ServerCall } from "cortado";
import { connectPage, type LocalLinkOptions, type PageLink } from "cortado/workers";
import { type FeedService, feedService, PageClient } from "../../generated/feed.cortado.ts";
import {
  ProbeClient,
  type ProbeService,
  probeService,
  Reason,
} from "../../generated/probe.cortado.ts";

/** What the page tells it. */
export type Order = { readonly hangMs: number } | "close" | "throw" | "leave";

const reasonTypeId = 0x8f0c31d2a4be5671n;
const how = new URL(location.href).searchParams;

/** Calls of `wait`, `never`, `hurried` and `linger`. */
const calls = { count: 0n, started: 0, finished: 0, stopped: 0 };
const streams = { running: 0, written: 0n, read: 0n };
/** Who waits for one of those numbers. */
let waiting: (() => void)[] = [];

function changed(): void {
  const woken = waiting;
  waiting = [];
  for (const wake of woken) wake();
}

async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) await new Promise<void>((resolve) => waiting.push(resolve));
}

/** Ends after so many milliseconds, or rejects as the call is given up. */
async function lasting(ms: number, { signal }: ServerCall): Promise<void> {
  calls.started += 1;
  changed();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      calls.stopped += 1;
      changed();
      reject(signal.reason);
    });
  });
  calls.finished += 1;
}

const longMs = 2 ** 31 - 1;

function probe(page: PageLink): ProbeService {
  const ofPage = new ProbeClient(page);
  return {
    /** "on": the page is asked for the same with what came, and its answer given back. */
    echo: ({ value }) => (value?.text === "on" ? ofPage.echo({ value }) : { value }),
    digest: ({ data }) => {
      let sum = 0;
      for (const byte of data) sum = (sum + byte) >>> 0;
      const { length: size } = data;
      page.release(data);
      return { size, sum };
    },
    produce: ({ size }) => {
      const data = page.allocate(size);
      for (let index = 0; index < size; index += 1) data[index] = index % 251;
      return { data };
    },
    wait: ({ ms }, call) => lasting(ms, call).then(() => ({})),
    never: (_params, call) => lasting(longMs, call).then(() => ({})),
    fail: ({ code, message, hint }) => {
      const details = hint ? { typeId: reasonTypeId, message: Reason.encode({ hint }) } : undefined;
      throw new RpcError(code === 5 ? "not_found" : "data_loss", message, { details });
    },
    break: () => {
      throw new Error("a secret");
    },
    count: () => {
      calls.count += 1n;
      return { calls: calls.count };
    },
    journal: async ({ started, stopped }) => {
      await until(() => calls.started >= started && calls.stopped >= stopped);
      return { journal: calls };
    },
    headline: () => ({ text: String(page.carrier) }),
    hurried: ({ ms }, call) => lasting(ms, call).then(() => ({})),
    linger: ({ ms }, call) => lasting(ms, call).then(() => ({ runs: calls.started })),
  };
}

async function* counted<T>(items: () => AsyncIterable<T>): AsyncIterable<T> {
  streams.running += 1;
  changed();
  try {
    for await (const item of items()) {
      yield item;
      streams.written += 1n;
    }
  } finally {
    streams.running -= 1;
    changed();
  }
}

async function sumOf(items: ItemStream<{ value: bigint; pauseMs: number }>) {
  const total = { sum: 0n, items: 0n };
  for await (const { value, pauseMs } of items) {
    total.sum += value;
    total.items += 1n;
    streams.read += 1n;
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return total;
}

function feed(page: PageLink): FeedService {
  const ofPage = new PageClient(page);
  return {
    count: ({ from, to, paddingSize, intervalMs }) =>
      counted(async function* () {
        const padding = new Uint8Array(paddingSize);
        for (let value = from; value < to; value += 1n) {
          yield { value, padding };
          if (intervalMs > 0) await new Promise((resolve) => setTimeout(resolve, intervalMs));
        }
      }),
    newest: async function* ({ to }) {
      for (let value = 0n; value <= to; value += 1n) yield { key: String(value % 10n), value };
    },
    sum: sumOf,
    chat: (items) =>
      counted(async function* () {
        for await (const { value } of items) yield { value, doubled: 2n * value };
      }),
    state: async ({ running }) => {
      await until(() => streams.running === running);
      return streams;
    },
    askPage: async ({ to }) => {
      let sum = 0n;
      for await (const { value } of ofPage.count({ to })) {
        ({ sum } = await ofPage.add({ left: sum, right: value }));
      }
      return { sum };
    },
  };
}

function obey(order: Order, page: PageLink): void {
  if (order === "close") close();
  else if (order === "leave") page.close();
  else if (order === "throw") throw new Error("an accident");
  else {
    const endMs = performance.now() + order.hangMs;
    while (performance.now() < endMs);
    postMessage("awake");
  }
}

function begin(): void {
  if (how.has("without-wait-async")) Reflect.deleteProperty(Atomics, "waitAsync");
  if (how.has("without-shared-memory")) Reflect.deleteProperty(globalThis, "SharedArrayBuffer");
  const options: LocalLinkOptions = {
    payloads: how.has("in-place") ? "in-place" : "copy",
    heartbeatMs: Number(how.get("heartbeat-ms") ?? 10_000),
  };
  const page = connectPage(options);
  page.serve(probeService(probe(page)));
  page.serve(feedService(feed(page)));
  addEventListener("message", ({ data }: MessageEvent<{ order?: Order }>) => {
    if (data.order !== undefined) obey(data.order, page);
  });
}

const start = how.get("start");
if (start === "throw") throw new Error("no such luck");
if (start !== "silent") begin();
