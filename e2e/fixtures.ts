// SPDX-License-Identifier: Apache-2.0
// `test` for all three engines, and what each test may ask for: a page, and servers of its own that
// end with it.
import { test as base } from "@playwright/test";
import { launchChromium } from "./browsers/chromium.ts";
import type { Engine } from "./browsers/engine.ts";
import { launchFirefox } from "./browsers/firefox.ts";
import { launchWebKit } from "./browsers/webkit.ts";
import { siteFolder } from "./support/paths.ts";
import { type ProgramName, ServerProcess } from "./support/server-process.ts";
import { serveFolder } from "./support/static-server.ts";

export { expect } from "@playwright/test";

interface TestFixtures {
  /** Starts a program; it is ended with the test. */
  readonly startServer: (name: ProgramName, ...args: string[]) => Promise<ServerProcess>;
  /** The probe service (service/probe.capnp), started anew. */
  readonly service: ServerProcess;
  /** Where the pages are: with the headers of isolation, as our server gives them, or without. */
  readonly serveSite: (headers: "isolated" | "plain") => Promise<string>;
}

interface WorkerFixtures {
  readonly engine: Engine;
}

export const launchers = { chromium: launchChromium, firefox: launchFirefox, webkit: launchWebKit };

export const test = base.extend<TestFixtures, WorkerFixtures>({
  engine: [
    async ({ playwright, browserName }, use) => {
      const engine = await launchers[browserName](playwright[browserName]);
      await use(engine);
      await engine.close();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  context: async ({ engine }, use) => {
    const context = await engine.newContext();
    await use(context);
    await context.close();
  },
  page: async ({ context }, use) => {
    await use(await context.newPage());
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
  startServer: async ({}, use, testInfo) => {
    const servers: ServerProcess[] = [];
    await use(async (name, ...args) => {
      const server = await ServerProcess.start(name, args);
      servers.push(server);
      return server;
    });
    for (const server of servers) {
      await server.end("SIGKILL");
      if (testInfo.status !== testInfo.expectedStatus) console.log(server.output);
    }
  },
  service: async ({ startServer }, use) => {
    await use(await startServer("e2e-service"));
  },
  serveSite: async ({ startServer }, use) => {
    const ends: (() => Promise<void>)[] = [];
    await use(async (headers) => {
      if (headers === "isolated") return (await startServer("e2e-service")).url;
      const site = await serveFolder(siteFolder);
      ends.push(() => site.close());
      return site.url;
    });
    for (const end of ends) await end();
  },
});
