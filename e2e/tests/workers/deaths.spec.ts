// SPDX-License-Identifier: Apache-2.0
// How a worker can end, at every point of its life and of a call: all that waits for it settles, says
// why, and what it held of the shared memory is free again.
import type { Page } from "@playwright/test";
import type { Bus } from "cortado/workers";
import { expect, test } from "../../fixtures.ts";
import type { Started } from "../../pages/workers/page.ts";

declare const bus: Bus | undefined; // in the page

/** In the page: ends the worker somehow; resolves to the text with which what waited for it rejected. */
type Death = () => Promise<string[]>;

interface Case {
  readonly title: string;
  readonly die: Death;
  readonly words: RegExp;
}

/** It may have been quick. */
const endedEarly = /^(unavailable|unknown): the worker has ended: terminated, or crashed/;
const mayHaveRun =
  /^(unknown|unavailable): the worker has ended: terminated, or crashed; the call (may have run|was not sent)/;
/** Of calls that are idempotent, too: those do no harm whether they have run or not. */
const mayHaveRunOrIdempotent =
  /^(unknown|unavailable): the worker has ended: terminated, or crashed(; the call may have run.*)?$/;

const beforeItIsThere: readonly Case[] = [
  {
    title: "throws at its start",
    words: /^unavailable: the worker did not start: .*no such luck.*\(.*probe\.worker\.js.*:\d+\)/,
    async die() {
      const { outcome, start } = await import("workers");
      const { link, probe } = start({ how: "start=throw", bus });
      return [await outcome(probe.count({})), String((await link.closed).message)];
    },
  },
  {
    title: "has no script",
    words: /^unavailable: the worker did not start: its script does not load/,
    async die() {
      const { connectWorker } = await import("cortado/workers");
      const { ProbeClient } = await import("probe");
      const { outcome } = await import("workers");
      const link = connectWorker(new Worker("/none.js", { type: "module" }), { bus });
      return [await outcome(new ProbeClient(link).count({})), (await link.closed).message];
    },
  },
  {
    title: "does not call connectPage() in time",
    words: /^unavailable: the worker has not called connectPage\(\) within 300 ms/,
    async die() {
      const { outcome, start } = await import("workers");
      const { link, probe } = start({ how: "start=silent", startTimeoutMs: 300, bus });
      return [await outcome(probe.count({})), (await link.closed).message];
    },
  },
  {
    title: "is terminated before it runs",
    words: /^unavailable: the worker has not called connectPage\(\) within 500 ms/,
    async die() {
      const { outcome, start } = await import("workers");
      const { worker, link, probe } = start({ startTimeoutMs: 500, bus });
      worker.terminate();
      return [await outcome(probe.count({})), (await link.closed).message];
    },
  },
  {
    title: "is terminated when it has said that it is ready",
    words: endedEarly,
    async die() {
      const { outcome, ready, start } = await import("workers");
      const made = start({ bus });
      void ready(made).then(() => made.worker.terminate());
      return [await outcome(made.probe.count({})), (await made.link.closed).message];
    },
  },
  {
    title: "is terminated when it has been given its port",
    words: endedEarly,
    async die() {
      const { outcome, start } = await import("workers");
      const { worker, link, probe } = start({ bus });
      const post = worker.postMessage.bind(worker) as (...args: unknown[]) => void;
      worker.postMessage = (...args: unknown[]) => {
        post(...args);
        worker.terminate();
      };
      return [await outcome(probe.count({})), (await link.closed).message];
    },
  },
];

const inACall: readonly Case[] = [
  {
    title: "is terminated when calls have just been made",
    words: mayHaveRun,
    async die() {
      const { outcome, started } = await import("workers");
      const { worker, probe } = await started({ bus });
      const calls = Array.from({ length: 50 }, () => outcome(probe.never({})));
      worker.terminate();
      return Promise.all(calls);
    },
  },
  {
    title: "is terminated while calls run",
    words: mayHaveRun,
    async die() {
      const { outcome, started } = await import("workers");
      const { worker, probe } = await started({ bus });
      const calls = Array.from({ length: 50 }, () => outcome(probe.never({})));
      await probe.journal({ started: 50 });
      worker.terminate();
      return Promise.all(calls);
    },
  },
  {
    title: "is terminated while it streams, and is streamed to",
    words: mayHaveRun,
    async die() {
      const { numbers, outcome, started } = await import("workers");
      const { worker, feed } = await started({ bus });
      let isFar: () => void = () => undefined;
      const far = new Promise<void>((resolve) => {
        isFar = resolve;
      });
      const read = feed.count({ to: 1n << 60n, paddingSize: 1_000 }).forEach(({ value }) => {
        if (value === 3_000n) isFar();
      });
      const outcomes = [outcome(read), outcome(feed.sum(numbers(1e9, 1_000)))];
      await far;
      worker.terminate();
      return Promise.all(outcomes);
    },
  },
  {
    title: "is terminated while payloads are on their way to it",
    words: mayHaveRunOrIdempotent,
    async die() {
      const { hang, outcome, pattern, started } = await import("workers");
      const made = await started({ bus });
      void hang(made, 60_000);
      const data = pattern(3_000_000);
      const calls = [1, 2, 3, 4].map(() => outcome(made.probe.echo({ value: { data } })));
      const { link, probe, worker } = made;
      const own = link.allocate(1_000_000); // before another answer could come it is the worker's
      calls.push(outcome(probe.digest({ data: own })));
      await new Promise((resolve) => setTimeout(resolve));
      worker.terminate();
      return Promise.all(calls);
    },
  },
  {
    title: "is terminated while payloads are on their way back",
    words: mayHaveRunOrIdempotent,
    async die() {
      const { probeService } = await import("probe");
      const { outcome, pattern, started } = await import("workers");
      const { link, probe, worker } = await started({ bus });
      const served = {
        echo: ({ value }: { value: object }) => {
          worker.terminate(); // it has asked for this, and is not there for the answer
          return { value };
        },
      };
      link.serve(probeService(served as never));
      const data = pattern(3_000_000);
      const calls = [1, 2, 3].map(() => probe.echo({ value: { text: "on", data } }));
      return Promise.all(calls.map(outcome));
    },
  },
  {
    title: "closes itself",
    words: mayHaveRun,
    async die() {
      const { outcome, started } = await import("workers");
      const { order, probe } = await started({ bus });
      const call = outcome(probe.never({}));
      await probe.journal({ started: 1 });
      order("close");
      return [await call];
    },
  },
  {
    title: "leaves its link",
    words: /^unknown: the worker has left; the call may have run/,
    async die() {
      const { outcome, started } = await import("workers");
      const { order, probe, worker } = await started({ bus });
      const call = outcome(probe.never({}));
      await probe.journal({ started: 1 });
      order("leave");
      const text = await call;
      worker.terminate();
      return [text];
    },
  },
  {
    title: "hangs, and is terminated",
    words: /^unknown: the worker hangs: it gives no sign of life; the call may have run/,
    async die() {
      const { hang, outcome, started } = await import("workers");
      const made = await started({ heartbeatMs: 300, bus });
      const call = outcome(made.probe.never({}));
      await made.probe.journal({ started: 1 });
      void hang(made, 60_000);
      const text = await call;
      made.worker.terminate();
      return [text];
    },
  },
  {
    title: "hangs, and leaves when it is back",
    words: /^unknown: the worker hangs: it gives no sign of life; the call may have run/,
    async die() {
      const { hang, outcome, started } = await import("workers");
      const made = await started({ heartbeatMs: 300, bus });
      const call = outcome(made.probe.never({}));
      await made.probe.journal({ started: 1 });
      const awake = hang(made, 3_000);
      const text = await call;
      await awake;
      return [text];
    },
  },
];

async function begin(page: Page, url: string): Promise<number> {
  await page.goto(url);
  return page.evaluate(async () => {
    const { openBus } = await import("workers");
    const bus = crossOriginIsolated ? await openBus() : undefined;
    Object.assign(globalThis, { bus });
    return bus?.freeBytes ?? 0;
  });
}

const freeBytes = (page: Page) => page.evaluate(() => bus?.freeBytes ?? 0);

for (const [carrier, headers] of [
  ["bus", "isolated"],
  ["port", "plain"],
] as const) {
  for (const { title, die, words } of [...beforeItIsThere, ...inACall]) {
    test(`over the ${carrier}, a worker that ${title}`, async ({ page, serveSite }) => {
      const free = await begin(page, await serveSite(headers));
      const texts = await page.evaluate(die);
      expect(texts.length).toBeGreaterThan(0);
      for (const text of texts) expect(text).toMatch(words);
      await expect.poll(() => freeBytes(page)).toBe(free);
      // The next one finds all as the first did.
      const isThere = page.evaluate(async () => {
        const { started } = await import("workers");
        const { probe } = await started({ bus });
        return (await probe.count({})).calls;
      });
      expect(await isThere).toBe(2n);
    });
  }

  test(`over the ${carrier}, an accident in a worker that has started ends nothing`, async ({
    page,
    serveSite,
  }) => {
    await begin(page, await serveSite(headers));
    const calls = await page.evaluate(async () => {
      const { started } = await import("workers");
      const { order, probe, worker } = await started({ bus });
      const heard = new Promise((resolve) => worker.addEventListener("error", resolve));
      order("throw");
      await heard;
      return (await probe.count({})).calls;
    });
    expect(calls).toBe(2n);
  });

  test(`over the ${carrier}, who was busy for long gives nobody up`, async ({
    page,
    serveSite,
  }) => {
    await begin(page, await serveSite(headers));
    const texts = await page.evaluate(async () => {
      const { outcome, started } = await import("workers");
      const made: Started = await started({ heartbeatMs: 200, how: "heartbeat-ms=60000", bus });
      const call = outcome(made.probe.wait({ ms: 2_500 }));
      const other = await started({ heartbeatMs: 60_000, how: "heartbeat-ms=200", bus });
      const otherCall = outcome(other.probe.wait({ ms: 2_500 }));
      await made.probe.journal({ started: 1 });
      const endMs = performance.now() + 1_500;
      while (performance.now() < endMs); // this page hangs
      return [await call, await otherCall, await outcome(made.probe.count({}))];
    });
    // The other worker has given up a page that was silent for so long, and rightly.
    expect(texts[0]).toBe("settled");
    expect(texts[1]).toMatch(/^unknown: the worker has left/);
    expect(texts[2]).toBe("settled");
  });
}
