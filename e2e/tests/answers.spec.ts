// SPDX-License-Identifier: Apache-2.0
// A session that is lost with the answers that were on their way: idempotent calls are made again by
// their key, over whatever carrier there is then, and their handlers have run once.
import type { Page } from "@playwright/test";
import type { ProbeClient } from "probe";
import { test as base, expect } from "../fixtures.ts";
import { CuttingProxy } from "../support/cutting-proxy.ts";
import type { ServerProcess } from "../support/server-process.ts";

declare const probe: ProbeClient; // in the page

interface Journal {
  readonly started: number;
  readonly finished: number;
  readonly stopped: number;
}

const test = base.extend<{ forgetful: ServerProcess; network: CuttingProxy }>({
  forgetful: async ({ startServer }, use) => {
    await use(await startServer("e2e-service", "--session-grace-ms", "0"));
  },
  network: async ({ page, forgetful }, use) => {
    const network = await CuttingProxy.start(forgetful.port);
    await page.goto(network.url);
    await page.evaluate(async () => {
      const Real = WebSocket;
      globalThis.WebSocket = class extends Real {
        constructor(url: string | URL, protocols?: string | string[]) {
          super("isBlocked" in globalThis ? "ws://127.0.0.1:1" : url, protocols);
        }
      };
      const { connect } = await import("cortado");
      const { ProbeClient } = await import("probe");
      const client = await connect();
      await client.until(({ state }) => state === "open", undefined);
      Object.assign(globalThis, { client, probe: new ProbeClient(client) });
    });
    await use(network);
    await network.close();
  },
});

/** What the server says of its handlers, not asked through the network that breaks. */
async function journalOf(server: ServerProcess): Promise<Journal> {
  const response = await fetch(`http://127.0.0.1:${server.port}/rpc`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "Probe.journal", params: {} }),
  });
  return (await response.json()).result.journal;
}

/** Two calls of which one is answered into a void, and the other runs on. */
async function callIntoTheVoid(page: Page, network: CuttingProxy, server: ServerProcess) {
  await page.evaluate(async () => {
    const pending = [probe.linger({ ms: 100 }), probe.linger({ ms: 3000 })];
    await probe.journal({ started: 2 });
    Object.assign(globalThis, { pending: Promise.all(pending) });
  });
  network.forget();
  await expect.poll(async () => (await journalOf(server)).finished).toBe(1);
}

for (const carrier of ["websocket", "fetch"] as const) {
  test(`calls whose answers were lost are made again by ${carrier}, and have run once`, async ({
    page,
    network,
    forgetful,
  }) => {
    await callIntoTheVoid(page, network, forgetful);
    if (carrier === "fetch") await page.evaluate("globalThis.isBlocked = true");
    await page.evaluate(() => {
      // As browsers say it when a device goes from one network to another.
      dispatchEvent(new Event("offline"));
      dispatchEvent(new Event("online"));
    });
    expect(await page.evaluate("pending")).toEqual([{ runs: 1 }, { runs: 2 }]);
    expect(await page.evaluate("client.carrier")).toBe(carrier);
    expect(await journalOf(forgetful)).toEqual({ started: 2, finished: 2, stopped: 0 });
  });
}
