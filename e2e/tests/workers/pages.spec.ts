// SPDX-License-Identifier: Apache-2.0
// Pages with workers as browsers treat them: several at one time, hidden, left and come back to, and
// without one or the other thing that the bus stands on.
import type { Page } from "@playwright/test";
import { expect, test } from "../../fixtures.ts";
import type { Started } from "../../pages/workers/page.ts";
import { openTabs } from "../../support/tabs.ts";

declare const made: Started; // both in the page
declare const calls: { count: number; failure: unknown };

test("two pages with two workers each, at one time", async ({ context, service }) => {
  const tabs = await openTabs(context, service.url, 2);
  const answers = await Promise.all(
    tabs.map((tab, index) =>
      tab.evaluate(async (index) => {
        const { numbers, pageServer, pattern, started, sumOf } = await import("workers");
        const both = await Promise.all([started(), started()]);
        const size = 200_000 + index;
        return Promise.all(
          both.map(async ({ feed, link, probe }) => {
            link.serve(pageServer());
            const [digest, { sum }, { items }] = await Promise.all([
              probe.digest({ data: pattern(size) }),
              feed.askPage({ to: 200n }),
              feed.sum(numbers(5_000 + index)),
            ]);
            return { digest: digest.sum === sumOf(size), sum, items, carrier: link.carrier };
          }),
        );
      }, index),
    ),
  );
  const expected = { digest: true, sum: 19_900n, carrier: "bus" };
  expect(answers).toEqual(
    [5_000n, 5_001n].map((items) => [1, 2].map(() => ({ ...expected, items }))),
  );
});

/** Calls the worker again and again, and counts the answers. */
async function callOn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { started } = await import("workers");
    const made = await started({ heartbeatMs: 1_000, how: "heartbeat-ms=1000" });
    const calls = { count: 0, failure: undefined as unknown };
    Object.assign(globalThis, { made, calls });
    const run = async () => {
      for (;;) {
        await made.probe.count({});
        calls.count += 1;
      }
    };
    run().catch((thrown) => {
      calls.failure = String(thrown);
    });
  });
}

const expectMore = async (page: Page) => {
  const { count } = await page.evaluate(() => calls);
  await expect.poll(() => page.evaluate(() => calls.count)).toBeGreaterThan(count + 100);
  expect(await page.evaluate(() => calls.failure)).toBeUndefined();
};

/** Time for a heartbeat to be missed, by the worker of a page that is not concerned. */
async function passTime(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { started } = await import("workers");
    await (await started()).probe.wait({ ms: 3 * 1_000 });
  });
}

test("a page behind another goes on calling its worker", async ({ page, service, browserName }) => {
  test.skip(browserName === "webkit", "the system's WebKit has one page a context");
  await page.goto(service.url);
  await callOn(page);
  const front = await page.context().newPage();
  await front.goto(service.url);
  await front.bringToFront();
  await expectMore(page);
  await page.bringToFront();
  await expectMore(page);
});

test("a page that is frozen finds its worker alive when it goes on", async ({
  page,
  service,
  browserName,
}) => {
  test.skip(browserName !== "chromium", "only Chromium can be told to freeze a page");
  await page.goto(service.url);
  await callOn(page);
  await expectMore(page);
  const front = await page.context().newPage();
  await front.goto(service.url);
  const inspector = await page.context().newCDPSession(page as never);
  await inspector.send("Page.setWebLifecycleState", { state: "frozen" });
  await passTime(front);
  await inspector.send("Page.setWebLifecycleState", { state: "active" });
  await expectMore(page);
});

test("pagehide and pageshow do a link no harm", async ({ page, service }) => {
  await page.goto(service.url);
  await callOn(page);
  for (const type of ["pagehide", "pageshow"]) {
    await page.evaluate((type) => {
      dispatchEvent(new PageTransitionEvent(type, { persisted: true }));
    }, type);
    await expectMore(page);
  }
});

test("who comes back to a page finds it with its worker, or new", async ({ page, service }) => {
  await page.goto(service.url);
  await callOn(page);
  await page.goto(`${service.url}/esbuild/`);
  await page.goBack();
  const isKept = await page.evaluate(() => Reflect.has(globalThis, "calls"));
  if (!isKept) await callOn(page);
  await expectMore(page);
});

for (const [title, inPage, how] of [
  ["the page", true, ""],
  ["the worker", false, "without-wait-async"],
  ["both", true, "without-wait-async"],
] as const) {
  test(`where ${title} has no Atomics.waitAsync, ports wake who sleeps`, async ({
    page,
    service,
  }) => {
    if (inPage) await page.addInitScript(() => Reflect.deleteProperty(Atomics, "waitAsync"));
    await page.goto(service.url);
    const seen = await page.evaluate(async (how) => {
      const { numbers, pageServer, pattern, started } = await import("workers");
      const { feed, link, probe } = await started({ how });
      link.serve(pageServer());
      for (let count = 0; count < 200; count += 1) {
        await probe.count({});
        // Both go to sleep between some of them.
        if (count % 20 === 0) await probe.wait({ ms: 5 });
      }
      const { sum } = await feed.askPage({ to: 100n });
      const { items } = await feed.sum(numbers(20_000, 100));
      let read = 0;
      for await (const _ of feed.count({ to: 20_000n, paddingSize: 100 })) read += 1;
      const { size } = await probe.digest({ data: pattern(1_000_000) });
      const hasIt = Reflect.has(Atomics, "waitAsync");
      return { sum, items, read, size, carrier: link.carrier, hasIt };
    }, how);
    const all = { sum: 4_950n, items: 20_000n, read: 20_000, size: 1_000_000, carrier: "bus" };
    expect(seen).toMatchObject(all);
    if (inPage) expect(seen.hasIt).toBe(false);
  });
}

test("diagnose() says that memory is shared", async ({ page, service }) => {
  await page.goto(service.url);
  const seen = await page.evaluate(async () => {
    const { start } = await import("workers");
    const { link, probe } = start();
    const before = link.diagnose();
    await probe.count({});
    return { before, after: link.diagnose() };
  });
  expect(seen.before).toEqual({
    carrier: undefined,
    why: expect.stringContaining("connectPage()"),
    findings: [],
  });
  expect(seen.after).toEqual({
    carrier: "bus",
    why: expect.stringContaining("memory is shared"),
    findings: [],
  });
});

test("without the headers of isolation, diagnose() names them", async ({ page, serveSite }) => {
  await page.goto(await serveSite("plain"));
  const seen = await page.evaluate(async () => {
    const { openBus, outcome, started } = await import("workers");
    const refused = await outcome(openBus());
    return { refused, ...(await started()).link.diagnose() };
  });
  expect(seen).toMatchObject({ carrier: "port", why: expect.stringContaining("no shared memory") });
  const headers = /Cross-Origin-Opener-Policy: same-origin.*Cross-Origin-Embedder-Policy/s;
  expect(seen.findings.map(({ cure }) => cure)).toContainEqual(expect.stringMatching(headers));
  expect(seen.refused).toMatch(/^failed_precondition: /);
  expect(seen.refused).toMatch(headers);
});

for (const [title, inPage, how] of [
  ["the page", true, ""],
  ["the worker", false, "without-shared-memory"],
] as const) {
  test(`where ${title} has no SharedArrayBuffer, ports carry`, async ({ page, service }) => {
    if (inPage) {
      await page.addInitScript(() => Reflect.deleteProperty(globalThis, "SharedArrayBuffer"));
    }
    await page.goto(service.url);
    const seen = await page.evaluate(async (how) => {
      const { start } = await import("workers");
      const { link, probe } = start({ how });
      const { text } = await probe.headline({});
      return { text, ...link.diagnose() };
    }, how);
    expect(seen).toMatchObject({ text: "port", carrier: "port" });
    if (inPage) expect(seen.why).toContain("no shared memory");
    else {
      expect(seen.findings).toContainEqual({
        about: "bus",
        finding: expect.stringContaining("the worker has no shared memory"),
        cure: expect.stringContaining("Cross-Origin-Embedder-Policy"),
      });
    }
  });
}

test("with bus: none, an isolated page uses ports, and says that it was told to", async ({
  page,
  service,
}) => {
  await page.goto(service.url);
  const seen = await page.evaluate(async () => {
    const { started } = await import("workers");
    return (await started({ bus: "none" })).link.diagnose();
  });
  expect(seen).toEqual({
    carrier: "port",
    why: expect.stringContaining("told to use none"),
    findings: [],
  });
});
