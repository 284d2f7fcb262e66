// SPDX-License-Identifier: Apache-2.0
// Tabs that share one connection: what one of them does to it, or what happens to it, is no loss to
// the others.
import type { Client } from "cortado";
import type { FeedClient } from "feed";
import type { ProbeClient } from "probe";
import { test as base, expect } from "../fixtures.ts";
import { CuttingProxy } from "../support/cutting-proxy.ts";
import type { ServerProcess } from "../support/server-process.ts";
import { openTabs, type Tab } from "../support/tabs.ts";

declare const client: Client; // these in the tabs
declare const feed: FeedClient;
declare const probe: ProbeClient;
declare const values: bigint[];
declare const ended: Promise<void>;

interface Fixtures {
  /** Opens tabs of one browser, which share the connection to this address. */
  readonly share: (url: string, count: number) => Promise<Tab[]>;
}

const test = base.extend<Fixtures>({
  share: async ({ context }, use) => {
    await use(async (url, count) => {
      const tabs = await openTabs(context, url, count);
      for (const tab of tabs) await connectShared(tab); // the first one holds
      return tabs;
    });
  },
});

async function connectShared(tab: Tab): Promise<void> {
  await tab.evaluate(async () => {
    const { connect } = await import("cortado");
    const { FeedClient } = await import("feed");
    const { ProbeClient } = await import("probe");
    const client = await connect(undefined, { carrier: "websocket", tabs: "share" });
    const probe = new ProbeClient(client);
    await probe.count({});
    Object.assign(globalThis, { client, feed: new FeedClient(client), probe });
  });
}

/** A line of /metrics. */
async function metric(server: ServerProcess, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}

const connections = (server: ServerProcess) =>
  metric(server, 'cortado_connections{carrier="websocket"}');
const sessions = (server: ServerProcess) => metric(server, 'cortado_sessions{client="connected"}');

/** A stream that goes on until it has all numbers below `to`. */
async function count(tab: Tab, to: number, intervalMs: number): Promise<void> {
  await tab.evaluate(
    async ({ to, intervalMs }) => {
      const values: bigint[] = [];
      const numbers = feed.count({ to: BigInt(to), paddingSize: 50, intervalMs });
      const ended = numbers.forEach(({ value }) => {
        values.push(value);
      });
      ended.catch(() => {}); // who awaits it hears of it
      Object.assign(globalThis, { values, ended });
      while (values.length === 0) await probe.count({});
    },
    { to, intervalMs },
  );
}

async function expectAll(tab: Tab, to: number): Promise<void> {
  const all = await tab.evaluate(async () => {
    await ended;
    return values.map(Number);
  });
  expect(all).toEqual(Array.from({ length: to }, (_, index) => index));
}

const diagnosis = (tab: Tab) =>
  tab.evaluate(() => {
    const { tabs, findings, history } = client.diagnose();
    return { tabs, findings: findings.filter(({ about }) => about === "tabs"), history };
  });

const holding = (count: number) => `shared: this tab holds it for ${count} others`;
const following = "shared through another tab";

test("two tabs have two sessions on one connection, each its own calls and streams", async ({
  share,
  service,
}) => {
  const tabs = await share(service.url, 2);
  expect(await connections(service)).toBe(1);
  expect(await sessions(service)).toBe(2);
  expect(await metric(service, "cortado_lanes")).toBe(2);
  const answers = await Promise.all(
    tabs.map((tab) =>
      tab.evaluate(async () => {
        function* numbers() {
          for (let value = 1n; value <= 5_000n; ++value) {
            yield { value, padding: new Uint8Array(100) };
          }
        }
        const [sum, digest] = await Promise.all([
          feed.sum(numbers()),
          probe.digest({ data: new Uint8Array(3_000_000) }),
        ]);
        const echoes: bigint[] = [];
        for await (const { doubled } of feed.chat([{ value: 4n }, { value: 5n }])) {
          echoes.push(doubled);
        }
        const values: bigint[] = [];
        for await (const { value } of feed.count({ to: 5_000n, paddingSize: 200 })) {
          values.push(value);
        }
        return { sum: sum.sum, size: digest.size, echoes, count: values.length };
      }),
    ),
  );
  const expected = { sum: 12_502_500n, size: 3_000_000, echoes: [8n, 10n], count: 5_000 };
  expect(answers).toEqual([expected, expected]);
  const [first, second] = await Promise.all(tabs.map(diagnosis));
  expect(first).toMatchObject({ tabs: holding(1), findings: [], history: { connections: 1 } });
  expect(second).toMatchObject({ tabs: following, findings: [], history: { connections: 1 } });
  expect(await connections(service)).toBe(1);
});

test("the holder is closed: the other tab's stream goes on over the next connection", async ({
  share,
  service,
}) => {
  const [first, second] = (await share(service.url, 2)) as [Tab, Tab];
  await count(second, 400, 5);
  await first.close();
  await expectAll(second, 400);
  const { tabs, history } = await diagnosis(second);
  expect(tabs).toBe(holding(0));
  expect(history).toMatchObject({ connections: 2, resumed: 1, lost: 0 });
  expect(await connections(service)).toBe(1);
  await expect.poll(() => sessions(service)).toBe(1);
});

test("the holder's process is killed", async ({ share, service, context, browserName }) => {
  test.skip(browserName !== "chromium", "others have no way to crash one tab of several");
  const [first, second] = (await share(service.url, 2)) as [Tab, Tab];
  await count(second, 400, 5);
  const inspector = await context.newCDPSession(first.page as never);
  inspector.send("Page.crash").catch(() => {}); // nobody is left to answer
  await expectAll(second, 400);
  const { tabs, history } = await diagnosis(second);
  expect(tabs).toBe(holding(0));
  expect(history).toMatchObject({ resumed: 1, lost: 0 });
});

test("the holder answers no more: another tab takes over, and it follows when it is back", async ({
  share,
  service,
}) => {
  const [first, second] = (await share(service.url, 2)) as [Tab, Tab];
  await count(first, 300, 5);
  await count(second, 600, 5);
  // All that others see of a tab that hangs, where tabs may share the thread that would hang.
  await first.evaluate(() => {
    const { postMessage } = BroadcastChannel.prototype;
    BroadcastChannel.prototype.postMessage = () => {};
    Object.assign(globalThis, {
      speak: () => {
        BroadcastChannel.prototype.postMessage = postMessage;
      },
    });
  });
  await expect.poll(async () => (await diagnosis(second)).tabs).toBe(holding(0));
  await first.evaluate("speak()");
  await expectAll(second, 600);
  await expectAll(first, 300);
  await expect.poll(() => connections(service)).toBe(1);
  for (const tab of [first, second]) {
    expect((await diagnosis(tab)).history).toMatchObject({ lost: 0 });
  }
});

test("the holder hangs: another tab takes over, and the holder follows when it is back", async ({
  share,
  service,
  browserName,
}) => {
  test.skip(
    browserName !== "chromium",
    "tabs of one origin share a thread there, and hang together",
  );
  const [first, second] = (await share(service.url, 2)) as [Tab, Tab];
  await count(first, 300, 5);
  await count(second, 600, 5);
  const hung = first.evaluate(() => {
    const until = performance.now() + 12_000;
    while (performance.now() < until);
  });
  await expect.poll(async () => (await diagnosis(second)).tabs).toBe(holding(0));
  await expectAll(second, 600);
  await hung;
  await expectAll(first, 300);
  await expect.poll(async () => (await diagnosis(first)).tabs).toBe(following);
  for (const tab of [first, second]) {
    expect((await diagnosis(tab)).history).toMatchObject({ resumed: 1, lost: 0 });
  }
  await expect.poll(() => connections(service)).toBe(1);
});

test("the holder is frozen: streams go on, as its messages or another holder bring them", async ({
  share,
  service,
  context,
  browserName,
}) => {
  test.skip(browserName !== "chromium", "only Chromium can be told to freeze a tab");
  const [first, second] = (await share(service.url, 2)) as [Tab, Tab];
  await count(first, 300, 5);
  await count(second, 600, 5);
  const inspector = await context.newCDPSession(first.page as never);
  await inspector.send("Page.setWebLifecycleState", { state: "frozen" });
  await expectAll(second, 600);
  await inspector.send("Page.setWebLifecycleState", { state: "active" });
  await expectAll(first, 300);
  for (const tab of [first, second]) {
    expect((await diagnosis(tab)).history).toMatchObject({ lost: 0 });
  }
});

test("three tabs: holders come and go, and streams of the others go on", async ({
  share,
  service,
}) => {
  const [first, second, third] = (await share(service.url, 3)) as [Tab, Tab, Tab];
  expect(await diagnosis(first)).toMatchObject({ tabs: holding(2) });
  await count(second, 500, 5);
  await count(third, 700, 5);
  await first.close();
  await expect
    .poll(async () => (await Promise.all([second, third].map(diagnosis))).map(({ tabs }) => tabs))
    .toEqual(expect.arrayContaining([holding(1), following]));
  await expectAll(second, 500);
  const [next, last] =
    (await diagnosis(second)).tabs === following ? [third, second] : [second, third];
  if (next === third) await expectAll(third, 700);
  await next.close();
  if (next === second) await expectAll(third, 700);
  await expect.poll(async () => (await diagnosis(last)).tabs).toBe(holding(0));
  await last.evaluate(() => probe.count({}));
  expect((await diagnosis(last)).history).toMatchObject({ resumed: 2, lost: 0 });
  expect(await connections(service)).toBe(1);
});

test("the network is cut again and again: all tabs go on", async ({ share, service }) => {
  const network = await CuttingProxy.start(service.port);
  const tabs = await share(network.url, 2);
  network.cutAfter([30_000, 45_000, 61_000, 37_000, 52_000, 48_000]);
  await Promise.all(tabs.map((tab) => count(tab, 4_000, 0)));
  for (const tab of tabs) await expectAll(tab, 4_000);
  expect(network.cutCount).toBe(6);
  for (const tab of tabs) expect((await diagnosis(tab)).history).toMatchObject({ lost: 0 });
  await network.close();
});

test("a connection that a router forgot is left when the tabs come online again", async ({
  share,
  service,
}) => {
  const network = await CuttingProxy.start(service.port);
  const tabs = await share(network.url, 2);
  for (const tab of tabs) await count(tab, 200, 10);
  network.forget();
  for (const type of ["offline", "online"]) {
    await Promise.all(
      tabs.map((tab) => tab.evaluate((type) => dispatchEvent(new Event(type)), type)),
    );
  }
  for (const tab of tabs) await expectAll(tab, 200);
  await network.close();
});

test("a client that is closed leaves the other tabs' alone", async ({ share, service }) => {
  const [first, second, third] = (await share(service.url, 3)) as [Tab, Tab, Tab];
  await count(first, 200, 5);
  await second.evaluate(() => client.close());
  await expect.poll(() => sessions(service)).toBe(2);
  await expectAll(first, 200);
  expect(await diagnosis(first)).toMatchObject({ tabs: holding(1), history: { connections: 1 } });

  await count(third, 200, 5);
  await first.evaluate(() => client.close());
  await expectAll(third, 200);
  expect(await diagnosis(third)).toMatchObject({
    tabs: holding(0),
    history: { resumed: 1, lost: 0 },
  });
  await expect.poll(() => sessions(service)).toBe(1);
  expect(await connections(service)).toBe(1);
});

test("a holder that is kept for the way back gives the connection away, and follows later", async ({
  share,
  service,
}) => {
  const [first, second] = (await share(service.url, 2)) as [Tab, Tab];
  await count(first, 200, 10);
  await count(second, 200, 10);
  await first.evaluate(() => {
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  });
  await expect.poll(async () => (await diagnosis(second)).tabs).toBe(holding(0));
  await first.evaluate(() => {
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  });
  await expectAll(first, 200);
  await expectAll(second, 200);
  expect(await diagnosis(first)).toMatchObject({ tabs: following, history: { lost: 0 } });
});

for (const [title, lanesMax, connectionCount] of [
  ["a server without lanes", "0", 3],
  ["a server that lets two share", "2", 2],
] as const) {
  test(`${title}: the others have their own connections, and say so`, async ({
    share,
    startServer,
  }) => {
    const server = await startServer("e2e-service", "--lanes-max", lanesMax);
    const tabs = await share(server.url, 3);
    for (const tab of tabs) await count(tab, 100, 1);
    for (const tab of tabs) await expectAll(tab, 100);
    expect(await connections(server)).toBe(connectionCount);
    expect(await sessions(server)).toBe(3);
    const last = await diagnosis(tabs[2] as Tab);
    expect(last.tabs).toBe("not shared");
    expect(last.findings).toHaveLength(1);
  });
}
