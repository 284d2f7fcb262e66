// SPDX-License-Identifier: Apache-2.0
// The shared memory of a page and its workers after long use: as much of it is free as at the begin.
import type { Page } from "@playwright/test";
import type { Bus } from "cortado/workers";
import { expect, test } from "../../fixtures.ts";
import type { Started } from "../../pages/workers/page.ts";

declare const bus: Bus; // both in the page
declare const made: Started;

const freeBytes = (page: Page) => page.evaluate(() => bus.freeBytes);

test.beforeEach(async ({ page, service }) => {
  await page.goto(service.url);
  await page.evaluate(async () => {
    const { openBus } = await import("workers");
    Object.assign(globalThis, { bus: await openBus() });
  });
});

test("200 workers one after another, each of which ends at another moment", async ({ page }) => {
  test.setTimeout(300_000);
  const free = await freeBytes(page);
  const seen = await page.evaluate(async () => {
    const { numbers, outcome, pattern, start } = await import("workers");
    const data = pattern(200_000);
    const carriers = new Set<string | undefined>();
    const texts = new Set<string>();
    for (let count = 0; count < 200; count += 1) {
      const { worker, link, probe, feed } = start({ bus });
      const calls = [
        outcome(probe.never({})),
        outcome(probe.echo({ value: { data } })),
        outcome(feed.count({ to: 1n << 60n, paddingSize: 1_000 }).forEach(() => {})),
        outcome(feed.sum(numbers(1e9, 1_000))),
      ];
      await probe.count({});
      carriers.add(link.carrier);
      const rounds = count % 20;
      for (let round = 0; round < rounds; round += 1) await probe.count({});
      if (count % 4 === 0) link.close();
      worker.terminate();
      for (const text of await Promise.all(calls)) texts.add(text.replace(/:.*/, ""));
    }
    return { carriers: [...carriers], texts: [...texts].sort() };
  });
  expect(seen.carriers).toEqual(["bus"]);
  expect(["cancelled", "settled", "unavailable", "unknown"]).toEqual(
    expect.arrayContaining(seen.texts),
  );
  await expect.poll(() => freeBytes(page)).toBe(free);
});

test("workers that are terminated while they join", async ({ page }) => {
  const free = await freeBytes(page);
  await page.evaluate(async () => {
    const { start } = await import("workers");
    for (let count = 0; count < 60; count += 1) {
      const { worker, link } = start({ bus });
      await new Promise((resolve) => worker.addEventListener("message", resolve));
      // It is ready, and the next messages of either end are under way.
      const { port1, port2 } = new MessageChannel();
      for (let turn = 0; turn < count % 12; turn += 1) {
        const answered = new Promise((resolve) => {
          port1.onmessage = resolve;
        });
        port2.postMessage(turn);
        await answered;
      }
      worker.terminate();
      await link.closed;
    }
  });
  await expect.poll(() => freeBytes(page)).toBe(free);
  const carrier = await page.evaluate(async () => {
    const { started } = await import("workers");
    return (await started({ bus })).link.carrier;
  });
  expect(carrier).toBe("bus");
});

test("a million calls", async ({ page }) => {
  test.setTimeout(400_000);
  await page.evaluate(async () => {
    const { started } = await import("workers");
    Object.assign(globalThis, { made: await started({ bus }) });
  });
  const free = await freeBytes(page);
  const seen = await page.evaluate(async () => {
    let least = bus.freeBytes;
    for (let batch = 0; batch < 1_000; batch += 1) {
      await Promise.all(Array.from({ length: 1_000 }, () => made.probe.count({})));
      least = Math.min(least, bus.freeBytes);
    }
    return { least, calls: (await made.probe.count({})).calls };
  });
  expect(seen.calls).toBe(1_000_002n);
  expect(seen.least).toBeGreaterThan(free - (1 << 20));
  expect(await freeBytes(page)).toBe(free);
});

test("payloads of calls that are given up, or that nobody serves", async ({ page }) => {
  test.setTimeout(240_000);
  await page.evaluate(async () => {
    const { started } = await import("workers");
    Object.assign(globalThis, { made: await started({ bus }) });
  });
  const free = await freeBytes(page);
  const outcomes = await page.evaluate(async () => {
    const { outcome, pattern } = await import("workers");
    const { ProbeClient } = await import("probe");
    const { feed, link, probe } = made;
    const data = pattern(100_000);
    const texts: string[] = [];
    const give = (signal: AbortSignal) => probe.echo({ value: { data } }, { signal });
    for (let count = 0; count < 300; count += 1) {
      const controller = new AbortController();
      const call = outcome(give(controller.signal));
      if (count % 3 === 1) await probe.count({});
      if (count % 3 === 2) await feed.state({ running: 0 });
      controller.abort();
      texts.push(await call);
      texts.push(await outcome(give(controller.signal)));
      // No such method: the names are the page's alone.
      const wrong = Object.assign(new ProbeClient(link), {});
      texts.push(await outcome(wrong.digest({ data: "no bytes" as never })));
    }
    return [...new Set(texts)];
  });
  for (const text of outcomes) expect(text).toMatch(/^(settled|cancelled|invalid_argument)/);
  // What came for nobody is kept for a while.
  await expect.poll(() => freeBytes(page), { timeout: 100_000 }).toBe(free);
});

test("the memory that all workers share lives as long as one of them", async ({
  page,
  browserName,
  context,
}) => {
  const isSame = await page.evaluate(async () => {
    const { started } = await import("workers");
    const first = await started();
    const second = await started();
    const { memory } = first.link;
    const isShared = second.link.memory === memory;
    first.worker.terminate();
    await first.link.closed;
    const third = await started();
    const isSharedStill = third.link.memory === memory;
    second.link.close();
    second.worker.terminate();
    third.worker.terminate();
    await third.link.closed;
    await new Promise((resolve) => setTimeout(resolve)); // a link lets go of it a task later
    Object.assign(globalThis, { old: new WeakRef(memory as WebAssembly.Memory) });
    const fourth = await started();
    const isNew = fourth.link.memory !== memory;
    fourth.worker.terminate();
    return { isShared, isSharedStill, isNew };
  });
  expect(isSame).toEqual({ isShared: true, isSharedStill: true, isNew: true });
  if (browserName !== "chromium") return; // others cannot be told to collect garbage
  const inspector = await context.newCDPSession(page as never);
  await expect
    .poll(async () => {
      await inspector.send("HeapProfiler.collectGarbage");
      return page.evaluate("old.deref() === undefined");
    })
    .toBe(true);
});

test("a worker that comes as the last one leaves is on a bus of the living", async ({ page }) => {
  const carriers = await page.evaluate(async () => {
    const { start, started } = await import("workers");
    const carriers: unknown[] = [];
    for (let count = 0; count < 5; count += 1) {
      const leaving = await started();
      const coming = start();
      leaving.link.close();
      leaving.worker.terminate();
      await coming.probe.count({});
      carriers.push(coming.link.carrier);
      coming.link.close();
      coming.worker.terminate();
    }
    return carriers;
  });
  expect(carriers).toEqual(Array(5).fill("bus"));
});
