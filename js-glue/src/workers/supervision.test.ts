// SPDX-License-Identifier: Apache-2.0
// Workers that end are replaced: what becomes of their calls, and when it is given up.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AdderClient, add, adderService } from "../../test/adder.ts";
import { errorOf, wasm } from "../../test/connected.ts";
import { FeedClient, feed } from "../../test/feed.ts";
import { Happening, Nursery, restart, type Script } from "../../test/nursery.ts";
import { busModule } from "../../test/test-worker.ts";
import {
  jsonData,
  jsonFields,
  type MethodDescriptor,
  readData,
  type Service,
  structCodec,
  writeData,
} from "../codec/index.ts";
import { openBus } from "./bus.ts";
import { connectWorker } from "./connect-worker.ts";
import type { CrewOptions } from "./crew.ts";
import type { LocalCarrier } from "./local-link.ts";
import type { SupervisedLink } from "./supervised-link.ts";

const open: { close(): void }[] = [];

afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

let carrier: LocalCarrier = "port";

/** Waits are as good as none. */
const quick = { firstMsMax: 0.1, msMax: 0.1 };

function supervised(
  script: Script | undefined,
  options: CrewOptions = {},
): { readonly link: SupervisedLink; readonly nursery: Nursery; readonly adder: AdderClient } {
  const nursery = new Nursery(script);
  const bus = carrier === "port" ? "none" : openBus({ wasm: busModule, bytes: 1 << 22 });
  if (bus !== "none") void bus.then((opened) => open.push(opened));
  const link = connectWorker(nursery.make, { wasm, bus, restart: quick, ...options });
  open.push(link, nursery);
  return { link, nursery, adder: new AdderClient(link) };
}

interface Kept {
  data: Uint8Array;
}

const KeptCodec = structCodec<Kept, Kept>(
  0,
  1,
  (reader) => ({ data: readData(reader, reader.pointers, reader.end) }),
  (writer, _data, pointers, { data }) => writeData(writer, pointers, data),
  () => jsonFields({ data: jsonData }),
);

const keep: MethodDescriptor<Kept, Kept> = {
  ...add,
  service: "Keeper",
  name: "keep",
  interfaceIdLow: 1,
  idempotent: true,
  params: KeptCodec as MethodDescriptor<Kept, Kept>["params"],
  results: KeptCodec as MethodDescriptor<Kept, Kept>["results"],
};

const keeper = { id: 1n, name: "Keeper", methods: { keep } } as Service["descriptor"];

const sums = adderService({
  add: ({ a, b }) => ({ sum: a + b }),
  look: ({ a, b }) => ({ sum: a + b }),
});

describe.each(["port", "bus"] as const)("over the %s, a worker", (each) => {
  beforeEach(() => {
    carrier = each;
  });

  test("is started at once, and called", async () => {
    const { link, nursery, adder } = supervised((page) => page.serve(sums));
    expect(link.state).toBe("starting");
    expect(nursery.made).toHaveLength(1);
    expect(await adder.add({ a: 1, b: 2 })).toMatchObject({ sum: 3 });
    expect(link.state).toBe("up");
    expect(link.carrier).toBe(each);
    expect(link.diagnose()).toMatchObject({ carrier: each });
  });

  test("that ends is replaced: what may have run is told, what is idempotent made again", async () => {
    const running = new Happening();
    const { link, nursery, adder } = supervised((page, number) => {
      const isFirst = number === 0;
      page.serve(
        adderService({
          add: () => (isFirst ? new Promise(() => {}) : { sum: number }),
          look: () => {
            running.happened();
            return isFirst ? new Promise(() => {}) : { sum: number };
          },
        }),
      );
    });
    const lost = errorOf(adder.add({ a: 1 }));
    const again = adder.look({ a: 1 });
    await running.wait;
    const restarting = restart(link, "restarting");
    const up = restart(link, "up");
    nursery.kill(0);
    expect((await restarting).error?.reason).toBe("the worker has left");
    expect(link.state).toBe("restarting");
    const waited = adder.add({ a: 2 });
    expect(await lost).toMatch(/^unknown: the worker has left; the call may have run/);
    expect(await again).toMatchObject({ sum: 1 });
    expect(await waited).toMatchObject({ sum: 1 });
    await up;
    expect(nursery.terminated).toEqual([true, false]);
  });

  test("that ends ends the streams it has, and others wait for the next", async () => {
    const running = new Happening();
    const { nursery, link } = supervised((page, number) =>
      page.serve(
        feed({
          async *watch() {
            yield { number };
            running.happened();
            if (number === 0) await new Promise(() => {});
          },
        }),
      ),
    );
    const client = new FeedClient(link);
    const stream = errorOf(client.watch({}).forEach(() => {}));
    await running.wait;
    nursery.kill(0);
    expect(await stream).toMatch(/^unknown: the worker has left/);
    const numbers: number[] = [];
    await client.watch({}).forEach(({ number }) => void numbers.push(number));
    expect(numbers).toEqual([1]);
  });

  test("that hangs is terminated and replaced", async () => {
    const { link, nursery, adder } = supervised(undefined, { heartbeatMs: 20 });
    const call = adder.add({ a: 1, b: 2 });
    (await nursery.worker(0)).hang();
    expect((await restart(link, "restarting")).error?.reason).toContain("the worker hangs");
    expect(nursery.terminated).toEqual([true]);
    (await nursery.worker(1)).start((page) => page.serve(sums));
    expect(await call).toMatchObject({ sum: 3 }); // it had not left, as nobody had answered yet
  });

  test("that took a payload for good does not get it again: it has gone with the other", async () => {
    const running = new Happening();
    const { link, nursery } = supervised((page) => {
      const run = () => {
        running.happened();
        return new Promise(() => {});
      };
      page.serve({ descriptor: keeper, implementation: { keep: run } });
    });
    const controller = new AbortController();
    const { signal } = controller;
    const first = errorOf(link.call(keep, { data: new Uint8Array(1) }, { signal }));
    await running.wait; // so that allocate() has somebody to allocate for
    controller.abort();
    await first;
    const given = link.call(keep, { data: link.allocate(100_000) });
    const copied = link.call(keep, { data: new Uint8Array(100_000) });
    const up = restart(link, "up");
    nursery.kill(0);
    expect(await errorOf(given)).toMatch(/^unknown: .*the call's payload with it/);
    await up;
    link.close();
    expect(await errorOf(copied)).toMatch(/^cancelled/); // the second worker had it
  });

  test("calls what the page serves, and so does its successor", async () => {
    const asked: string[] = [];
    const { link, nursery } = supervised((page, number) => {
      void errorOf(new FeedClient(page).size({ name: `worker ${number}` }));
    });
    const both = new Happening();
    link.serve(
      feed({
        size: ({ name }) => {
          asked.push(name);
          if (asked.length === 1) nursery.kill(0);
          else both.happened();
          return {};
        },
      }),
    );
    await both.wait;
    expect(asked).toEqual(["worker 0", "worker 1"]);
  });

  test("is terminated by close(), and its calls are cancelled", async () => {
    const running = new Happening();
    const { link, nursery, adder } = supervised((page) =>
      page.serve(
        adderService({
          add: () => {
            running.happened();
            return new Promise(() => {});
          },
        }),
      ),
    );
    const call = errorOf(adder.add({ a: 1 }));
    await running.wait;
    const told = vi.fn();
    link.onRestart(told);
    link.close();
    expect(await call).toMatch(/^cancelled: /);
    expect(told).not.toHaveBeenCalled();
    expect((await link.closed).code).toBe("cancelled");
    expect(link.state).toBe("closed");
    expect(nursery.terminated).toEqual([true]);
    expect(await errorOf(adder.add({ a: 1 }))).toMatch(/^cancelled: /);
    expect(link.diagnose().why).toBe("it has ended");
  });
});

describe("a worker that does not start", () => {
  beforeEach(() => {
    carrier = "port";
  });

  test("is tried again, and its calls wait", async () => {
    const { link, nursery, adder } = supervised(undefined);
    const call = adder.add({ a: 1, b: 2 });
    (await nursery.worker(0)).fail("x is not defined");
    expect(link.diagnose().findings[0]).toMatchObject({
      about: "worker",
      finding: expect.stringContaining("x is not defined (w.js:7)"),
    });
    (await nursery.worker(1)).start((page) => page.serve(sums));
    expect(await call).toMatchObject({ sum: 3 });
    expect(nursery.terminated).toEqual([true, false]);
  });

  test("is given up after so many times in a row, with what was wrong", async () => {
    const { link, nursery, adder } = supervised(undefined, {
      restart: { ...quick, failuresMax: 3 },
    });
    const failed = restart(link, "failed");
    const call = errorOf(adder.add({ a: 1 }));
    for (const number of [0, 1, 2]) (await nursery.worker(number)).fail("x is not defined");
    const words = /^unavailable: the worker has failed 3 times in a row, .*x is not defined/;
    expect(await call).toMatch(words);
    expect((await link.closed).message).toMatch(words);
    expect((await failed).error?.reason).toContain("x is not defined");
    expect(link.state).toBe("failed");
    expect(nursery.terminated).toEqual([true, true, true]);
    expect(await errorOf(adder.add({ a: 1 }))).toMatch(words);
  });

  test("since it cannot even be made, is tried again, too", async () => {
    const nursery = new Nursery((page) => page.serve(sums));
    let tries = 0;
    const make = (): Worker => {
      tries += 1;
      if (tries === 1) throw new Error("a policy forbids it");
      return nursery.make();
    };
    const link = connectWorker(make, { wasm, bus: "none", restart: quick });
    open.push(link, nursery);
    expect(link.state).toBe("restarting");
    expect(await new AdderClient(link).add({ a: 1, b: 2 })).toMatchObject({ sum: 3 });
  });

  test("within its time is terminated", async () => {
    const { link, nursery } = supervised(undefined, { startTimeoutMs: 5, restart: false });
    expect((await link.closed).reason).toContain("connectPage() within 5 ms");
    expect(nursery.terminated).toEqual([true]);
  });

  test("is not replaced when that is not wanted", async () => {
    const { link, nursery, adder } = supervised(undefined, { restart: false });
    const call = errorOf(adder.add({ a: 1 }));
    (await nursery.worker(0)).fail("x is not defined");
    expect(await call).toMatch(/^unavailable: the worker did not start: x is not defined/);
    expect((await link.closed).code).toBe("unavailable");
    expect(nursery.made).toHaveLength(1);
  });
});

describe("a worker that dies as soon as it is there", () => {
  test("by a call that kills it is given up, too", async () => {
    const { link, nursery, adder } = supervised(
      (page, number) => {
        const look = () => {
          nursery.kill(number);
          return new Promise<never>(() => {});
        };
        page.serve(adderService({ look }));
      },
      { restart: { ...quick, failuresMax: 4 } },
    );
    const call = errorOf(adder.look({ a: 1 }, { timeoutMs: 0 }));
    expect(await call).toMatch(/^unavailable: the worker has failed 4 times in a row/);
    expect(nursery.made).toHaveLength(4);
    expect(link.state).toBe("failed");
  });
});

describe("a call that waits for a worker", () => {
  test("may be aborted", async () => {
    const { adder } = supervised(undefined);
    const controller = new AbortController();
    const call = errorOf(adder.add({ a: 1 }, { signal: controller.signal }));
    controller.abort();
    expect(await call).toMatch(/^cancelled: its AbortSignal/);
    const late = adder.add({ a: 1 }, { signal: controller.signal });
    expect(await errorOf(late)).toMatch(/^cancelled: its AbortSignal/);
  });

  test("runs out of time", async () => {
    const { adder } = supervised(undefined);
    expect(await errorOf(adder.add({ a: 1 }, { timeoutMs: 5 }))).toBe(
      "deadline_exceeded: no answer within 5 ms",
    );
  });
});

test("a listener that throws harms nobody", async () => {
  const reported = vi.fn();
  vi.stubGlobal("reportError", reported);
  const { link, nursery, adder } = supervised((page) => page.serve(sums));
  await adder.add({ a: 1 });
  const leave = link.onRestart(() => {
    throw new Error("mine");
  });
  const up = restart(link, "up");
  nursery.kill(0);
  await up;
  leave();
  expect(reported).toHaveBeenCalledWith(new Error("mine"));
  vi.unstubAllGlobals();
});
