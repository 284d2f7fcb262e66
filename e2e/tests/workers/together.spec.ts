// SPDX-License-Identifier: Apache-2.0
// Workers that call each other, and the server their page is connected to; and that wait without a
// promise.
import { expect, test } from "../../fixtures.ts";

for (const [carrier, headers] of [
  ["bus", "isolated"],
  ["port", "plain"],
] as const) {
  test.describe(`over the ${carrier}`, () => {
    test.beforeEach(async ({ page, serveSite }) => {
      await page.goto(await serveSite(headers));
    });

    test("a worker calls another, with streams and large payloads", async ({ page }) => {
      const told = await page.evaluate(async () => {
        const { startCaller, started } = await import("workers");
        await started(); // serves Probe and Feed
        const { run } = startCaller("caller");
        return [await run("bytes", 20), await run("stream", 20), await run("echo", 100)];
      });
      expect(told).toEqual([["300000 300000"], ["4950"], ["hello"]]);
    });
  });
}

test.describe("in an isolated page", () => {
  test.beforeEach(async ({ page, serveSite }) => {
    await page.goto(await serveSite("isolated"));
  });

  test("two workers that know each other do not need the page", async ({ page }) => {
    const direct = await page.evaluate(async () => {
      const { startCaller, started } = await import("workers");
      await started();
      const { run } = startCaller("caller");
      await run("echo", 100);
      const done = new Int32Array(new SharedArrayBuffer(4));
      const running = run("echo", 100, done);
      // The page does nothing else meanwhile: nothing can go by way of it.
      const endMs = performance.now() + 20_000;
      while (Atomics.load(done, 0) === 0 && performance.now() < endMs);
      const withoutPage = Atomics.load(done, 0);
      return { withoutPage, told: await running };
    });
    expect(direct).toEqual({ withoutPage: 1, told: ["hello"] });
  });

  test("a worker calls the server over its page's connection", async ({ page, service }) => {
    await page.goto(service.url); // isolated, too
    const told = await page.evaluate(async () => {
      const { connect } = await import("cortado");
      const { startCaller } = await import("workers");
      const client = await connect();
      const { run } = startCaller("caller");
      const told = [await run("echo", 10), await run("bytes"), await run("stream", 3)];
      client.close();
      return [...told, await run("echo")];
    });
    expect(told.slice(0, 3)).toEqual([["hello"], ["300000 300000"], ["4950"]]);
    expect(told[3]?.[0]).toMatch(/unimplemented/);
  });

  test("callSync() has the page's answers, errors and time-outs", async ({ page }) => {
    const told = await page.evaluate(async () => {
      const { pageServer, startCaller, started } = await import("workers");
      const { run, link } = startCaller("caller");
      link.serve(pageServer());
      await started();
      return [
        await run("syncPage", 100),
        await run("syncEcho", 100), // by way of the page, and then without
        await run("syncFail"),
        await run("syncLate"),
        await run("syncPage"),
      ];
    });
    expect(told).toEqual([
      ["3"],
      ["hello"],
      ["RpcError: not_found: none such"],
      [expect.stringContaining("deadline_exceeded")],
      ["3"],
    ]);
  });

  test("a wait that would never end is refused, and says who waits for whom", async ({ page }) => {
    const told = await page.evaluate(async () => {
      const { startCaller } = await import("workers");
      const one = startCaller("one", "feed");
      startCaller("other", "probe");
      return [await one.run("syncBack"), await one.run("syncEcho", 100)];
    });
    const cycle =
      /a deadlock: .*(this thread|other).* waits for .*one waits for .*(this thread|other)/;
    expect(told[0]?.[0]).toMatch(cycle);
    expect(told[1]).toEqual(["hello"]);
  });
});

test("callSync() says what it needs", async ({ page, serveSite }) => {
  await page.goto(await serveSite("plain"));
  const told = await page.evaluate(async () => {
    const { startCaller } = await import("workers");
    return startCaller("caller").run("syncPage");
  });
  expect(told[0]).toMatch(/failed_precondition: callSync\(\) needs shared memory/);
});

test("a page must not block", async ({ page, serveSite }) => {
  await page.goto(await serveSite("isolated"));
  const told = await page.evaluate(async () => {
    const { outcome, started } = await import("workers");
    const { syncClient } = await import("cortado/workers");
    const { ProbeClient } = await import("probe");
    const { link } = await started();
    return outcome((async () => syncClient(ProbeClient, link).count({}))());
  });
  expect(told).toBe("failed_precondition: a page must not block: await the call");
});
