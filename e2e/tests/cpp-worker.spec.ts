// SPDX-License-Identifier: Apache-2.0
// A C++ program, compiled by Emscripten, that serves in a worker (worker/): over shared memory where
// the page is isolated, over message ports where it is not. All of it under a strict policy.
import { expect, test } from "../fixtures.ts";
import { siteFolder } from "../support/paths.ts";
import { type StaticServer, serveFolder } from "../support/static-server.ts";

const policy = {
  "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
};
const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

for (const [carrier, headers] of [
  ["bus", { ...policy, ...isolation }],
  ["port", policy],
] as const) {
  test.describe(`over the ${carrier}`, () => {
    let site: StaticServer;
    const loaded: string[] = [];

    test.beforeEach(async ({ page }) => {
      site = await serveFolder(siteFolder, { headers });
      loaded.length = 0;
      page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
      await page.goto(`${site.url}/cpp-worker/`);
    });
    test.afterEach(() => site.close());

    test("calls are answered, a thousand at once", async ({ page }) => {
      const seen = await page.evaluate(async () => {
        const { digestOf, pattern, start } = await import("/cpp-worker/page.js");
        const made = start();
        const params = Array.from({ length: 1000 }, (_, index) => pattern(index));
        const digests = await Promise.all(params.map((data) => made.workshop.digest({ data })));
        const isEach = digests.every(({ size, sum }, index) => {
          return size === index && sum === digestOf(pattern(index)).sum;
        });
        return { isEach, carrier: made.link.carrier };
      });
      expect(seen).toEqual({ isEach: true, carrier });
      // The page's own, and no other: the program makes its frames itself.
      expect(loaded.filter((path) => path === "/cortado/cortado.wasm")).toHaveLength(1);
    });

    test("streams of 20,000 items lose and double nothing, there, back and both", async ({
      page,
    }) => {
      const seen = await page.evaluate(async () => {
        const { numbers, start } = await import("/cpp-worker/page.js");
        const made = start();
        const { workshop } = made;
        const to = 20_000;
        let next = 0n;
        await workshop.count({ to: BigInt(to), paddingSize: 20 }).forEach(({ value, padding }) => {
          if (value !== next || padding.length !== 20) throw new Error(`${value} after ${next}`);
          next += 1n;
        });
        const { sum, items } = await workshop.sum(numbers(to, 20));
        let answered = 0n;
        for await (const { value, doubled } of workshop.chat(numbers(to))) {
          if (value !== answered || doubled !== 2n * value) throw new Error(`${value}`);
          answered += 1n;
        }
        return { next, sum, items, answered };
      });
      const to = 20_000n;
      expect(seen).toEqual({ next: to, sum: (to * (to - 1n)) / 2n, items: to, answered: to });
    });

    test("five megabytes go each way, in calls, in items and in calls of the page", async ({
      page,
    }) => {
      const seen = await page.evaluate(async () => {
        const { digestOf, isPattern, numbers, pageServer, pattern, start } = await import(
          "/cpp-worker/page.js"
        );
        const made = start();
        const { link, workshop } = made;
        link.serve(pageServer());
        const size = 5_000_000;
        const { sum } = digestOf(pattern(size));
        const room = link.allocate(size);
        room.set(pattern(size));
        const digests = [
          await workshop.digest({ data: pattern(size) }),
          await workshop.digest({ data: room }),
          await workshop.digestOfPage({ size }),
        ];
        const { data } = await workshop.produce({ size });
        let padded = 0;
        for await (const { padding } of workshop.count({ to: 3n, paddingSize: size })) {
          padded += padding.length;
        }
        const { items } = await workshop.sum(numbers(3, size));
        const areRight = digests.every((digest) => digest.size === size && digest.sum === sum);
        return { areRight, isPattern: data.length === size && isPattern(data), padded, items };
      });
      expect(seen).toEqual({ areRight: true, isPattern: true, padded: 15_000_000, items: 3n });
    });

    test("the program calls what the page serves", async ({ page }) => {
      const sum = await page.evaluate(async () => {
        const { pageServer, start } = await import("/cpp-worker/page.js");
        const made = start();
        made.link.serve(pageServer());
        return (await made.workshop.sumOfPage({ to: 300n })).sum;
      });
      expect(sum).toBe(44_850n);
    });

    test("calls given up and out of time are stopped, and errors are its own or none", async ({
      page,
    }) => {
      const seen = await page.evaluate(async () => {
        const { outcome, start } = await import("/cpp-worker/page.js");
        const made = start();
        const { workshop } = made;
        const controller = new AbortController();
        const aborted = outcome(workshop.never({}, { signal: controller.signal }));
        await workshop.stopped({ calls: 0 }); // it runs
        controller.abort();
        await aborted;
        await workshop.stopped({ calls: 1 });
        const late = await outcome(workshop.never({}, { timeoutMs: 50 }));
        await workshop.stopped({ calls: 2 });
        async function* endless() {
          for (let value = 0n; ; value += 1n) yield { value };
        }
        for await (const { value } of workshop.chat(endless())) if (value === 2000n) break;
        const { calls } = await workshop.stopped({ calls: 3 });
        const failed = await outcome(workshop.fail({ message: "no such bench" }));
        const broken = await outcome(workshop.break({}));
        return { late, calls, failed, broken };
      });
      expect(seen.late).toMatch(/^deadline_exceeded: /);
      expect(seen.calls).toBe(3);
      expect(seen.failed).toBe("not_found: no such bench");
      expect(seen.broken).toMatch(/^internal: (?!.*secret)/);
    });

    test("a program may block its thread: what comes meanwhile waits", async ({ page }) => {
      const seen = await page.evaluate(async () => {
        const { outcome, start } = await import("/cpp-worker/page.js");
        const patient = start({ heartbeatMs: 0 });
        const strict = start({ heartbeatMs: 100 });
        const { workshop } = strict;
        await workshop.stopped({ calls: 0 });
        const long = patient.workshop.compute({ ms: 1000 });
        const meanwhile = patient.workshop.digest({ data: new Uint8Array(3) });
        const hung = await outcome(workshop.compute({ ms: 5000 }));
        return { long: await outcome(long), size: (await meanwhile).size, hung };
      });
      expect(seen).toMatchObject({ long: "settled", size: 3 });
      expect(seen.hung).toMatch(/^unknown: the worker hangs/);
    });

    test("a worker that is terminated ends its calls, whatever they do", async ({ page }) => {
      const seen = await page.evaluate(async () => {
        const { outcome, pageServer, start } = await import("/cpp-worker/page.js");
        const { link, worker, workshop } = start();
        link.serve(pageServer());
        let received = 0n;
        const calls = [workshop.never({}), workshop.sumOfPage({ to: 1n << 40n })];
        const counted = workshop.count({ to: 1n << 40n }).forEach(({ value }) => {
          received = value;
          if (value === 1000n) worker.terminate();
        });
        const outcomes = await Promise.all([...calls, counted].map(outcome));
        const late = await outcome(workshop.digest({}));
        return { outcomes, received, late, closed: (await link.closed).code };
      });
      const lost = /^unknown: the worker has ended/;
      for (const each of seen.outcomes) expect(each).toMatch(lost);
      expect(seen.received).toBeGreaterThanOrEqual(1000n);
      expect(seen.late).toMatch(/^unavailable: the worker has ended/);
      expect(seen.closed).toBe("unavailable");
    });

    test("a program that aborts has left, and another one is started", async ({ page }) => {
      const seen = await page.evaluate(async () => {
        const { outcome, start } = await import("/cpp-worker/page.js");
        const made = start();
        const never = outcome(made.workshop.never({}));
        const crashed = await outcome(made.workshop.crash({}));
        const next = start();
        const { size } = await next.workshop.digest({ data: new Uint8Array(3) });
        return { never: await never, crashed, size };
      });
      const lost = expect.stringMatching(/^unknown: the worker has left/);
      expect(seen).toEqual({ never: lost, crashed: lost, size: 3 });
    });
  });
}
