// SPDX-License-Identifier: Apache-2.0
// A browser that sleeps, as when a laptop is closed or a system freezes what is in the background: it
// hears and says nothing, and nobody tells either end.
import type { Page } from "@playwright/test";
import type { Client } from "cortado";
import type { FeedClient } from "feed";
import { expect, test } from "../fixtures.ts";
import type { ServerProcess } from "../support/server-process.ts";
import { whileAsleep } from "../support/sleep.ts";

declare const client: Client; // both in the page
declare const feed: FeedClient;

/** A page that reads numbers, as `ended` says, and has read the first. */
async function readNumbers(page: Page, service: ServerProcess): Promise<void> {
  await page.goto(service.url);
  await page.evaluate(async () => {
    const { connect } = await import("cortado");
    const { FeedClient } = await import("feed");
    const client = await connect(undefined, { carrier: "websocket" });
    const feed = new FeedClient(client);
    const values: bigint[] = [];
    const numbers = feed.count({ to: 300n, intervalMs: 10 });
    const ended = numbers
      .forEach(({ value }) => {
        values.push(value);
      })
      .then(
        () => ({ values, code: "ok" }),
        ({ code }) => ({ values, code }),
      );
    await feed.state({ running: 1 });
    Object.assign(globalThis, { client, feed, ended });
  });
}

test("a page that slept until its connection was given up goes on where it was", async ({
  page,
  startServer,
}) => {
  const service = await startServer("e2e-service", "--ping-ms", "300");
  await readNumbers(page, service);
  await whileAsleep([service.pid], async () => {
    await expect.poll(() => service.metric('cortado_sessions{client="away"}')).toBe(1);
  });
  const { values, code } = await page.evaluate<{ values: bigint[]; code: string }>("ended");
  expect(code).toBe("ok");
  expect(values).toEqual(Array.from({ length: 300 }, (_, index) => BigInt(index)));
  const history = await page.evaluate(() => client.diagnose().history);
  expect(history).toMatchObject({ resumed: 1, lost: 0 });
});

test("a page that slept longer than its session waits is told so, and begins another", async ({
  page,
  startServer,
}) => {
  const service = await startServer("e2e-service", "--ping-ms", "300", "--session-grace-ms", "200");
  await readNumbers(page, service);
  await whileAsleep([service.pid], async () => {
    await expect.poll(() => service.metric('cortado_sessions{client="connected"}')).toBe(0);
    await expect.poll(() => service.metric('cortado_sessions{client="away"}')).toBe(0);
  });
  const { values, code } = await page.evaluate<{ values: bigint[]; code: string }>("ended");
  expect(code).toBe("unknown"); // it may have run
  expect(values).toEqual(Array.from({ length: values.length }, (_, index) => BigInt(index)));
  const again = await page.evaluate(async () => {
    const values: bigint[] = [];
    for await (const { value } of feed.count({ to: 3n })) values.push(value);
    return { values, history: client.diagnose().history };
  });
  expect(again).toMatchObject({ values: [0n, 1n, 2n], history: { lost: 1 } });
});
