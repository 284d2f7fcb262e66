// SPDX-License-Identifier: Apache-2.0
// Calls of workers for what the page does not serve: other workers', and the server's.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AdderClient } from "../../test/adder.ts";
import { connected, errorOf, range, wasm } from "../../test/connected.ts";
import { FeedClient, type FeedService, feedService_ } from "../../test/feed.ts";
import { busModule, TestWorker } from "../../test/test-worker.ts";
import { type Bus, openBus } from "./bus.ts";
import { connectWorker } from "./connect-worker.ts";
import type { LocalCarrier } from "./local-link.ts";
import type { PageLink } from "./page-link.ts";
import type { WorkerLinkOptions } from "./worker-link.ts";

const open: { close(): void }[] = [];

afterEach(() => {
  for (const each of open.splice(0).reverse()) each.close();
});

const feed = (implementation: Partial<FeedService>) => feedService_(implementation as FeedService);

describe.each(["port", "bus"] as const)("over the %s", (carrier: LocalCarrier) => {
  let bus: Bus | "none" = "none";

  beforeEach(async () => {
    bus = "none";
    if (carrier === "port") return;
    bus = await openBus({ wasm: busModule, bytes: 1 << 22 });
    open.push(bus);
  });

  async function startWorker(
    name: string,
    run: (page: PageLink) => void = () => {},
    options: WorkerLinkOptions = {},
  ): Promise<PageLink> {
    const worker = new TestWorker(name);
    const link = connectWorker(worker.asWorker, { wasm, bus, ...options });
    const page = worker.start(run);
    open.push(page, link);
    expect(await page.ready).toBe(true);
    return page;
  }

  test("a worker calls another: by way of the page first, then directly", async () => {
    const sizes: bigint[] = [];
    const serve = (page: PageLink): void =>
      page.serve(feed({ size: ({ name }) => ({ size: BigInt(name.length) }) }));
    await startWorker("callee", serve);
    const client = new FeedClient(await startWorker("caller"));
    expect((await client.size({ name: "four" })).size).toBe(4n);
    for (const number of range(20)) {
      sizes.push((await client.size({ name: "x".repeat(number) })).size);
    }
    expect(sizes).toEqual(range(20).map(BigInt));
  });

  test("streams of all kinds pass through the page, with large payloads", async () => {
    await startWorker("callee", (page) =>
      page.serve(
        feed({
          async *watch({ name, after }) {
            for (const number of range(after)) yield { text: name, number };
          },
          async upload(lines) {
            let count = 0;
            for await (const { text } of lines) count += text.length;
            return { count };
          },
          async *chat(lines) {
            for await (const line of lines) yield { from: "callee", line };
          },
        }),
      ),
    );
    for (const _ of range(2)) {
      const client = new FeedClient(await startWorker("caller")); // new: by way of the page
      const sent = range(50).map((number) => ({ text: "x".repeat(number * 1000), number }));
      expect((await client.upload(sent)).count).toBe((49 * 50 * 1000) / 2);
      const back: number[] = [];
      for await (const { line } of client.chat(sent)) back.push(line?.text.length ?? -1);
      expect(back).toEqual(range(50).map((number) => number * 1000));
      const numbers: number[] = [];
      await client.watch({ name: "a", after: 500 }).forEach(({ number }) => {
        numbers.push(number);
      });
      expect(numbers).toEqual(range(500));
    }
  });

  test("a worker that has left is no longer called", async () => {
    const callee = await startWorker("callee", (page) =>
      page.serve(feed({ size: () => ({ size: 1n }) })),
    );
    const client = new FeedClient(await startWorker("caller"));
    await client.size({});
    await client.size({});
    callee.close();
    await callee.closed;
    await startWorker("successor", (page) => page.serve(feed({ size: () => ({ size: 2n }) })));
    await expect
      .poll(() =>
        client.size({}).then(
          ({ size }) => size,
          () => 0n,
        ),
      )
      .toBe(2n);
  });

  test("what nobody serves, the server answers", async () => {
    const { client: server } = await connected();
    open.push(server);
    const client = new AdderClient(await startWorker("caller"));
    expect((await client.add({ a: 1, b: 2 })).sum).toBe(3);
  });

  test("of several connections one must be named", async () => {
    const [one, other] = [await connected(), await connected()];
    open.push(one.client, other.client);
    const unsure = new AdderClient(await startWorker("unsure"));
    expect(await errorOf(unsure.add({ a: 1, b: 2 }))).toMatch(
      /^failed_precondition: the page has 2 connections.*\{ server \}/,
    );
    const options = { server: other.client };
    const client = new AdderClient(await startWorker("sure", () => {}, options));
    expect((await client.add({ a: 1, b: 2 })).sum).toBe(3);
  });

  test("without a server it is said that nobody serves it", async () => {
    const client = new AdderClient(await startWorker("caller"));
    expect(await errorOf(client.add({ a: 1, b: 2 }))).toMatch(/^unimplemented: /);
  });
});
