// SPDX-License-Identifier: Apache-2.0
// Calls that stream, between a real page and the real server: nothing lost, nothing doubled, in
// order, and stopped at once when somebody leaves.
import type { Page } from "@playwright/test";
import type { Client } from "cortado";
import type { FeedClient } from "feed";
import { expect, test } from "../fixtures.ts";

declare const client: Client; // both in the page
declare const feed: FeedClient;

/** Puts `client` and `feed` into the page; by WebSocket. */
async function connectFeed(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.evaluate(async () => {
    const { connect } = await import("cortado");
    const { FeedClient } = await import("feed");
    const client = await connect(undefined, { carrier: "websocket" });
    Object.assign(globalThis, { client, feed: new FeedClient(client) });
  });
}

test.beforeEach(({ page, service }) => connectFeed(page, service.url));

test("a server stream brings every item, once and in order", async ({ page }) => {
  const { values, paddings } = await page.evaluate(async () => {
    const values: bigint[] = [];
    let paddings = 0;
    for await (const { value, padding } of feed.count({ to: 20_000n, paddingSize: 100 })) {
      values.push(value);
      paddings += padding.length;
    }
    return { values, paddings };
  });
  expect(values).toEqual(Array.from({ length: 20_000 }, (_, index) => BigInt(index)));
  expect(paddings).toBe(20_000 * 100);
});

test("forEach() brings the same without a promise for each item", async ({ page }) => {
  const sum = await page.evaluate(async () => {
    let sum = 0n;
    await feed.count({ to: 100_000n }).forEach(({ value }) => {
      sum = sum * 31n + value;
      sum &= 0xffffffffn;
    });
    return sum;
  });
  let expected = 0n;
  for (let value = 0n; value < 100_000n; ++value) expected = (expected * 31n + value) & 0xffffffffn;
  expect(sum).toBe(expected);
});

test("a client stream is read to its end, and answered", async ({ page }) => {
  const answer = await page.evaluate(async () => {
    async function* numbers() {
      for (let value = 1n; value <= 10_000n; ++value) yield { value, padding: new Uint8Array(50) };
    }
    return feed.sum(numbers());
  });
  expect(answer).toEqual({ sum: 50_005_000n, items: 10_000n });
});

test("a client stream that throws ends its call, and the handler", async ({ page }) => {
  const message = await page.evaluate(async () => {
    function* numbers() {
      yield { value: 1n };
      throw new Error("the disk is full");
    }
    const message = await feed.sum(numbers()).catch((error: Error) => error.message);
    await feed.state({ running: 0 });
    return message;
  });
  expect(message).toContain("the disk is full");
});

test("a bidirectional stream: an answer is read before the next item is sent", async ({ page }) => {
  const doubled = await page.evaluate(async () => {
    const doubled: bigint[] = [];
    let answered: () => void = () => undefined;
    async function* numbers() {
      for (let value = 0n; value < 500n; ++value) {
        const answer = new Promise<void>((resolve) => {
          answered = resolve;
        });
        yield { value };
        await answer;
      }
    }
    for await (const answer of feed.chat(numbers())) {
      doubled.push(answer.doubled);
      answered();
    }
    return doubled;
  });
  expect(doubled).toEqual(Array.from({ length: 500 }, (_, index) => BigInt(2 * index)));
});

test("leaving a loop stops the handler", async ({ page }) => {
  const value = await page.evaluate(async () => {
    for await (const { value } of feed.count({ to: 1_000_000_000n })) {
      if (value === 1000n) {
        await feed.state({ running: 1 });
        break;
      }
    }
    return (await feed.state({ running: 0 })).running;
  });
  expect(value).toBe(0);
});

test("an aborted stream rejects with what was told, and stops the handler", async ({ page }) => {
  const code = await page.evaluate(async () => {
    const controller = new AbortController();
    const { signal } = controller;
    try {
      for await (const { value } of feed.count({ to: 1_000_000_000n, intervalMs: 1 }, { signal })) {
        if (value === 3n) controller.abort();
      }
      return "ended";
    } catch (error) {
      await feed.state({ running: 0 });
      return (error as { code: string }).code;
    }
  });
  expect(code).toBe("cancelled");
});

test("a stream ends with its deadline", async ({ page }) => {
  const outcome = await page.evaluate(async () => {
    const numbers = feed.count({ to: 1_000_000_000n, intervalMs: 5 }, { timeoutMs: 1000 });
    let count = 0n;
    const code = await numbers
      .forEach(({ value }) => {
        if (value === count) ++count;
      })
      .catch((error) => error.code);
    await feed.state({ running: 0 });
    return { code, isCounting: count > 0n };
  });
  expect(outcome).toEqual({ code: "deadline_exceeded", isCounting: true });
});

test("a reader that stops reading stops the writer", async ({ page }) => {
  const counts = await page.evaluate(async () => {
    const numbers = feed.count({ to: 1_000_000_000n, paddingSize: 1000 })[Symbol.asyncIterator]();
    await numbers.next();
    // An answer passes the items written before it: after some of them the writer is where it waits.
    const counts: number[] = [];
    for (let round = 0; round < 20; ++round) {
      counts.push(Number((await feed.state({ running: 1 })).written));
    }
    await numbers.return?.();
    await feed.state({ running: 0 });
    return counts;
  });
  expect(counts.at(-1)).toBe(counts.at(-5));
  expect(counts.at(-1)).toBeLessThan(10_000);
});

test("a stalled stream delays no other", async ({ page }) => {
  const values = await page.evaluate(async () => {
    const stalled = feed.count({ to: 1_000_000_000n, paddingSize: 1000 })[Symbol.asyncIterator]();
    await stalled.next();
    const values: bigint[] = [];
    for await (const { value } of feed.count({ to: 5000n, paddingSize: 1000 })) values.push(value);
    await stalled.return?.();
    return values.length;
  });
  expect(values).toBe(5000);
});

test("keepNewest: a slow reader gets the newest of each key", async ({ page }) => {
  const { last, count } = await page.evaluate(async () => {
    const last: Record<string, bigint> = {};
    let count = 0;
    for await (const { key, value } of feed.newest({ to: 100_000n })) {
      last[key] = value;
      ++count;
    }
    return { last, count };
  });
  const keys = Array.from({ length: 10 }, (_, key) => [`${key}`, BigInt(99_990 + key)]);
  expect(last).toEqual(Object.fromEntries(keys));
  expect(count).toBeLessThan(100_000);
});

test("the server calls the page that called it, and reads what it streams", async ({ page }) => {
  const { sum, left } = await page.evaluate(async () => {
    const { pageService } = await import("feed");
    let isLeft = false;
    client.serve(
      pageService({
        add: ({ left, right }) => ({ sum: left + right }),
        async *count({ to }) {
          try {
            for (let value = 0n; value < to; ++value) yield { value };
          } finally {
            isLeft = true;
          }
        },
      }),
    );
    const { sum } = await feed.askPage({ to: 1000n });
    return { sum, left: isLeft };
  });
  expect(sum).toBe(499_500n);
  expect(left).toBe(true);
});

test("a call by HTTP has no way back to its page, and says so", async ({ page }) => {
  const failure = await page.evaluate(async () => {
    const { connect } = await import("cortado");
    const { FeedClient } = await import("feed");
    const byFetch = new FeedClient(await connect(undefined, { carrier: "fetch" }));
    return byFetch.askPage({ to: 1n }).catch(({ code, reason }) => ({ code, reason }));
  });
  expect(failure).toEqual({
    code: "unimplemented",
    reason: expect.stringContaining("no way back"),
  });
});
