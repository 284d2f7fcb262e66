// SPDX-License-Identifier: Apache-2.0
// Which worker of a pool gets a call, and what becomes of the others when one ends.
import { afterEach, describe, expect, test } from "vitest";
import { AdderClient, adderService, type Sum } from "../../test/adder.ts";
import { errorOf, range, wasm } from "../../test/connected.ts";
import { FeedClient, feed } from "../../test/feed.ts";
import { Happening, Nursery, restart, type Script } from "../../test/nursery.ts";
import { type WorkerPool, type WorkerPoolOptions, workerPool } from "./pool.ts";

const open: { close(): void }[] = [];

afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

function pooled(
  script: Script | undefined,
  options: WorkerPoolOptions,
): { readonly pool: WorkerPool; readonly nursery: Nursery; readonly adder: AdderClient } {
  const nursery = new Nursery(script);
  const restart = { firstMsMax: 0.1, msMax: 0.1 };
  const pool = workerPool(nursery.make, { wasm, bus: "none", restart, ...options });
  open.push(pool, nursery);
  return { pool, nursery, adder: new AdderClient(pool) };
}

/** Calls that wait in workers until they are let go; each answers with its worker's number. */
class Desk {
  readonly #waiting: { readonly number: number; readonly answer: (sum: Partial<Sum>) => void }[] =
    [];
  #expected = { count: 0, reached: () => {} };

  readonly script: Script = (page, number) => {
    const wait = (): Promise<Partial<Sum>> =>
      new Promise((answer) => {
        this.#waiting.push({ number, answer });
        if (this.#waiting.length >= this.#expected.count) this.#expected.reached();
      });
    page.serve(adderService({ add: wait, look: wait }));
  };

  /** The workers of the calls that wait, in order, when there are so many. */
  async numbers(count: number): Promise<number[]> {
    if (this.#waiting.length < count) {
      await new Promise<void>((reached) => {
        this.#expected = { count, reached };
      });
    }
    return this.#waiting.map(({ number }) => number).sort();
  }

  /** Answers a call that waits in that worker. */
  answer(number: number): void {
    const at = this.#waiting.findIndex((each) => each.number === number);
    for (const { answer } of this.#waiting.splice(at, 1)) answer({ sum: number });
  }

  answerAll(): void {
    for (const { answer, number } of this.#waiting.splice(0)) answer({ sum: number });
  }
}

const echo: Script = (page, number) => page.serve(adderService({ add: () => ({ sum: number }) }));

describe("a pool", () => {
  test("starts a worker with the first call, and no other while that one is idle", async () => {
    const { pool, nursery, adder } = pooled(echo, { size: 4 });
    expect(pool.workers).toEqual([]);
    expect(pool.diagnose().why).toBe("no worker is there yet");
    for (const _ of range(3)) expect((await adder.add({})).sum).toBe(0);
    expect(nursery.made).toHaveLength(1);
    expect(pool.workers).toEqual([{ state: "up", busy: 0, carrier: "port" }]);
    expect(pool.diagnose().carrier).toBe("port");
  });

  test("starts as many as there are calls, up to its size, and spreads them evenly", async () => {
    const desk = new Desk();
    const { pool, nursery, adder } = pooled(desk.script, { size: 3 });
    const calls = range(9).map(() => adder.add({}));
    expect(await desk.numbers(9)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    expect(nursery.made).toHaveLength(3);
    expect(pool.workers.map(({ busy }) => busy)).toEqual([3, 3, 3]);
    desk.answerAll();
    await Promise.all(calls);
    expect(pool.workers.map(({ busy }) => busy)).toEqual([0, 0, 0]);
  });

  test("gives a call to who has the fewest, and in turns between equals", async () => {
    const desk = new Desk();
    const { adder } = pooled(desk.script, { size: 2 });
    const first = range(4).map(() => adder.add({}));
    expect(await desk.numbers(4)).toEqual([0, 0, 1, 1]);
    desk.answer(1);
    desk.answer(1);
    await Promise.all(first.slice(2)); // the second worker had the second half
    const more = range(2).map(() => adder.add({}));
    expect(await desk.numbers(4)).toEqual([0, 0, 1, 1]);
    desk.answerAll();
    await Promise.all([...first, ...more]);
    const inTurns: number[] = [];
    for (const _ of range(4)) {
      const call = adder.add({});
      inTurns.push(...(await desk.numbers(1)));
      desk.answerAll();
      await call;
    }
    expect([...inTurns].sort()).toEqual([0, 0, 1, 1]);
    expect(inTurns[0]).not.toBe(inTurns[1]);
  });

  test("gives a call that waits for a new worker to one that is idle before", async () => {
    const desk = new Desk();
    const nursery = new Nursery(); // the second never starts
    const pool = workerPool(nursery.make, { wasm, bus: "none", size: 2 });
    open.push(pool, nursery);
    const adder = new AdderClient(pool);
    const first = adder.add({});
    (await nursery.worker(0)).start((page) => desk.script(page, 0));
    await desk.numbers(1);
    const second = adder.add({});
    expect(pool.workers.map(({ state }) => state)).toEqual(["up", "starting"]);
    const third = adder.add({}); // one waits for each that is starting
    expect(await desk.numbers(2)).toEqual([0, 0]);
    desk.answerAll();
    await Promise.all([first, third]);
    expect(await desk.numbers(1)).toEqual([0]);
    desk.answerAll();
    expect((await second).sum).toBe(0);
  });

  test("keeps a stream on its worker", async () => {
    const { pool } = pooled(
      (page, number) =>
        page.serve(
          feed({
            async *chat(lines) {
              for await (const line of lines) yield { line, from: `${number}` };
            },
          }),
        ),
      { size: 3 },
    );
    const lines = range(500).map((number) => ({ text: "", number }));
    const client = new FeedClient(pool);
    const streams = range(3).map(async () => {
      const from: string[] = [];
      for await (const item of client.chat(lines)) from.push(item.from);
      expect(from).toHaveLength(500);
      return [...new Set(from)];
    });
    expect((await Promise.all(streams)).sort()).toEqual([["0"], ["1"], ["2"]]);
  });

  test("loses with a worker only that worker's calls", async () => {
    const desk = new Desk();
    const { pool, nursery, adder } = pooled(desk.script, { size: 2 });
    const calls = range(4).map(() =>
      adder.add({}).then(
        ({ sum }) => `${sum}`,
        (error) => error.code,
      ),
    );
    expect(await desk.numbers(4)).toEqual([0, 0, 1, 1]);
    const up = restart(pool, "up");
    nursery.kill(0);
    await up;
    expect(pool.workers.map(({ state }) => state)).toEqual(["up", "up"]);
    desk.answerAll();
    expect((await Promise.all(calls)).sort()).toEqual(["1", "1", "unknown", "unknown"]);
    expect(nursery.made).toHaveLength(3);
  });

  test("makes what is idempotent again on another", async () => {
    const desk = new Desk();
    const { nursery, adder } = pooled(desk.script, { size: 2 });
    const calls = [adder.look({ a: 1 }), adder.look({ a: 2 })];
    expect(await desk.numbers(2)).toEqual([0, 1]);
    nursery.kill(0);
    expect((await desk.numbers(3)).slice(1)).toEqual([1, 1]);
    desk.answerAll();
    expect((await Promise.all(calls)).map(({ sum }) => sum)).toEqual([1, 1]);
  });

  test("goes on with those that run when another does not start", async () => {
    const nursery = new Nursery();
    const pool = workerPool(nursery.make, { wasm, bus: "none", size: 2, restart: false });
    open.push(pool, nursery);
    const adder = new AdderClient(pool);
    const desk = new Desk();
    const calls = [adder.add({}), adder.add({})];
    (await nursery.worker(0)).start((page) => desk.script(page, 0));
    await desk.numbers(1);
    const failed = restart(pool, "failed");
    (await nursery.worker(1)).fail("out of memory");
    await failed;
    expect(await desk.numbers(2)).toEqual([0, 0]);
    calls.push(adder.add({}));
    await desk.numbers(3);
    expect(nursery.made).toHaveLength(2); // it is not tried for ever
    desk.answerAll();
    await Promise.all(calls);
  });

  test("ends when none starts", async () => {
    const nursery = new Nursery();
    const pool = workerPool(nursery.make, { wasm, bus: "none", size: 2, restart: false });
    open.push(pool, nursery);
    const calls = range(2).map(() => errorOf(new AdderClient(pool).add({})));
    for (const number of range(2)) (await nursery.worker(number)).fail("no such file");
    for (const call of calls) expect(await call).toMatch(/^unavailable: .*no such file/);
    expect((await pool.closed).reason).toContain("no such file");
  });

  test("terminates all by close()", async () => {
    const desk = new Desk();
    const { pool, nursery, adder } = pooled(desk.script, { size: 2 });
    const calls = range(3).map(() => errorOf(adder.add({})));
    await desk.numbers(3);
    pool.close();
    for (const call of calls) expect(await call).toMatch(/^cancelled/);
    expect(nursery.terminated).toEqual([true, true]);
    expect(pool.workers).toEqual([]);
  });
});

describe("the size of a pool", () => {
  test("is one at least, and a whole number", async () => {
    for (const size of [0, -1, 1.5, Number.NaN]) {
      expect(() => workerPool(() => ({}) as Worker, { size })).toThrow(/one worker or more/);
    }
    const { pool } = pooled(echo, { size: 1 });
    expect(await errorOf(pool.resize(0))).toMatch(/^invalid_argument: /);
  });

  test("is that of the machine, without this thread, unless told", () => {
    const pool = workerPool(() => ({}) as Worker);
    const threads = globalThis.navigator?.hardwareConcurrency ?? 2;
    expect(pool.size).toBe(Math.max(threads - 1, 1));
  });

  test("may grow: calls that wait get workers", async () => {
    const desk = new Desk();
    const { pool, nursery, adder } = pooled(desk.script, { size: 1 });
    const calls = range(3).map(() => adder.add({}));
    await pool.resize(3);
    expect(pool.size).toBe(3);
    expect(await desk.numbers(3)).toEqual([0, 1, 2]);
    expect(nursery.made).toHaveLength(3);
    desk.answerAll();
    await Promise.all(calls);
  });

  test("may shrink: those that go finish what they have, and are terminated", async () => {
    const desk = new Desk();
    const { pool, nursery, adder } = pooled(desk.script, { size: 3 });
    const calls = range(3).map(() => adder.add({}));
    await desk.numbers(3);
    const shrunk = new Happening();
    void pool.resize(1).then(shrunk.happened);
    expect(pool.workers).toHaveLength(1);
    const late = adder.add({});
    expect(await desk.numbers(4)).toHaveLength(4);
    expect(nursery.terminated).toEqual([false, false, false]);
    desk.answerAll();
    expect(await Promise.all(calls)).toHaveLength(3);
    await Promise.all([shrunk.wait, late]);
    expect(nursery.terminated.filter((each) => each)).toHaveLength(2);
    expect(nursery.made).toHaveLength(3);
  });
});
