// SPDX-License-Identifier: Apache-2.0
// For a minute writers are fast and readers slow, in both directions and in one connection: the
// writers wait, and neither end's memory grows. In all engines at once, as they mostly wait.
import type { Page } from "@playwright/test";
import type { FeedClient } from "feed";
import { expect, launchers, test } from "../../fixtures.ts";
import type { ServerProcess } from "../../support/server-process.ts";

/** What of the three streams has been written and read, in the page. */
interface Progress {
  written: number;
  read: number;
  /** Bytes of the module's memory. */
  memorySize: number;
}

declare const feed: FeedClient; // both in the page
declare const progress: Progress;

const durationMs = 60_000;
/** Until buffers of all kinds are as large as they get. */
const warmUpMs = 10_000;
/** Windows of a stream let through 1,024 items, or 128 KiB of items of 10,000 bytes. */
const itemsAheadMax = 1024 + 16;
/** What either end keeps of its session to be sent again, at the most; how much depends on timing. */
const retainedSizeMax = 4 * 1024 * 1024;
/** The module begins with 2 MiB, and has windows of 1 MiB. */
const memorySizeMax = 4 * 1024 * 1024 + retainedSizeMax;

async function startStreams(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { connect } = await import("cortado");
    const { FeedClient } = await import("feed");
    const { instantiate } = WebAssembly;
    const memories: WebAssembly.Memory[] = [];
    WebAssembly.instantiate = (async (module: WebAssembly.Module, imports: WebAssembly.Imports) => {
      const instance = await instantiate(module, imports);
      memories.push(instance.exports["memory"] as WebAssembly.Memory);
      return instance;
    }) as typeof instantiate;
    const wasm = await WebAssembly.compileStreaming(fetch("/cortado/cortado.wasm"));
    const feed = new FeedClient(await connect(undefined, { carrier: "websocket", wasm }));
    const progress = {
      written: 0,
      read: 0,
      get memorySize() {
        return memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
      },
    };
    Object.assign(globalThis, { feed, progress });

    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const padding = new Uint8Array(10_000);
    function* items() {
      for (let value = 0n; ; ++value, ++progress.written) yield { value, padding, pauseMs: 5 };
    }
    const expectNext = (value: bigint, expected: bigint) => {
      if (value !== expected) throw new Error(`${value} came instead of ${expected}`);
      ++progress.read;
    };
    const readNumbers = async () => {
      let expected = 0n;
      for await (const { value } of feed.count({ to: 1n << 60n, paddingSize: 10_000 })) {
        expectNext(value, expected++);
        await pause(5);
      }
    };
    const readAnswers = async () => {
      let expected = 0n;
      for await (const { value } of feed.chat(items())) {
        expectNext(value, expected++);
        await pause(5);
      }
    };
    const streams = [readNumbers(), readAnswers(), feed.sum(items())];
    // None of them ends by itself.
    const failure = Promise.race(streams).then(
      () => "a stream has ended",
      (error) => String(error),
    );
    void failure.then((failure) => Object.assign(globalThis, { failure }));
    await feed.state({ running: 3 });
  });
}

async function watch(page: Page, service: ServerProcess): Promise<void> {
  await page.goto(service.url);
  await startStreams(page);
  const sample = async () => {
    const inPage = await page.evaluate(async () => {
      const { written, read } = await feed.state({ running: 3 });
      return {
        failure: Reflect.get(globalThis, "failure"),
        serverAhead: Number(written) - progress.read,
        pageAhead: progress.written - Number(read),
        read: progress.read,
        memorySize: progress.memorySize,
      };
    });
    return { ...inPage, serverMemorySize: service.memorySize };
  };
  const begin = performance.now();
  const readOn = (from: number) =>
    expect.poll(() => page.evaluate(() => progress.read)).toBeGreaterThan(from + 200);
  let read = 0;
  for (; performance.now() < begin + warmUpMs; read = (await sample()).read) await readOn(read);
  const first = await sample();
  while (performance.now() < begin + durationMs) {
    await readOn(read);
    const now = await sample();
    expect(now.failure).toBeUndefined();
    // Of two streams each.
    expect(now.serverAhead).toBeLessThanOrEqual(2 * itemsAheadMax);
    expect(now.pageAhead).toBeLessThanOrEqual(2 * itemsAheadMax);
    expect(now.memorySize).toBeLessThan(memorySizeMax);
    expect(now.serverMemorySize).toBeLessThan(first.serverMemorySize + retainedSizeMax);
    read = now.read;
  }
  expect(first.memorySize).toBeGreaterThan(0);
}

test("slow readers and fast writers for a minute, in bounded memory", async ({
  playwright,
  startServer,
}) => {
  test.setTimeout(durationMs + 120_000);
  const names = ["chromium", "firefox", "webkit"] as const;
  const watched = names.map(async (name) => {
    const engine = await launchers[name](playwright[name]);
    try {
      const context = await engine.newContext();
      await watch(await context.newPage(), await startServer("e2e-service"));
    } catch (cause) {
      throw new Error(`in ${name}`, { cause });
    } finally {
      await engine.close();
    }
  });
  const outcomes = await Promise.allSettled(watched);
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === "rejected" ? [outcome.reason] : [],
  );
  if (failures.length > 0) throw new AggregateError(failures, "not in all engines");
});
