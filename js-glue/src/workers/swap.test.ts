// SPDX-License-Identifier: Apache-2.0
// A worker is replaced while it serves, or stays when its successor is no good.
import { afterEach, describe, expect, test } from "vitest";
import { AdderClient, adderService, type Sum } from "../../test/adder.ts";
import { errorOf, range, wasm } from "../../test/connected.ts";
import { feed } from "../../test/feed.ts";
import { Happening, Nursery, restart, type Script } from "../../test/nursery.ts";
import { connectWorker } from "./connect-worker.ts";
import type { CrewOptions } from "./crew.ts";
import { workerPool } from "./pool.ts";

const open: { close(): void }[] = [];

afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

const options = { wasm, bus: "none", restart: { firstMsMax: 0.1, msMax: 0.1 } } as const;

/** Answers with a number that says which version it is. */
const version =
  (sum: number): Script =>
  (page) =>
    page.serve(adderService({ add: () => ({ sum }), look: () => ({ sum }) }));

function nursery(script?: Script): Nursery {
  const made = new Nursery(script);
  open.push(made);
  return made;
}

function supervised(make: () => Worker, more: CrewOptions = {}) {
  const link = connectWorker(make, { ...options, ...more });
  open.push(link);
  return { link, adder: new AdderClient(link) };
}

describe("a swap", () => {
  test("lets old calls finish in the old worker, and sends new ones to the new one", async () => {
    const running = new Happening();
    let answer: (sum: Partial<Sum>) => void = () => {};
    const old = nursery((page) =>
      page.serve(
        adderService({
          add: () =>
            new Promise((resolve) => {
              answer = resolve;
              running.happened();
            }),
        }),
      ),
    );
    const { link, adder } = supervised(old.make);
    const first = adder.add({});
    await running.wait;
    const next = nursery(version(2));
    const { drained } = await link.swap(next.make);
    expect((await adder.add({})).sum).toBe(2);
    expect(old.terminated).toEqual([false]);
    answer({ sum: 1 });
    expect((await first).sum).toBe(1);
    await drained;
    expect(old.terminated).toEqual([true]);
    expect(next.terminated).toEqual([false]);
    expect(link.state).toBe("up");
  });

  test("gives the old worker's calls up when their time is over", async () => {
    const running = new Happening();
    const never = (): Promise<never> => {
      running.happened();
      return new Promise(() => {});
    };
    const old = nursery((page) => page.serve(adderService({ add: never, look: never })));
    const { link, adder } = supervised(old.make);
    const lost = errorOf(adder.add({}));
    const again = adder.look({});
    await running.wait;
    const { drained } = await link.swap(nursery(version(2)).make, { drainMs: 1 });
    expect(await lost).toMatch(/^unknown: its worker was replaced, and did not finish it within 1/);
    expect((await again).sum).toBe(2);
    await drained;
    expect(old.terminated).toEqual([true]);
  });

  test("is what a worker that ends later is replaced by", async () => {
    const { link, adder } = supervised(nursery(version(1)).make);
    expect((await adder.add({})).sum).toBe(1);
    const next = nursery(version(2));
    await link.swap(next.make);
    const up = restart(link, "up");
    next.kill(0);
    await up;
    expect((await adder.add({})).sum).toBe(2);
    expect(next.made).toHaveLength(2);
  });

  test("saves a worker that does not start", async () => {
    const broken = nursery();
    const { link, adder } = supervised(broken.make, { restart: { firstMsMax: 1e6, msMax: 1e6 } });
    const call = adder.add({});
    const restarting = restart(link, "restarting");
    (await broken.worker(0)).fail("x is not defined");
    await restarting;
    const up = restart(link, "up");
    await link.swap(nursery(version(2)).make);
    await up;
    expect((await call).sum).toBe(2);
    expect(link.state).toBe("up");
  });

  test("serves the successor what the page serves", async () => {
    const { link } = supervised(nursery(version(1)).make);
    const served = new Happening();
    link.serve(
      adderService({
        quick: () => {
          served.happened();
          return {};
        },
      }),
    );
    const next = nursery((page) => {
      version(2)(page, 0);
      void errorOf(new AdderClient(page).quick({}));
    });
    await link.swap(next.make);
    await served.wait;
  });
});

describe("everything stays as it was", () => {
  test("when the successor does not start", async () => {
    const old = nursery(version(1));
    const { link, adder } = supervised(old.make);
    await adder.add({});
    const next = nursery();
    const swapped = errorOf(link.swap(next.make));
    (await next.worker(0)).fail("x is not defined");
    expect(await swapped).toMatch(
      /^unavailable: the successor did not start, and nothing was changed: .*x is not defined/,
    );
    expect((await adder.add({})).sum).toBe(1);
    expect([old.terminated, next.terminated]).toEqual([[false], [true]]);
    expect(next.made).toHaveLength(1); // one try
    const up = restart(link, "up");
    old.kill(0);
    await up;
    expect((await adder.add({})).sum).toBe(1);
  });

  test("when the successor cannot be made, or takes too long", async () => {
    const { link, adder } = supervised(nursery(version(1)).make, { startTimeoutMs: 50 });
    await adder.add({});
    const forbidden = link.swap(() => {
      throw new Error("a policy forbids it");
    });
    expect(await errorOf(forbidden)).toMatch(/nothing was changed: a policy forbids it/);
    const silent = nursery();
    expect(await errorOf(link.swap(silent.make))).toMatch(/connectPage\(\) within 50 ms/);
    expect(silent.terminated).toEqual([true]);
    expect((await adder.add({})).sum).toBe(1);
  });

  test("when the successor serves less", async () => {
    const { link, adder } = supervised(
      nursery((page) => {
        version(1)(page, 0);
        page.serve(feed({}));
      }).make,
    );
    await adder.add({});
    const next = nursery(version(2));
    expect(await errorOf(link.swap(next.make))).toBe(
      "failed_precondition: the successor does not fit, and nothing was changed: it does not serve Feed.size",
    );
    expect(next.terminated).toEqual([true]);
    expect((await adder.add({})).sum).toBe(1);
  });

  test("when another swap is under way, or it was closed", async () => {
    const { link, adder } = supervised(nursery(version(1)).make);
    await adder.add({});
    const silent = nursery();
    const first = errorOf(link.swap(silent.make));
    const second = nursery(version(3));
    expect(await errorOf(link.swap(second.make))).toMatch(/^aborted: another swap/);
    expect(second.made).toHaveLength(0);
    link.close();
    expect(await first).toMatch(/^cancelled/);
    expect(silent.terminated).toEqual([true]);
    expect(await errorOf(link.swap(second.make))).toMatch(/^cancelled/);
  });
});

describe("a pool's swap", () => {
  test("loses no call, and replaces as many as run", async () => {
    const old = nursery(version(1));
    const pool = workerPool(old.make, { ...options, size: 3 });
    open.push(pool);
    const adder = new AdderClient(pool);
    const before = await Promise.all(range(30).map(() => adder.add({})));
    expect(before.every(({ sum }) => sum === 1)).toBe(true);
    const next = nursery(version(2));
    const during: Promise<Sum>[] = [];
    const swapping = pool.swap(next.make);
    for (const _ of range(200)) {
      during.push(adder.add({}));
      await undefined;
    }
    const { drained } = await swapping;
    const after = range(30).map(() => adder.add({}));
    await drained;
    expect((await Promise.all(during)).every(({ sum }) => sum === 1 || sum === 2)).toBe(true);
    expect((await Promise.all(after)).every(({ sum }) => sum === 2)).toBe(true);
    expect(old.terminated).toEqual([true, true, true]);
    expect(next.made).toHaveLength(3);
    expect(pool.workers).toHaveLength(3);
  });

  test("before its first call is what that call goes to", async () => {
    const old = nursery(version(1));
    const pool = workerPool(old.make, { ...options, size: 2 });
    open.push(pool);
    await pool.swap(nursery(version(2)).make);
    expect((await new AdderClient(pool).add({})).sum).toBe(2);
    expect(old.made).toHaveLength(0);
  });
});
