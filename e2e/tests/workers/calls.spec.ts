// SPDX-License-Identifier: Apache-2.0
// A worker's services, called as a server's are: by shared memory where the page is isolated, and by
// message ports where it is not.
import { expect, test } from "../../fixtures.ts";

for (const [carrier, headers] of [
  ["bus", "isolated"],
  ["port", "plain"],
] as const) {
  test.describe(`over the ${carrier}`, () => {
    test.beforeEach(async ({ page, serveSite }) => {
      await page.goto(await serveSite(headers));
    });

    test("calls are answered, a thousand at once, and in both directions", async ({ page }) => {
      const seen = await page.evaluate(async () => {
        const { pageServer, started } = await import("workers");
        const made = await started();
        made.link.serve(pageServer());
        const { text } = await made.probe.headline({ topic: "carrier" });
        const calls = Array.from({ length: 1000 }, (_, index) => {
          const value = { text: "x".repeat(index), int64: BigInt(index) };
          return made.probe.echo({ value });
        });
        const echoes = await Promise.all(calls);
        const { sum } = await made.feed.askPage({ to: 300n });
        const isEach = echoes.every(({ value }, index) => {
          return value?.text.length === index && value.int64 === BigInt(index);
        });
        return { carrier: made.link.carrier, there: text, isEach, sum };
      });
      expect(seen).toEqual({ carrier, there: carrier, isEach: true, sum: 44_850n });
    });

    test("streams of 100,000 items each way lose and double nothing", async ({ page }) => {
      const seen = await page.evaluate(async () => {
        const { numbers, started } = await import("workers");
        const made = await started();
        const { feed } = made;
        const to = 100_000;
        let next = 0n;
        await feed.count({ to: BigInt(to), paddingSize: 20 }).forEach(({ value, padding }) => {
          if (value !== next || padding.length !== 20) throw new Error(`${value} after ${next}`);
          next += 1n;
        });
        const { sum, items } = await feed.sum(numbers(to, 20));
        let answered = 0n;
        for await (const { value, doubled } of feed.chat(numbers(to))) {
          if (value !== answered || doubled !== 2n * value) throw new Error(`${value}`);
          answered += 1n;
        }
        return { next, sum, items, answered };
      });
      const to = 100_000n;
      expect(seen).toEqual({ next: to, sum: (to * (to - 1n)) / 2n, items: to, answered: to });
    });

    test("an aborted call, one out of time, and a loop that is left stop what runs", async ({
      page,
    }) => {
      const seen = await page.evaluate(async () => {
        const { outcome, started } = await import("workers");
        const made = await started();
        const { probe, feed } = made;
        const controller = new AbortController();
        const { signal } = controller;
        const aborted = outcome(probe.never({}, { signal }));
        await probe.journal({ started: 1 });
        controller.abort();
        const outcomes = [
          await aborted,
          await outcome(probe.never({}, { timeoutMs: 50 })),
          await outcome(probe.hurried({ ms: 60_000 })), // $deadline(300) in the schema
        ];
        const { journal } = await probe.journal({ stopped: 3 });
        for await (const { value } of feed.count({ to: 1n << 60n })) if (value === 2000n) break;
        const { running } = await feed.state({ running: 0 });
        return { outcomes, journal: { ...journal }, running };
      });
      expect(seen.outcomes).toEqual([
        expect.stringMatching(/^cancelled: .*aborted/),
        expect.stringMatching(/^deadline_exceeded: /), // whichever end looks first
        expect.stringMatching(/^deadline_exceeded: /),
      ]);
      expect(seen.journal).toEqual({ started: 3, finished: 0, stopped: 3 });
      expect(seen.running).toBe(0);
    });

    test("errors come whole, those of handlers without their text", async ({ page }) => {
      const seen = await page.evaluate(async () => {
        const { RpcError } = await import("cortado");
        const { PageClient } = await import("feed");
        const { Reason } = await import("probe");
        const { outcome, started } = await import("workers");
        const made = await started();
        const { probe, link } = made;
        const thrown = await probe.fail({ code: 5, message: "no ☕️", hint: "try tea" }).then(
          () => undefined,
          (error: unknown) => error,
        );
        const hint =
          thrown instanceof RpcError &&
          thrown.details &&
          Reason.decode(thrown.details.message).hint;
        const broken = await outcome(probe.break({}));
        const unknown = await outcome(new PageClient(link).add({ left: 1n, right: 2n }));
        return { thrown: String(thrown), hint, broken, unknown };
      });
      expect(seen).toEqual({
        thrown: "RpcError: not_found: no ☕️",
        hint: "try tea",
        broken: expect.stringMatching(/^internal: (?!.*secret)/),
        unknown: expect.stringMatching(/^unimplemented: /),
      });
    });

    test("a worker that does not read for a while: writers wait, nothing is lost", async ({
      page,
    }) => {
      const seen = await page.evaluate(async () => {
        const { hang, pattern, started, sumOf } = await import("workers");
        const made = await started();
        const { feed, probe } = made;
        const itemCount = 20_000;
        let written = 0;
        async function* items() {
          const padding = new Uint8Array(1_000);
          for (; written < itemCount; written += 1) yield { value: BigInt(written), padding };
        }
        const awake = hang(made, 2_000);
        const sum = feed.sum(items());
        const data = pattern(20_000);
        const digests = Array.from({ length: 300 }, () => probe.digest({ data }));
        await awake;
        const writtenMeanwhile = written;
        const expected = sumOf(20_000);
        const answers = await Promise.all(digests);
        const isEach = answers.every(({ size, sum }) => size === 20_000 && sum === expected);
        return { writtenMeanwhile, isEach, ...(await sum) };
      });
      expect(seen.writtenMeanwhile).toBeGreaterThan(0);
      expect(seen.writtenMeanwhile).toBeLessThan(2_000);
      expect(seen).toMatchObject({ isEach: true, items: 20_000n, sum: 199_990_000n });
    });
  });
}
