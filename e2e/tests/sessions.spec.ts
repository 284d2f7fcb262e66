// SPDX-License-Identifier: Apache-2.0
// A network that breaks between a real page and the real server: calls and streams in flight live
// on, and each item arrives once and in order.
import type { Client } from "cortado";
import type { FeedClient } from "feed";
import type { ProbeClient } from "probe";
import { test as base, expect } from "../fixtures.ts";
import { CuttingProxy } from "../support/cutting-proxy.ts";

declare const client: Client; // these three in the page
declare const feed: FeedClient;
declare const probe: ProbeClient;

/** Some sizes in bytes, others in each test: cuts anywhere in a frame. */
function* sizes(count: number, seed: number): Generator<number> {
  let state = seed;
  for (let index = 0; index < count; ++index) {
    state = (state * 48_271) % 2_147_483_647;
    yield 20_000 + (state % 80_000);
  }
}

const test = base.extend<{ network: CuttingProxy }>({
  network: async ({ page, service }, use) => {
    const network = await CuttingProxy.start(service.port);
    await page.goto(network.url);
    await page.evaluate(async () => {
      const { connect } = await import("cortado");
      const { FeedClient } = await import("feed");
      const { ProbeClient } = await import("probe");
      const client = await connect(undefined, { carrier: "websocket" });
      const probe = new ProbeClient(client);
      await probe.count({});
      Object.assign(globalThis, { client, feed: new FeedClient(client), probe });
    });
    await use(network);
    await network.close();
  },
});

test("a server stream through a network that is cut again and again", async ({ page, network }) => {
  network.cutAfter(sizes(25, 1));
  const values = await page.evaluate(async () => {
    const values: bigint[] = [];
    for await (const { value } of feed.count({ to: 20_000n, paddingSize: 100 })) values.push(value);
    return values;
  });
  expect(values).toEqual(Array.from({ length: 20_000 }, (_, index) => BigInt(index)));
  expect(network.cutCount).toBe(25);
});

test("a client stream through a network that is cut again and again", async ({ page, network }) => {
  network.cutAfter(sizes(15, 2));
  const answer = await page.evaluate(async () => {
    function* numbers() {
      for (let value = 1n; value <= 20_000n; ++value) yield { value, padding: new Uint8Array(60) };
    }
    return feed.sum(numbers());
  });
  expect(answer).toEqual({ sum: 200_010_000n, items: 20_000n });
  expect(network.cutCount).toBe(15);
});

test("a bidirectional stream through cuts", async ({ page, network }) => {
  network.cutAfter(sizes(15, 3));
  const answers = await page.evaluate(async () => {
    function* numbers() {
      for (let value = 0n; value < 20_000n; ++value) yield { value };
    }
    const answers: bigint[] = [];
    for await (const { doubled } of feed.chat(numbers())) answers.push(doubled);
    return answers;
  });
  expect(answers).toEqual(Array.from({ length: 20_000 }, (_, index) => BigInt(2 * index)));
  expect(network.cutCount).toBe(15);
});

test("a call in flight is answered over the next connection, having run once", async ({
  page,
  network,
}) => {
  await page.evaluate(async () => {
    const pending = [probe.wait({ ms: 1000 }), probe.digest({ data: new Uint8Array(3_000_000) })];
    await probe.journal({ started: 1 });
    Object.assign(globalThis, { pending: Promise.all(pending) });
  });
  network.cut();
  expect(await page.evaluate("pending")).toEqual([{}, { size: 3_000_000, sum: 0 }]);
  const { journal } = await page.evaluate(() => probe.journal({}));
  expect(journal).toMatchObject({ started: 1, finished: 1, stopped: 0 });
});

test("calls that are not idempotent run once each, however often the network breaks", async ({
  page,
  network,
}) => {
  network.cutAfter(Array.from({ length: 8 }, (_, index) => 1500 + 137 * index));
  const counts = await page.evaluate(async () => {
    const counts: number[] = [];
    while (counts.length < 400) {
      const calls = Array.from({ length: 10 }, () => probe.count({}));
      for (const { calls: count } of await Promise.all(calls)) counts.push(Number(count));
    }
    return counts;
  });
  // The fixture made the first.
  expect(counts).toEqual(Array.from({ length: 400 }, (_, index) => index + 2));
  expect(network.cutCount).toBe(8);
});

test("a server killed in the middle of streams: they end and say so, and new ones begin", async ({
  page,
  network,
  service,
}) => {
  await page.evaluate(async () => {
    const numbers = feed.count({ to: 1_000_000_000n, intervalMs: 1 });
    let count = 0n;
    const ended = numbers
      .forEach(({ value }) => {
        if (value === count) ++count;
      })
      .catch(({ code, reason }) => ({ code, reason, isCounting: count > 0n }));
    while (count === 0n) await feed.state({ running: 1 });
    Object.assign(globalThis, { ended: ended });
  });
  await service.kill();
  await service.start();
  expect(await page.evaluate("ended")).toEqual({
    code: expect.stringMatching(/^(unknown|unavailable)$/),
    reason: expect.stringContaining("may have run"),
    isCounting: true,
  });
  const { values } = await page.evaluate(async () => {
    const values: bigint[] = [];
    for await (const { value } of feed.count({ to: 10n })) values.push(value);
    return { values };
  });
  expect(values).toHaveLength(10);
  expect(network.cutCount).toBe(0);
});

test("a page that was away for a while goes on where it was", async ({ page, network }) => {
  await page.evaluate(async () => {
    const values: bigint[] = [];
    const ended = feed.count({ to: 300n, intervalMs: 10 }).forEach(({ value }) => {
      values.push(value);
    });
    await feed.state({ running: 1 });
    const states: string[] = [];
    client.onStateChange(({ state }) => states.push(state));
    Object.assign(globalThis, { states, values: ended.then(() => values) });
  });
  network.refuse();
  await expect.poll(() => page.evaluate("states.includes('waiting')")).toBe(true);
  const state = page.evaluate(() => client.diagnose().findings[0]?.cure);
  expect(await state).toBeTruthy();
  network.pass();
  expect(await page.evaluate("values")).toEqual(
    Array.from({ length: 300 }, (_, index) => BigInt(index)),
  );
});

test("a connection that a router forgot is left when the page comes online again", async ({
  page,
  network,
}) => {
  await page.evaluate(async () => {
    const values: bigint[] = [];
    const ended = feed.count({ to: 200n, intervalMs: 10 }).forEach(({ value }) => {
      values.push(value);
    });
    await feed.state({ running: 1 });
    Object.assign(globalThis, { values: ended.then(() => values) });
  });
  network.forget();
  await page.evaluate(() => {
    // As browsers say it when a device goes from one network to another.
    dispatchEvent(new Event("offline"));
    dispatchEvent(new Event("online"));
  });
  expect(await page.evaluate("values")).toEqual(
    Array.from({ length: 200 }, (_, index) => BigInt(index)),
  );
});

test("a page that is kept for the way back goes on when it is shown again", async ({
  page,
  network,
}) => {
  await page.evaluate(async () => {
    const values: bigint[] = [];
    const ended = feed.count({ to: 100n, intervalMs: 10 }).forEach(({ value }) => {
      values.push(value);
    });
    await feed.state({ running: 1 });
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    Object.assign(globalThis, { values: ended.then(() => values) });
  });
  expect(await page.evaluate(() => client.state)).toBe("waiting");
  await page.evaluate(() => {
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  });
  expect(await page.evaluate("values")).toEqual(
    Array.from({ length: 100 }, (_, index) => BigInt(index)),
  );
  expect(network.cutCount).toBe(0);
});

test("a page that is left for good ends its own calls, and no other's", async ({
  page,
  engine,
  network,
}) => {
  const context = await engine.newContext();
  const other = await context.newPage();
  await other.goto(network.url);
  await other.evaluate(async () => {
    const { connect } = await import("cortado");
    const { FeedClient } = await import("feed");
    const feed = new FeedClient(await connect(undefined, { carrier: "websocket" }));
    void feed.count({ to: 1_000_000_000n, intervalMs: 5 }).forEach(({ value }) => {
      Object.assign(globalThis, { value });
    });
    await feed.state({ running: 1 });
  });
  await page.evaluate(async () => {
    const numbers = feed.count({ to: 1_000_000_000n, intervalMs: 5 })[Symbol.asyncIterator]();
    await numbers.next();
    await feed.state({ running: 2 });
    Object.assign(globalThis, { numbers });
  });
  await other.evaluate(() => {
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: false }));
  });
  // It says so: its handler does not wait for it to come back.
  await page.evaluate(() => feed.state({ running: 1 }));
  await context.close();
  const next = await page.evaluate<{ value: { value: bigint } }>("numbers.next()");
  expect(next.value.value).toBe(1n);
});
